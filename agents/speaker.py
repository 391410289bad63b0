"""Who speaks with a model: a place in the team, a role, the memory of the talk at hand. One turn at a time.

Memory is short-term, as in ChatDev (arXiv:2307.07924): `forget` starts a new talk, and only what its first
prompt carries is known there. A talk that grows too long for the context is told anew from its latest prompt,
or its oldest exchanges are summed up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from agents.bounds import FORM_LENGTH, stops_for
from agents.calls import CallStopped, Dismissed
from agents.cast import tokens_in
from agents.contracts import USUAL, ChatMessage, ChatRequest, ModelOptions, Sampling
from agents.errors import Bug, ContextTooSmall
from agents.events import MessageCompleted, NoticeGiven
from agents.expected import fitting, renderer
from agents.forms import Form
from agents.loops import FREELY, SAME_TWICE, Refusals, Repetitions
from agents.memory import SUM_UP, Memory
from agents.one_talk import OUTGROWN
from agents.phases import current_phase
from agents.prompts import Prompt
from agents.received import ChatReply, Enough
from agents.shortening import shortened
from agents.stage import Stage, Turn

SUMMARY_LENGTH = 512  # tokens for the summary of a talk
BESIDE_REMARK = 100  # characters that are said beside what the user says
LEAST_ROOM = 1024  # tokens that must be left for a reply


class Speaker:
    """One member of the team. `path` is its place in the hierarchy, `role` its title."""

    def __init__(self, stage: Stage, path: str, role: str, system: str) -> None:
        self.path = path
        self.role = role
        self.model = stage.cast.model(role)
        self._stage = stage
        self._memory = stage.memory(self.model, role, system)
        self._ordinals: dict[str, int] = {}
        self._speaking = False
        self._given = Repetitions()
        self._refused = Refusals()  # while something is asked for
        self._replied_by = ""  # the server of the latest reply
        self._stops, self._may_have_stopped = True, False
        self._thinks_aloud = False  # within its replies, of which no length can be told then

    def next_key(self, mark: str) -> str:
        """The next identity of a thing of this agent: `#` messages, `$` commands, `?` questions."""
        self._ordinals[mark] = self._ordinals.get(mark, 0) + 1
        return f"{self.path}{mark}{self._ordinals[mark]}"

    def last_key(self, mark: str) -> str:
        """The latest identity that `next_key` gave."""
        return f"{self.path}{mark}{self._ordinals.get(mark, 0)}"

    def first_words(self) -> ChatRequest:
        """What each of its requests begins with."""
        return self._request(self._memory.begun_anew(), USUAL, None, None)

    @property
    def room(self) -> int:
        """How many characters a prompt may have, so that a quarter of the context is left for the reply."""
        return int(self._stage.cast.context(self.model) * 0.75 * 3)

    def dismiss(self) -> None:
        """What this agent does is not needed any more: what it says now is ended, and it says no more.

        Whoever waits for it gets `Dismissed`. Nothing happens to one that was dismissed before.
        """
        self._stage.calls.dismiss(self.path)

    # --- memory ------------------------------------------------------------------------------------

    @property
    def talk(self) -> str:
        """What the talk at hand holds."""
        return "\n\n".join(message.content for message in self._memory.messages[1:])

    def forget(self) -> None:
        """Begin a new talk."""
        self._memory.forget()

    def turn_to(self, speaker: Speaker, prompt: Prompt, *, follows: bool = False) -> None:
        """Hear a new thing to do: anew, or in the talk at hand where the server surely still holds that.

        It does where the team shares one talk, where it keeps a place for this agent (`agents.places`), and
        where the prompt `follows` what this agent did last and nobody else spoke with the model since. Only
        what is not known yet is said then (`agents.known`). What there is no room for begins a new talk.
        """
        stage, memory = self._stage, self._memory
        kept = memory.goes_on or self.path in stage.places.kept
        held = kept or (follows and stage.spoke.get(self.model) == self.path)
        if not held or memory.characters + len(memory.known.news(prompt)) > self.room:
            if memory.goes_on and len(memory):
                self._notice(OUTGROWN.format(stage.cast.context(self.model)))
            memory.clear()
        self.hear(speaker, prompt, whole=True)

    def hear(self, speaker: Speaker, prompt: Prompt, *, whole: bool = False) -> None:
        """Take in what a colleague says from a template (nothing is generated); the transcript shows it.

        `whole`: it needs no talk before it, so in a long talk it outlasts what came before. Raises
        `Dismissed` when nothing is needed of this agent any more.
        """
        self._stage.calls.check_needed(self.path)
        key = speaker.next_key("#")
        self._stage.totals.utterances += 1
        if (amended := self._stage.amendments.get(key)) is not None:
            prompt = prompt.amended(amended)
        said = MessageCompleted(
            message=key,
            speaker=speaker.path,
            to=self.path,
            phase=current_phase(),
            text=prompt.said,
            origin="template",
        )
        self._stage.log.emit(said, f"message:{key}")
        self._memory.take_in(prompt, whole=whole)

    def remember(self, text: str) -> None:
        """Take in something that a colleague said and the transcript already has."""
        self._memory.remember(text)

    # --- turns -------------------------------------------------------------------------------------

    async def _turn(
        self,
        to: str,
        sampling: Sampling,
        form: type[Form] | None = None,
        most: int | None = None,
        enough: Enough | None = None,
    ) -> ChatReply:
        """The model's reply to what was said, of about `most` tokens, or of the `form`.

        Raises `Dismissed` when nothing is needed of it any more.
        """
        with self._speaking_alone():
            await self._make_room(to)
            # What a thinking model writes on its way to the answer looks like anything.
            fits = fitting(form) if form and self.model not in self._stage.cast.thinking else None
            turn = Turn(self.next_key("#"), self.path, to, current_phase(), renderer(form), fits, enough)
            remarks: list[tuple[str, str]] = []

            def request() -> ChatRequest:
                remarks.extend(self._hear_the_user(turn.key))
                if oldest := self._outgrown():  # by what the user said just now
                    self._shorten(len(oldest))
                return self._request(self._memory, sampling, form, most)

            reply = await self._replied(turn, request, remarks)
            if sampling == USUAL:  # whoever samples asks the same on purpose
                self._watch(reply)
            self._replied_by = reply.host
            self._memory.answer(reply.text)
            self._thinks_aloud = self._thinks_aloud or bool(reply.thinking)
            return reply

    async def _replied(
        self, turn: Turn, request: Callable[[], ChatRequest], remarks: list[tuple[str, str]]
    ) -> ChatReply:
        """The reply to a request, which is made anew each time that the user has stopped the call."""
        while True:
            try:
                reply = await self._stage.chat(turn, request(), remarks)
            except CallStopped:
                await self._stage.journal.gate()  # it waits here, and what is said meanwhile is heard
            else:
                if reply.ended == "unneeded":
                    raise Dismissed
                return reply

    @contextmanager
    def _speaking_alone(self) -> Iterator[None]:
        if self._speaking:
            raise Bug(f"{self.path} was asked by two branches at once; each needs an agent of its own.")
        self._speaking = True
        try:
            yield
        finally:
            self._speaking = False

    def _hear_the_user(self, key: str) -> list[tuple[str, str]]:
        """The user's remarks for this turn: those of the finished step in a replay, else those that wait."""
        recorded = self._stage.journal.recorded(key)
        if recorded is None:
            remarks = self._stage.inbox.take(self.path)
        else:
            remarks = [(remark, text) for remark, text in recorded.get("remarks", [])]
        for _, text in remarks:
            most = max(self.room // 4, self.room - self._memory.characters - BESIDE_REMARK)
            if len(text) > most:
                self._notice("What you said is too long for the context; its middle is left out.")
            self._memory.remark(shortened(text, most))
        return remarks

    def _fits(self) -> bool:
        """Whether the context has room for the talk and a reply."""
        return tokens_in(self._memory.characters) + LEAST_ROOM <= self._stage.cast.context(self.model)

    def _outgrown(self) -> Sequence[ChatMessage]:
        """The oldest exchanges, where there is no room for the talk without what came before its prompt."""
        if not self._fits() and self._memory.begin_with_prompt():
            self._notice(
                "The talk had grown too long for the context; what came before this task is left out."
            )
        return () if self._fits() else self._memory.oldest(self.room // 2)

    async def _make_room(self, to: str) -> None:
        """Put a summary in the place of a long talk's oldest exchanges, once for many turns.

        They are summed up by the speaker itself; its opening prompt stays.
        """
        if not (oldest := self._outgrown()):
            return
        told = "\n\n".join([self._memory.summary, *(message.content for message in oldest)]).strip()
        clerk = self._memory.begun_anew()
        clerk.remember(SUM_UP.format(talk=shortened(told, self.room // 2)))
        turn = Turn(self.next_key("#"), self.path, to, current_phase(), str)
        reply = await self._replied(turn, lambda: self._request(clerk, USUAL, None, SUMMARY_LENGTH), [])
        self._shorten(len(oldest), "" if reply.truncated or reply.endless else reply.text)

    def _shorten(self, count: int, summary: str = "") -> None:
        self._memory.sum_up(count, summary)
        how = "summed up" if summary.strip() else "left out"
        self._notice(
            f"The talk had grown too long for the context; {count // 2} of its exchanges were {how}."
        )

    def _request(
        self, memory: Memory, sampling: Sampling, form: type[Form] | None, most: int | None
    ) -> ChatRequest:
        context, needed = self._stage.cast.context(self.model), tokens_in(memory.characters)
        if needed + LEAST_ROOM > context:
            raise ContextTooSmall(
                f"The prompt for the {self.role} has about {needed:,} tokens; "
                f"that does not fit the {context:,} tokens of {self.model}.",
                "Start again with a larger context (--num-ctx) or a model that has one.",
            )
        asked_before = sampling == USUAL and self._given.times(memory.latest) >= SAME_TWICE
        looping = self._refused.freely or asked_before
        thinks = self.model in self._stage.cast.thinking
        left = context - needed
        bound = FORM_LENGTH if form else most
        stop = () if form or not self._stops else stops_for(memory.messages)
        self._may_have_stopped = bool(stop)
        return ChatRequest(
            model=self.model,
            messages=memory.messages,
            options=ModelOptions(
                num_ctx=context,
                num_predict=min(left, bound) if bound and not (thinks or self._thinks_aloud) else left,
                temperature=FREELY if looping else sampling.temperature,
                seed=sampling.seed,
                stop=stop,
            ),
            format=form.schema_of() if form else None,
            think=self._stage.think if thinks else None,
            refused_by=self._refused.by,
        )

    def _watch(self, reply: ChatReply) -> None:
        """Notice the same reply to the same words; from then on the model is asked these more freely."""
        times = self._given.take(self._memory.latest, f"{reply.text}{reply.tool_calls}")
        if times == SAME_TWICE and reply.text.strip():
            self._notice(f"The {self.role} gave the same reply to the same words again.")

    def _notice(self, *texts: str) -> None:
        for text in texts:
            notice = NoticeGiven(text=text, level="warning", phase=current_phase(), agent=self.path)
            self._stage.log.emit(notice, self.next_key("!"))
