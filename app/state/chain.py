"""The chain of phases: nested, with rounds, durations and conclusions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agents.events import PhaseBegun, PhaseEnded, RunContinued, RunEnded, RunPaused, RunStarted, Stamped
from app.told import titled

PhaseState: TypeAlias = Literal["running", "done", "interrupted"]


@dataclass(slots=True)
class PhaseNode:
    """A phase. `inner` are the identities of the phases in it; times are seconds since the epoch.

    `idle` are seconds in which the run stood still while the phase was open.
    """

    phase: str
    title: str
    parent: str
    round: int
    rounds: int
    instructor: str
    assistant: str
    begun: float
    ended: float = 0.0
    idle: float = 0.0
    conclusion: str = ""
    state: PhaseState = "running"
    inner: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its title in the user's language."""
        return titled(self.title)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands as one in the chain: a phase, or the rounds of one that is repeated, in order.

    `round` of `rounds` is where it is; `rounds` is 1 for a phase that is carried out once and holds no cycle.
    """

    title: str
    rounds_begun: tuple[PhaseNode, ...]
    round: int
    rounds: int

    @property
    def name(self) -> str:
        """Its title in the user's language."""
        return titled(self.title)

    @property
    def phase(self) -> str:
        """The identity of its latest round."""
        return self.latest.phase

    @property
    def latest(self) -> PhaseNode:
        """Its latest round."""
        return self.rounds_begun[-1]

    @property
    def state(self) -> PhaseState:
        """How its latest round stands."""
        return self.latest.state


def cycle_of(node: PhaseNode) -> str:
    """What all rounds of a cycle have in common in their identities; a phase without rounds is its own.

    A round's identity ends in its number, and in `-2` where the same cycle is carried out a second time.
    """
    base, _, tail = node.phase.rpartition("/")
    number, dash, again = tail.partition("-")
    if node.rounds > 1 and number == str(node.round):
        return base + dash + again
    return node.phase


def names_of(nodes: Sequence[PhaseNode], chain: ChainState) -> str:
    """What goes on at the same time, in words; the parts of one phase are counted."""
    names: dict[str, int] = {}
    for node in nodes:
        above = chain.phases.get(node.parent)
        beside = [other for other in nodes if other.parent == node.parent and other.title == node.title]
        name = above.name if above and above.parent and len(beside) > 1 else node.name
        names[name] = names.get(name, 0) + 1
    return " + ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())


def _inside(node: PhaseNode, going: Collection[str]) -> bool:
    return any(inner in going for inner in node.inner)


@dataclass(slots=True)
class ChainState:
    """Phases by identity in the order of their beginning; `roots` are those of the chain itself."""

    phases: dict[str, PhaseNode] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    revision: int = field(default=0, compare=False)
    _halted: float = 0.0

    @property
    def current(self) -> PhaseNode | None:
        """The innermost phase that is going on."""
        return self.phases[self.open[-1]] if self.open else None

    def at_work(self, phase: str) -> list[PhaseNode]:
        """The innermost phases that go on within one of the chain's own, in the order of their beginning."""
        going = [self.phases[inner] for inner in self.open if self.root_of(inner) == phase]
        return [node for node in going if not _inside(node, self.open)]

    def strip(self) -> list[Stretch]:
        """The chain itself, the rounds of a cycle taken together."""
        cycles: dict[str, list[PhaseNode]] = {}
        for phase in self.roots:
            node = self.phases[phase]
            cycles.setdefault(cycle_of(node), []).append(node)
        return [self._stretch(nodes) for nodes in cycles.values()]

    def _stretch(self, nodes: list[PhaseNode]) -> Stretch:
        latest = nodes[-1]
        at, of = latest.round, latest.rounds
        if of == 1:
            for node in self.within(latest.phase):
                if node.rounds > 1:
                    at, of = node.round, node.rounds
        return Stretch(latest.title, tuple(nodes), at, of)

    def root_of(self, phase: str) -> str:
        """The phase of the chain itself that a phase belongs to; empty when it is unknown."""
        seen = ""
        while phase in self.phases and phase != seen:
            seen, phase = phase, self.phases[phase].parent
        return seen

    def around(self, agent: str = "") -> list[tuple[str, str]]:
        """The phases around the team, the innermost first: its name, and how its rounds' names begin.

        Where several go on at the same time, those around `agent`: the latest that it takes part in.
        """
        innermost = [self.phases[phase] for phase in self.open if not _inside(self.phases[phase], self.open)]
        own = [node for node in innermost if agent and agent in (node.instructor, node.assistant)]
        found: list[tuple[str, str]] = []
        node = own[-1] if own else self.current
        while node is not None:
            numbered = node.rounds > 1 and node.phase.rpartition("/")[2].partition("-")[0] == str(node.round)
            found.append((node.name, node.phase.rpartition("/")[0] if numbered else node.phase))
            node = self.phases.get(node.parent)
        return found

    def within(self, phase: str) -> Iterator[PhaseNode]:
        """A phase and everything in it, in the order of the beginnings."""
        node = self.phases[phase]
        yield node
        for inner in node.inner:
            yield from self.within(inner)

    def seconds(self, phase: str, now: float) -> float:
        """How long a phase took, or has taken until `now`, the time at work alone."""
        node = self.phases[phase]
        until = node.ended or self._halted or now
        return max(0.0, until - node.begun - node.idle)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        self.revision += 1
        match stamped.event:
            case PhaseBegun() as event:
                self._begin(event, stamped.at)
            case PhaseEnded() as event if node := self.phases.get(event.phase):
                node.state, node.ended, node.conclusion = "done", stamped.at, event.conclusion
                if event.phase in self.open:
                    self.open.remove(event.phase)
            case RunPaused():
                self._halted = self._halted or stamped.at
            case RunEnded():
                self._halted = self._halted or stamped.at
                self._mark("interrupted")
            case RunContinued() | RunStarted():
                self._go_on(stamped.at)
            case _:
                pass

    def _begin(self, event: PhaseBegun, at: float) -> None:
        node = self.phases.get(event.phase)
        if node is None:
            node = PhaseNode(
                phase=event.phase,
                title=event.title,
                parent=event.parent if event.parent in self.phases else "",
                round=event.round,
                rounds=event.rounds,
                instructor=event.instructor,
                assistant=event.assistant,
                begun=at,
            )
            self.phases[event.phase] = node
            (self.phases[node.parent].inner if node.parent else self.roots).append(event.phase)
        else:  # begun again
            node.round, node.rounds, node.state, node.ended = event.round, event.rounds, "running", 0.0
        if event.phase not in self.open:
            self.open.append(event.phase)

    def _mark(self, state: PhaseState) -> None:
        for phase in self.open:
            self.phases[phase].state = state

    def _go_on(self, at: float) -> None:
        if self._halted:
            for phase in self.open:
                self.phases[phase].idle += at - self._halted
        self._halted = 0.0
        self._mark("running")
