"""For which agents the user speaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.events import RoleTaken, Stamped


@dataclass(slots=True)
class RolesState:
    """`taken` are the agents for whom the user speaks, each with the phase it is bound to (empty: none)."""

    taken: dict[str, str] = field(default_factory=dict)
    revision: int = field(default=0, compare=False)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        event = stamped.event
        if not isinstance(event, RoleTaken):
            return
        self.revision += 1
        if event.taken:
            self.taken[event.agent] = event.phase
        else:
            self.taken.pop(event.agent, None)
