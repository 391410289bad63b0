"""The phase that is being carried out, known to whatever is called within it."""

from __future__ import annotations

from contextvars import ContextVar

_phase: ContextVar[str] = ContextVar("phase", default="")


def current_phase() -> str:
    """The path of the innermost phase, empty outside of all; each parallel branch has its own."""
    return _phase.get()


def enter_phase(phase: str) -> None:
    """Make `phase` the innermost one for this task and what it starts."""
    _phase.set(phase)
