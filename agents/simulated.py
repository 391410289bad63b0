"""A simulated user: a model answers the team's questions from a reference that the team never sees.

ClarifyGPT (arXiv:2310.10996) is evaluated in this way: the reference is a correct solution, tests, or a full
description. Consent to run or install something is never simulated.
"""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from agents.cast import Cast, choose, tokens_in
from agents.contracts import Answer, ChatMessage, ChatModel, ChatRequest, ModelOptions, Question, TextPart
from agents.errors import ContextTooSmall, ReplyDoesNotFit
from agents.forms import Form
from agents.prompts import Prompts
from agents.replies import read_value

ROLE = "Customer"
TRIES = 3


class SimulatedAnswer(Form):
    """What the customer says."""

    known: bool = Field(description="true only if the reference settles the question")
    answer: str = Field(
        description="the answer in one sentence; one of the suggestions word for word where it fits"
    )


class SimulatedUser:
    """Implements `contracts.User`.

    `connect` opens a connection to the model server; `model` (empty: the server's best) and `num_ctx` are the
    run's own, so that the server need not load anything anew.
    """

    def __init__(
        self, reference: str, connect: Callable[[], ChatModel], model: str = "", num_ctx: int = 0
    ) -> None:
        self._reference = reference
        self._connect = connect
        self._model = model
        self._num_ctx = num_ctx

    async def answer(self, question: Question) -> Answer:
        """The model's answer; the team decides where the reference settles nothing."""
        if question.purpose != "clarify":
            return Answer("", by="team")
        server = self._connect()
        try:
            cast = await choose(server, self._model, {}, self._num_ctx)
            said = await self._said(server, cast, question)
        finally:
            await server.close()
        text = said.answer.strip()
        if not (said.known and text):
            return Answer("", by="team")
        fitting = [option for option in question.options if _plain(option) == _plain(text)]
        return Answer(fitting[0] if fitting else text, by="simulated")

    async def _said(self, server: ChatModel, cast: Cast, question: Question) -> SimulatedAnswer:
        """The typed reply, asked for again with what was wrong; `ReplyDoesNotFit` after `TRIES`."""
        messages = self._opening(cast.context(cast.default), question)
        problem = ""
        for _ in range(TRIES):
            text = await _reply(server, cast, messages)
            try:
                return read_value(text, SimulatedAnswer)
            except ReplyDoesNotFit as error:
                problem = error.detail or error.message
            messages += [
                ChatMessage("assistant", text),
                ChatMessage(
                    "user", f"That does not fit the asked form: {problem}\nReply with the JSON object."
                ),
            ]
        raise ReplyDoesNotFit(
            f"The simulated user ({cast.default}) could not give a usable answer.",
            "Continue the run to ask again, or answer yourself with --answers ask.",
            problem,
        )

    def _opening(self, context: int, question: Question) -> list[ChatMessage]:
        prompts = Prompts.of("simulated_user")
        suggestions = "\n".join(f"- {option}" for option in question.options)
        prompt = prompts(
            "answer",
            reference=self._reference.strip(),
            question=question.text,
            context=question.context,
            options=f"Suggested answers:\n{suggestions}" if suggestions else "",
        )
        if tokens_in(len(prompt)) > context * 3 // 4:
            raise ContextTooSmall(
                f"The reference of the simulated user has about {tokens_in(len(self._reference)):,} tokens; "
                f"that leaves no room in the {context:,} of the model.",
                "Shorten it, or ask for a larger context with --num-ctx.",
            )
        text = f"{prompt}\n\n{SimulatedAnswer.asked()}"
        return [ChatMessage("system", prompts.system(ROLE)), ChatMessage("user", text)]


async def _reply(server: ChatModel, cast: Cast, messages: list[ChatMessage]) -> str:
    request = ChatRequest(
        model=cast.default,
        messages=tuple(messages),
        options=ModelOptions(num_ctx=cast.context(cast.default), temperature=0.0, seed=0),
        format=SimulatedAnswer.model_json_schema(),
    )
    parts = [part async for part in server.chat(request)]
    return "".join(part.text for part in parts if isinstance(part, TextPart) and not part.thinking)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(".\"'")
