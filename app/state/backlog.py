"""The backlog of a workflow that plans in sprints."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import BacklogChanged, BacklogItem, Stamped


@dataclass(slots=True)
class BacklogState:
    """The backlog as it is now; empty in workflows that have none."""

    items: tuple[BacklogItem, ...] = ()
    revision: int = field(default=0, compare=False)

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(item.state == "done" for item in self.items)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        if isinstance(stamped.event, BacklogChanged):
            self.items = stamped.event.items
            self.revision += 1
