"""The team: who works for whom, what each is doing, who talks to whom."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agents.events import (
    AgentHired,
    AgentRetired,
    CommandFinished,
    CommandStarted,
    ErrorRaised,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    ModelLoading,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunEnded,
    Stamped,
    TextStreamed,
)
from app.i18n import marked, tr
from app.state.changes import ChangeLog
from app.state.speed import Speed
from app.told import titled

AgentState: TypeAlias = Literal[
    "idle", "waiting", "loading", "thinking", "writing", "running", "asking", "done", "failed"
]

AT_WORK: frozenset[AgentState] = frozenset({"waiting", "loading", "thinking", "writing", "running", "asking"})

STATE_WORDS: dict[AgentState, str] = {
    "idle": marked("idle"),
    "waiting": marked("waiting for the model"),
    "loading": marked("loading the model"),
    "thinking": marked("thinking"),
    "writing": marked("writing"),
    "running": marked("running a program"),
    "asking": marked("asking you"),
    "done": marked("done"),
    "failed": marked("failed"),
}


_NUMBER = re.compile(r"-(\d+)$")


@dataclass(slots=True)
class AgentNode:
    """An agent. `team` are the paths of those who work for it, in the order of their hiring.

    `context_tokens` of `context_size` is how full its last call's context was (0 of 0: unknown);
    `tokens_per_second` is the server's figure for its last message.
    """

    path: str
    role: str
    manager: str
    model: str
    team: list[str] = field(default_factory=list)
    state: AgentState = "idle"
    talks_to: str = ""
    messages: int = 0
    output_tokens: int = 0
    tokens_per_second: float = 0.0
    context_tokens: int = 0
    context_size: int = 0
    speed: Speed | None = None

    @property
    def name(self) -> str:
        """The role's title in the user's language, with the number of the second and further ones of it.

        Looks are known by the English title alone, `role`.
        """
        number = None if self.role[-1:].isdigit() else _NUMBER.search(self.path)
        return f"{titled(self.role)} {number[1]}" if number else titled(self.role)

    @property
    def at_work(self) -> bool:
        """Whether the agent is doing something now."""
        return self.state in AT_WORK

    @property
    def fullness(self) -> float:
        """How full the context is, from 0 to 1."""
        return min(1.0, self.context_tokens / self.context_size) if self.context_size else 0.0

    def rate(self, now: float) -> float:
        """Tokens per second: estimated while it writes, else of its last message."""
        return self.speed.rate(now) if self.speed else self.tokens_per_second


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that was handed over; `number` counts all of them from 1."""

    number: int
    speaker: str
    to: str


@dataclass(slots=True)
class HierarchyState:
    """Agents by path in the order of their hiring; `shape` grows when the tree itself changes.

    `talks` are the turns in progress: message to (speaker, addressee). `deliveries` are the latest complete
    messages, for showing them travel.
    """

    agents: dict[str, AgentNode] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    talks: dict[str, tuple[str, str]] = field(default_factory=dict)
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=32))
    shape: int = field(default=0, compare=False)
    changes: ChangeLog[str] = field(default_factory=ChangeLog)
    _delivered: int = 0
    _cut: str = ""
    """Whose message was cut last: an error that follows was its."""
    _ready: list[str] = field(default_factory=list)
    """Who is done because the whole run is."""

    @property
    def revision(self) -> int:
        """Grows with every change."""
        return self.changes.revision

    @property
    def talk(self) -> tuple[str, str] | None:
        """Who talks to whom now (the latest turn in progress)."""
        return next(reversed(self.talks.values()), None)

    def role(self, agent: str) -> str:
        """An agent's role in the user's language; the user and everyone have words of their own."""
        if node := self.agents.get(agent):
            return node.name
        return {"user": tr("You"), "everyone": tr("Everyone")}.get(agent, agent.rpartition("/")[2])

    def looks(self, agent: str) -> str:
        """The English title by which an agent's colour and letters are known."""
        node = self.agents.get(agent)
        return node.role if node else self.role(agent)

    def receive(self, stamped: Stamped) -> None:  # noqa: PLR0912 - one case an event
        """Fold one event."""
        match stamped.event:
            case TextStreamed() as event:
                self._stream(event, stamped.at)
            case MessageBegun() as event:
                self.talks.pop(event.message, None)
                self.talks[event.message] = (event.speaker, event.to)
                self._cut = ""
                self._set(event.speaker, "waiting", event.to)
            case ModelLoading() as event:
                self._load(event)
            case MessageCompleted() as event:
                self._complete(event)
            case MessageCut() as event if talk := self.talks.pop(event.message, None):
                self._set(talk[0], "idle")
                self._cut = talk[0]
            case AgentHired() as event:
                self._hire(event)
            case AgentRetired() as event:
                self._set(event.agent, "done")
            case CommandStarted() as event:
                self._set(event.agent, "running")
            case CommandFinished() as event:
                self._set(event.command.rpartition("$")[0], "idle")
            case QuestionAsked() as event:
                self._set(event.agent, "asking", "user")
            case QuestionAnswered() as event:
                self._set(event.question.rpartition("?")[0], "idle")
            case ErrorRaised():
                self._settle("failed")
                self._set(self._cut, "failed")
            case RunContinued(resumed=True):
                self._settle("idle")
                self._recover()
            case RunEnded() as event:
                self._settle("idle")
                if event.state == "succeeded":
                    self._finish()
            case _:
                pass

    def _hire(self, event: AgentHired) -> None:
        self.shape += 1
        self.changes.touch(event.agent)
        if known := self.agents.get(event.agent):
            known.role, known.model, known.state = event.role, event.model, "idle"
            return
        self.agents[event.agent] = AgentNode(event.agent, event.role, event.manager, event.model)
        manager = self.agents.get(event.manager)
        (manager.team if manager else self.heads).append(event.agent)

    def _talking(self, message: str) -> AgentNode | None:
        """Whose turn `message` is, if the turn goes on; what is only shown changes nobody else."""
        node = self.agents.get(self.talks.get(message, ("", ""))[0])
        return node if node and node.at_work else None

    def _load(self, event: ModelLoading) -> None:
        if node := self._talking(event.message):
            self._set(node.path, "loading", node.talks_to)

    def _stream(self, event: TextStreamed, at: float) -> None:
        node = self._talking(event.message)
        if node is None:
            return
        if node.speed is None:
            node.speed = Speed()
        node.speed.add(event.text, at)
        node.state = "thinking" if event.thinking else "writing"
        self.changes.touch(node.path)

    def _complete(self, event: MessageCompleted) -> None:
        self.talks.pop(event.message, None)
        self._delivered += 1
        self.deliveries.append(Delivery(self._delivered, event.speaker, event.to))
        self._set(event.speaker, "idle")
        if node := self.agents.get(event.speaker):
            node.messages += 1
            node.output_tokens += event.output_tokens
            if event.writing_seconds > 0:
                node.tokens_per_second = event.output_tokens / event.writing_seconds
            if event.context:
                node.context_tokens = event.prompt_tokens + event.output_tokens
                node.context_size = event.context

    def _set(self, agent: str, state: AgentState, talks_to: str = "") -> None:
        if node := self.agents.get(agent):
            node.state, node.talks_to, node.speed = state, talks_to, None
            self.changes.touch(agent)

    def _finish(self) -> None:
        """The run has reached its goal: everybody is done."""
        self._ready = [path for path, node in self.agents.items() if node.state == "idle"]
        for path in self._ready:
            self._set(path, "done")

    def _recover(self) -> None:
        self._cut = ""
        for node in self.agents.values():
            if node.state == "failed" or (node.state == "done" and node.path in self._ready):
                self._set(node.path, "idle")
        self._ready = []

    def _settle(self, state: AgentState) -> None:
        """End whatever is going on: what was at work gets `state`; "failed" lasts until the run goes on."""
        self.talks.clear()
        for node in self.agents.values():
            if node.at_work:
                self._set(node.path, state)
