"""The window's own problems: errors that were told and faults of ours, beside those that runs have."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agents.errors import UserFacingError
from app.crashes import crash_report, shareable
from app.i18n import tr

if TYPE_CHECKING:
    from app.state.problems import Problem

MOST = 200


class ProblemLog(QObject):
    """Problems of this start of the program, in order. `changed` says that there is one more, or none."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problems: list[Problem] = []

    def add(self, error: BaseException) -> None:
        """Keep an error: its sentence and hint, or the report of a fault of ours."""
        from app.state.problems import Problem  # noqa: PLC0415 - the first paint need not wait for the events

        if isinstance(error, UserFacingError):
            made = Problem("error", error.message, error.hint, shareable(error.detail), "", time.time())
        else:
            text = tr("Something went wrong inside Troupe.")
            hint = tr("Your runs are kept. Please report the details.")
            made = Problem("error", text, hint, crash_report(error), "", time.time())
        self.problems = [*self.problems, made][-MOST:]
        self.changed.emit()

    def clear(self) -> None:
        """Forget them."""
        self.problems = []
        self.changed.emit()
