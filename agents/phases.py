"""The phase that is being carried out, known to whatever is called within it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

_phase: ContextVar[str] = ContextVar("phase", default="")


def current_phase() -> str:
    """The path of the innermost phase, empty outside of all; each parallel branch has its own."""
    return _phase.get()


def enter_phase(phase: str) -> None:
    """Make `phase` the innermost one for this task and what it starts."""
    _phase.set(phase)


@dataclass(slots=True)
class Phase:
    """A phase that is being carried out; its conclusion goes on to later phases."""

    path: str
    conclusion: str = ""

    def conclude(self, conclusion: str) -> None:
        """Say what this phase came to."""
        self.conclusion = conclusion
