"""The phase that is being carried out, and what it knows was decided, for whatever is called within it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

_phase: ContextVar[str] = ContextVar("phase", default="")
_decided: ContextVar[tuple[str, ...]] = ContextVar("decided", default=())


def current_phase() -> str:
    """The path of the innermost phase, empty outside of all; each parallel branch has its own."""
    return _phase.get()


def enter_phase(phase: str) -> None:
    """Make `phase` the innermost one for this task and what it starts."""
    _phase.set(phase)


def decided_late() -> tuple[str, ...]:
    """What the customer had decided, after the work was begun without it, when the innermost phase began.

    It is a phase's own and does not change while it goes on, so that branches replay alike.
    """
    return _decided.get()


def know_decided(decisions: tuple[str, ...]) -> None:
    """Let what is called from here on know these."""
    _decided.set(decisions)


@dataclass(slots=True)
class Phase:
    """A phase that is being carried out; its conclusion goes on to later phases."""

    path: str
    conclusion: str = ""

    def conclude(self, conclusion: str) -> None:
        """Say what this phase came to."""
        self.conclusion = conclusion
