"""Which entries of a transcript are wanted: of one agent, of one phase, of one kind. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.state.chain import ChainState, cycle_of
from app.state.entries import (
    CommandEntry,
    Entry,
    FilesEntry,
    MessageEntry,
    PhaseEntry,
    QuestionEntry,
    RemarkEntry,
    TestsEntry,
)

Kind: TypeAlias = Literal["messages", "notices", "programs", "files"]
KINDS: tuple[Kind, ...] = ("messages", "notices", "programs", "files")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted; what is empty is not asked for. `phase` is what all rounds of a phase have in common.

    Of the phases' headings only those are wanted that stand above something: with a phase alone.
    """

    agent: str = ""
    phase: str = ""
    kind: Kind | Literal[""] = ""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.agent or self.phase or self.kind)


def kind_of(entry: Entry) -> Kind:
    """What an entry counts as; a heading counts as a notice, like everything that nobody said."""
    if isinstance(entry, MessageEntry | QuestionEntry | RemarkEntry):
        return "messages"
    if isinstance(entry, CommandEntry | TestsEntry):
        return "programs"
    return "files" if isinstance(entry, FilesEntry) else "notices"


class Sieve:
    """Lets the wanted entries through; it must be shown all of them in order.

    An entry that names no phase, such as a version of the files, belongs to the phase of the one before.
    """

    def __init__(self, wanted: Wanted, chain: ChainState) -> None:
        self.wanted = wanted
        self._chain = chain
        self._roots: dict[str, str] = {}
        self._phase = ""

    def passes(self, entry: Entry) -> bool:
        """Whether an entry is wanted."""
        wanted = self.wanted
        if wanted.phase and self._phase_of(entry) != wanted.phase:
            return False
        if isinstance(entry, PhaseEntry):
            return not wanted.agent and not wanted.kind
        if wanted.kind and kind_of(entry) != wanted.kind:
            return False
        return not wanted.agent or wanted.agent in entry.agents

    def _phase_of(self, entry: Entry) -> str:
        phase = getattr(entry, "phase", "")
        if phase:
            if phase not in self._roots:
                root = self._chain.root_of(phase)
                self._roots[phase] = cycle_of(self._chain.phases[root]) if root else phase
            self._phase = self._roots[phase]
        return self._phase
