"""What one version changed in a file: as one column, or both versions beside each other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.background import Background
from app.diffing import DiffLine, Row, changes, compared, side_by_side
from app.i18n import tr
from app.theme import ThemeSource, code_style
from app.views.code_editor import CodeEditor
from app.views.diff_split import SideBySide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.highlight import Span

AT_ONCE = 3_000
"""Texts with more lines together are compared in a thread."""


@dataclass(frozen=True, slots=True)
class _Change:
    path: str
    before: str
    after: str
    split: bool


class ChangesView(QWidget):
    """Shows one change at a time. `compared` carries how many stretches of lines differ."""

    compared = Signal(int)

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._background = source, background
        self._job = 0
        self._places: list[int] = []
        self._at = -1
        self.unified = CodeEditor(source)
        self.unified.setAccessibleName(tr("Changes"))
        self.split = SideBySide(source)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.unified)
        self._pages.addWidget(self.split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def show_change(self, path: str, before: str, after: str, *, split: bool) -> None:
        """Show what makes `before` into `after`; a long comparison is made in a thread."""
        self._job += 1
        change = _Change(path, before, after, split)
        if before.count("\n") + after.count("\n") <= AT_ONCE:
            self._lay_out(change, _made(change))
        else:
            self._say(tr("The versions are being compared …"))
            self._background.start(self._compare(self._job, change))

    def step(self, by: int) -> None:
        """Go to the next (1) or the former (-1) change, and around at the end."""
        if self._places:
            self._at = (
                (self._at + by) % len(self._places) if self._at >= 0 or by > 0 else len(self._places) - 1
            )
            view = self.split if self._pages.currentWidget() is self.split else self.unified
            view.go_to(self._places[self._at])

    @property
    def at(self) -> int:
        """The change that was gone to, from 0; -1 before any."""
        return self._at

    async def _compare(self, job: int, change: _Change) -> None:
        made = await asyncio.to_thread(_made, change)
        if job == self._job:
            self._lay_out(change, made)

    def _lay_out(self, change: _Change, made: list[Row] | list[DiffLine] | None) -> None:
        if made is None:
            self._say(tr("The file is too long to compare its versions."))
            return
        if not made or change.before == change.after:
            self._say(tr("Nothing changed in the text of this file."))
            return
        if change.split:
            rows = [row for row in made if isinstance(row, tuple)]
            self.split.show_rows(rows)
            self._pages.setCurrentWidget(self.split)
            kinds = self.split.kinds()
        else:
            self.unified.show_diff([line for line in made if isinstance(line, DiffLine)])
            self._pages.setCurrentWidget(self.unified)
            kinds = self.unified.kinds()
        self._places, self._at = changes(kinds), -1
        if change.split and self._places:
            self.split.go_to(self._places[0])
            self._at = 0
        self.compared.emit(len(self._places))
        self._background.start(self._colour(self._job, change, made))

    def _say(self, text: str) -> None:
        self._places, self._at = [], -1
        self.unified.show_code(text)
        self._pages.setCurrentWidget(self.unified)
        self.compared.emit(0)

    async def _colour(self, job: int, change: _Change, made: list[Row] | list[DiffLine]) -> None:
        """Colour both texts; in a thread, as Pygments may first have to load a language."""
        style = code_style(self._source.theme)

        def spans() -> tuple[list[list[Span]], list[list[Span]]]:
            from app.highlight import highlighted  # noqa: PLC0415 - loads Pygments' list of languages

            return highlighted(change.path, change.before, style), highlighted(
                change.path, change.after, style
            )

        old, new = await asyncio.to_thread(spans)
        if job != self._job:
            return
        if change.split:
            self.split.paint_spans(old, new)
        else:
            lines = [line for line in made if isinstance(line, DiffLine)]
            self.unified.paint_spans([_of(line, old, new) for line in lines])


def _made(change: _Change) -> list[Row] | list[DiffLine] | None:
    if change.split:
        return side_by_side(change.before, change.after)
    return compared(change.before, change.after)


def _of(line: DiffLine, old: Sequence[Sequence[Span]], new: Sequence[Sequence[Span]]) -> Sequence[Span]:
    """The colours of one line of a unified diff."""
    spans, number = (new, line.new) if line.new else (old, line.old)
    return spans[number - 1] if 0 < number <= len(spans) else ()
