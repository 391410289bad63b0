"""What all agents of a run share: its log, its journal, the model server, the user's remarks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from functools import partial

from agents.bounds import unbounded
from agents.calls import Calls, CallStopped, Dismissed
from agents.cast import Cast
from agents.contracts import (
    Answer,
    ChatModel,
    ChatRequest,
    Json,
    LoadingPart,
    Question,
    ReplyPart,
    TakenPart,
    TextPart,
    User,
)
from agents.errors import EndlessReply, ModelFailed, ModelUnavailable, UserFacingError
from agents.events import (
    EVERYONE,
    BacklogEdited,
    Level,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    ModelLoading,
    NoticeGiven,
    QuestionAnswered,
    QuestionAsked,
    TextStreamed,
)
from agents.journal import Journal, Performed
from agents.memory import Memory
from agents.one_talk import OneTalk
from agents.patience import Patience, Waiting
from agents.places import Places
from agents.received import ChatReply, Enough, Received
from agents.store.runlog import RunLog

NOT_KEPT = "The server reads talks that go on from their beginning, so each begins anew from now on."


@dataclass(slots=True)
class Totals:
    """What a run has cost so far; the same in a replay, since replayed steps count too."""

    utterances: int = 0
    model_calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of an agent: who speaks to whom, under which key, and how the reply is shown.

    `fits` is there for a typed reply: whether a text is what was asked for. A reply of which `enough`
    has come is ended.
    """

    key: str
    speaker: str
    to: str
    phase: str
    render: Callable[[str], str]
    fits: Callable[[str], bool] | None = None
    enough: Enough | None = None


class Played:
    """The agents for whom the user speaks, each within a phase (empty: in the whole run)."""

    def __init__(self) -> None:
        self._phases: dict[str, str] = {}

    def set(self, agent: str, taken: bool, phase: str = "") -> None:
        """The user speaks for `agent`, or no longer."""
        if taken:
            self._phases[agent] = phase
        else:
            self._phases.pop(agent, None)

    def speaks(self, agent: str, phase: str) -> bool:
        """Whether the user speaks for `agent` in `phase`."""
        bound = self._phases.get(agent)
        return bound is not None and (not bound or phase == bound or phase.startswith(f"{bound}/"))


class Inbox:
    """The user's remarks that no agent has heard yet."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, str]] = []

    def put(self, remark: str, to: str, text: str) -> None:
        """Keep a remark (by its identity) until its addressee's next turn."""
        self._waiting.append((remark, to, text))

    def take(self, agent: str) -> list[tuple[str, str]]:
        """The remarks, with their identities, that `agent` is the first to hear; they are gone then."""
        heard = [(remark, text) for remark, to, text in self._waiting if to in (agent, EVERYONE)]
        self._waiting = [waiting for waiting in self._waiting if waiting[1] not in (agent, EVERYONE)]
        return heard


@dataclass(slots=True)
class Stage:
    """The shared ground of a run's agents."""

    log: RunLog
    journal: Journal
    server: ChatModel
    cast: Cast
    user: User
    inbox: Inbox = field(default_factory=Inbox)
    totals: Totals = field(default_factory=Totals)
    think: bool | None = None
    played: Played = field(default_factory=Played)
    amendments: Mapping[str, str] = field(default_factory=dict)
    backlog_edits: list[BacklogEdited] = field(default_factory=list)  # that no planning has taken up yet
    late_answers: dict[str, str] = field(default_factory=dict)  # by question
    put_off: dict[str, str] = field(default_factory=dict)  # those questions, in words where all shall know
    patience: Patience = field(default_factory=Patience)
    calls: Calls = field(default_factory=Calls)
    places: Places = field(default_factory=Places)
    spoke: dict[str, str] = field(default_factory=dict)  # who spoke last with each model
    one_talk: OneTalk | None = None  # that all share from now on

    def memory(self, model: str, role: str, system: str) -> Memory:
        """What a new agent remembers: a talk of its own, or that of the team."""
        return self.one_talk.member(model, role, system) if self.one_talk else Memory(system)

    async def chat(self, turn: Turn, request: ChatRequest, remarks: list[tuple[str, str]]) -> ChatReply:
        """A model's reply to `request`: from the journal, or asked for now, streamed to whoever watches.

        The user replies in the model's stead where they play the speaker, or a branch amended the reply.
        `remarks` are the user's, already part of the request's last message; they are recorded aside. Raises
        `CallStopped` when the user stopped the generation, `Dismissed` when it never began and is not needed.
        """
        stored = await self.journal.step(
            turn.key,
            "chat",
            _request_json(request),
            lambda: self._replied(turn, request),
            aside={"remarks": [list(remark) for remark in remarks]},
            counting=unbounded,
        )
        reply = ChatReply.from_json(stored)
        self.totals.model_calls += 1
        self.totals.utterances += 1
        self.totals.prompt_tokens += reply.prompt_tokens
        self.totals.output_tokens += reply.output_tokens
        self.totals.seconds += reply.seconds
        self.spoke[request.model] = turn.speaker
        if self.places.learn(turn.speaker, request, reply):
            self.log.emit(NoticeGiven(text=NOT_KEPT, phase=turn.phase), f"notice:{turn.key}:places")
        self._report(turn, request, reply)
        return reply

    def _report(self, turn: Turn, request: ChatRequest, reply: ChatReply) -> None:
        problems = {
            "The reply was cut off at its length limit.": reply.truncated,
            "The reply repeated itself and was ended.": reply.endless,
            "The reply could not become valid JSON any more and was ended.": reply.broken,
            f"The prompt did not fit the context of {request.options.num_ctx:,} tokens; "
            "the server dropped a part of it.": reply.prompt_cut,
        }
        for text, happened in problems.items():
            if happened:
                notice = NoticeGiven(text=text, level="warning", phase=turn.phase, agent=turn.speaker)
                self.log.emit(notice, f"notice:{turn.key}:{text[:12]}")

    async def _replied(self, turn: Turn, request: ChatRequest) -> Performed:
        if (text := self.amendments.get(turn.key)) is not None:
            return self._by_user(turn, text)
        if self.played.speaks(turn.speaker, turn.phase):
            answer = await self._ask_player(turn, request)
            if answer.by != "team":
                return self._by_user(turn, answer.text)
        return await self._ask(turn, request)

    async def _ask_player(self, turn: Turn, request: ChatRequest) -> Answer:
        """What the user says as `turn.speaker`; `team`: the model shall speak this time."""
        form = json.dumps(request.format) if request.format else ""
        question = Question(
            key=f"{turn.key}?",
            agent=turn.speaker,
            text=request.messages[-1].content,
            purpose="play",
            form=form,
        )
        asked = QuestionAsked(
            question=question.key,
            agent=turn.speaker,
            phase=turn.phase,
            text=question.text,
            purpose="play",
            form=form,
        )
        self.log.emit(asked, f"asked:{question.key}")
        answer = await self.user.answer(question)
        answered = QuestionAnswered(question=question.key, answer="", by=answer.by)
        self.log.emit(answered, f"answered:{question.key}")
        return answer

    def _by_user(self, turn: Turn, text: str) -> Performed:
        completed = MessageCompleted(
            message=turn.key,
            speaker=turn.speaker,
            to=turn.to,
            phase=turn.phase,
            text=turn.render(text),
            origin="user",
            step=turn.key,
        )
        return Performed(asdict(ChatReply(text)), [(completed, f"message:{turn.key}")])

    async def _ask(self, turn: Turn, request: ChatRequest) -> Performed:
        self.calls.check_needed(turn.speaker)  # it may have been dismissed while it waited to begin
        waiting = Waiting(self.patience)
        begun = MessageBegun(
            message=turn.key, speaker=turn.speaker, to=turn.to, phase=turn.phase, model=request.model
        )
        self.log.emit(begun)  # each time that it is really asked: after a stop or a crash once more
        while True:
            received = Received(turn.fits, turn.enough)
            try:
                try:
                    await self.calls.until_done(self._receive(turn, request, received), turn.speaker)
                except EndlessReply:
                    received.endless = True
                except Dismissed:
                    received.unneeded = True  # what it cost is kept
                except (ModelFailed, ModelUnavailable) as error:
                    delay = waiting.delay(error)
                    if delay is None or received.text:
                        self.log.emit(MessageCut(message=turn.key, text=received.text, reason=error.message))
                    if delay is None:
                        raise
                    await self._wait(turn, waiting, error, delay)
                    if received.text:
                        self.log.emit(begun)
                    continue
            except (asyncio.CancelledError, CallStopped, Dismissed):
                self.log.emit(MessageCut(message=turn.key, text=received.text, reason="stopped"))
                raise
            if waiting.failures:
                self._notice(turn, "The model server answers again.", "info")
            return self._replied_by_model(turn, request, received)

    async def _wait(self, turn: Turn, waiting: Waiting, error: UserFacingError, delay: float) -> None:
        """Wait until the call may be made again, and while the run is paused."""
        if waiting.failures == 1:
            self._notice(turn, waiting.words(error), "warning")
        await self.calls.until_done(asyncio.sleep(delay), turn.speaker)
        await self.journal.gate()

    def _notice(self, turn: Turn, text: str, level: Level) -> None:
        self.log.emit(NoticeGiven(text=text, level=level, phase=turn.phase, agent=turn.speaker))

    def _replied_by_model(self, turn: Turn, request: ChatRequest, received: Received) -> Performed:
        asked = sum(len(message.content) for message in request.messages)
        reply = received.reply(asked, partial(self.server.tokens, request.model))
        completed = MessageCompleted(
            message=turn.key,
            speaker=turn.speaker,
            to=turn.to,
            phase=turn.phase,
            text=turn.render(reply.text),
            thinking=reply.thinking,
            model=request.model,
            step=turn.key,
            prompt_tokens=reply.prompt_tokens,
            output_tokens=reply.output_tokens,
            context=request.options.num_ctx,
            seconds=reply.seconds,
            reading_seconds=reply.reading_seconds,
            writing_seconds=reply.writing_seconds,
            truncated=reply.truncated or reply.endless,
            ended=reply.ended,
            host=reply.host,
        )
        return Performed(asdict(reply), [(completed, f"message:{turn.key}")])

    async def _receive(self, turn: Turn, request: ChatRequest, received: Received) -> None:
        await self.places.take(self.server, request.model)
        async with aclosing(self.server.chat(request)) as parts:
            async for part in parts:
                if isinstance(part, TakenPart) and received.host not in ("", part.host):
                    told = f"The server at {received.host} failed before it replied; {part.host} is asked."
                    self._notice(turn, told, "warning")
                received.add(part)
                if shown := _shown(part, turn.key, request.model):
                    self.log.emit(shown)
                if received.settled:
                    return  # which closes the stream, and the server stops


def _shown(part: ReplyPart, message: str, model: str) -> TextStreamed | ModelLoading | None:
    match part:
        case TextPart():
            return TextStreamed(message=message, text=part.text, thinking=part.thinking)
        case LoadingPart():
            return ModelLoading(message=message, model=model, size=part.size)
        case _:
            return None


def _request_json(request: ChatRequest) -> Json:
    """The request as plain data, as the journal keeps it."""
    return {
        "model": request.model,
        "messages": [
            {name: value for name, value in asdict(message).items() if value} for message in request.messages
        ],
        "format": request.format,
        "tools": [asdict(tool) for tool in request.tools],
        "options": asdict(request.options),
        "think": request.think,
    }
