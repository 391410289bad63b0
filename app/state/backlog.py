"""The backlog of a workflow that plans in sprints, and how it burned down."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.backlog import edited_backlog
from agents.events import BacklogChanged, BacklogEdited, BacklogItem, Stamped


@dataclass(frozen=True, slots=True)
class Burn:
    """How the backlog stood after a change, in items; `at` is seconds since the epoch."""

    at: float
    left: int
    total: int


@dataclass(slots=True)
class BacklogState:
    """The backlog as it is now, and a point of the burn-down for each change; empty where there is none.

    `team` is the backlog as the team knows it; `edits` are the user's changes that no planning has taken up
    yet. `items` has both.
    """

    team: tuple[BacklogItem, ...] = ()
    edits: dict[str, BacklogEdited] = field(default_factory=dict)
    burned: list[Burn] = field(default_factory=list)
    revision: int = field(default=0, compare=False)

    @property
    def items(self) -> tuple[BacklogItem, ...]:
        """The backlog as the user wants it."""
        return edited_backlog(self.team, self.edits.values())

    @property
    def waiting(self) -> frozenset[str]:
        """The items (by identity) with a change that the team has not taken up yet."""
        return frozenset(edit.item.item for edit in self.edits.values())

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(item.state == "done" for item in self.items)

    def column(self, state: str) -> list[BacklogItem]:
        """The items that are in `backlog`, in the `sprint` or `done`, in order."""
        return [item for item in self.items if item.state == state]

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        match stamped.event:
            case BacklogChanged() as event:
                self.team = event.items
                for edit in event.taken:
                    self.edits.pop(edit, None)
                self.burned.append(Burn(stamped.at, len(self.items) - self.done, len(self.items)))
                self.revision += 1
            case BacklogEdited() as event:
                self.edits[event.edit] = event
                self.revision += 1
            case _:
                pass
