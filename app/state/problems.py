"""What went wrong in a run, or nearly did: errors and warnings with what to do about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agents.events import ErrorRaised, MessageCut, NoticeGiven, Stamped

Gravity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """An error, or a warning. `seq` is its event's (0: it is the window's own), `at` its time."""

    gravity: Gravity
    text: str
    hint: str
    detail: str
    agent: str
    at: float
    seq: int = 0


@dataclass(slots=True)
class ProblemsState:
    """All problems in order."""

    problems: list[Problem] = field(default_factory=list)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        at, seq = stamped.at, stamped.seq
        match stamped.event:
            case ErrorRaised() as event:
                self.problems.append(Problem("error", event.text, event.hint, event.detail, "", at, seq))
            case NoticeGiven(level="warning") as event:
                self.problems.append(Problem("warning", event.text, "", "", event.agent, at, seq))
            case MessageCut() as event if event.reason != "stopped":
                speaker = event.message.rpartition("#")[0]
                self.problems.append(Problem("warning", event.reason, "", event.text, speaker, at, seq))
            case _:
                pass
