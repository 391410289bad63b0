"""The backlog of a workflow that plans in sprints, and how it burned down."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import BacklogChanged, BacklogItem, Stamped


@dataclass(frozen=True, slots=True)
class Burn:
    """How the backlog stood after a change, in items; `at` is seconds since the epoch."""

    at: float
    left: int
    total: int


@dataclass(slots=True)
class BacklogState:
    """The backlog as it is now, and a point of the burn-down for each change; empty where there is none."""

    items: tuple[BacklogItem, ...] = ()
    burned: list[Burn] = field(default_factory=list)
    revision: int = field(default=0, compare=False)

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(item.state == "done" for item in self.items)

    def column(self, state: str) -> list[BacklogItem]:
        """The items that are in `backlog`, in the `sprint` or `done`, in order."""
        return [item for item in self.items if item.state == state]

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        if isinstance(stamped.event, BacklogChanged):
            self.items = stamped.event.items
            self.burned.append(Burn(stamped.at, len(self.items) - self.done, len(self.items)))
            self.revision += 1
