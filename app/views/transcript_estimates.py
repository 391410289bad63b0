"""How high a row will be, guessed in less than a microsecond from its entry."""

from __future__ import annotations

from collections.abc import Iterable

from app.state.entries import (
    Entry,
    ErrorEntry,
    FiguresEntry,
    FilesEntry,
    MessageEntry,
    PhaseEntry,
    QuestionEntry,
    RemarkEntry,
    TestsEntry,
)
from app.theme import XS, L, M, S
from app.views.transcript_content import LISTED
from app.views.transcript_documents import Look
from app.views.transcript_row import RIGHT, TEXT_X, WIDEST


class Estimator:
    """Guesses for a `width` of the view; whole numbers, so that sums of them stay exact."""

    def __init__(self, look: Look, width: float) -> None:
        self._line = int(look.line)
        self._letter = max(1.0, look.metrics.averageCharWidth())
        self.width = width

    @property
    def width(self) -> float:
        """The view's width in pixels."""
        return self._width

    @width.setter
    def width(self, width: float) -> None:
        self._width = width
        text = max(80.0, min(width - TEXT_X - RIGHT, WIDEST))
        self._letters = max(10, int(text / self._letter))

    def all(self, entries: Iterable[Entry]) -> list[float]:
        """The heights of many rows."""
        letters, line = self._letters, self._line
        head = 20 + XS + line
        found: list[float] = []
        for entry in entries:
            if type(entry) is MessageEntry:  # nearly all of them: no further call for these
                text = entry.text
                height = head + line * (1 + len(text) // letters + text.count("\n"))
                found.append(height + line + 2 if entry.thinking else height)
            else:
                found.append(self.one(entry))
        return found

    def one(self, entry: Entry) -> float:
        """The height of one row."""
        line = self._line
        match entry:
            case MessageEntry():
                return self.all((entry,))[0]
            case PhaseEntry():
                return float((S if entry.depth else L) + line + XS)
            case RemarkEntry():
                return float(20 + XS + line * (2 + len(entry.text) // self._letters))
            case QuestionEntry():
                lines = 3 + len(entry.options) + len(entry.text) // self._letters
                return float(2 * (M + XS) + lines * (line + 2))
            case FilesEntry():
                return float(10 + (line + 1) * (1 + min(len(entry.changes), LISTED)))
            case TestsEntry():
                return float(10 + (line + 1) * (1 + min(len(entry.failures), LISTED)))
            case ErrorEntry():
                return float(2 * (M + XS) + 3 * line)
            case FiguresEntry():
                return float(10 + 4 * line)
            case _:
                return float(10 + 2 * line)
