"""The rows of the transcript, for a hundred thousand messages as for ten: where they are and what is seen.

Only rows that are seen are laid out; all others have an estimated height. Whatever the estimates turn out to
be, the row at the top stays where it is, and the view follows the end only if it was at the end.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.i18n import tr
from app.state.all import RunState
from app.state.entries import Entry, MessageEntry
from app.state.filters import Sieve, Wanted
from app.theme import ThemeSource
from app.views.marks import draw_empty
from app.views.transcript_content import content, last_said, rate_of
from app.views.transcript_documents import Look
from app.views.transcript_empty import empty_words
from app.views.transcript_estimates import Estimator
from app.views.transcript_found import Found
from app.views.transcript_heights import Heights
from app.views.transcript_row import Place, Row

KEPT = 160
"""Rows that stay laid out."""
NEAR_END = 2
"""Within so many pixels of the end the view counts as being at the end."""


class TranscriptPage(QAbstractScrollArea):
    """Shows a `RunState`; call `refresh` about thirty times a second while a run goes on.

    `filtered` says that something else is wanted than before.
    """

    filtered = Signal()

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._clock = clock
        self._state: RunState | None = None
        self._look = Look(themes.theme)
        self._wanted = Wanted()
        self._sieve: Sieve | None = None
        self._shown: list[int] | None = None  # entries by row where a filter is set
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._heights = Heights()
        self._estimator = Estimator(self._look, 600)
        self._seen = (0, 0)  # entries and revision of what was taken in
        self._at_end = True
        self._busy = False
        self._chosen: tuple[int, Place, Place] | None = None
        self._current = -1
        self._settling = QTimer(self, singleShot=True, interval=150)
        self._settling.timeout.connect(self._estimate_again)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Conversation"))
        self.setMinimumSize(240, 120)
        themes.changed.connect(self._retheme)

    # --- what is shown -----------------------------------------------------------------------------

    def show_state(self, state: RunState | None) -> None:
        """Show a run from its end, or none; another run is shown without a filter."""
        same = self._state is not None and state is not None and self._state.run.number == state.run.number
        self._state = state
        self._shown = self._chosen = None
        if not same:
            self._wanted = Wanted()
        self._current = -1
        self._at_end = True
        self._take_all()
        self.filtered.emit()

    @property
    def wanted(self) -> Wanted:
        """What the filter lets through."""
        return self._wanted

    def show_wanted(self, wanted: Wanted) -> None:
        """Show only what is wanted, from its end."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._at_end = True
            self._chosen = None
            self._take_all()
            self.filtered.emit()

    def set_filter(self, agent: str | None) -> None:
        """Show only the rows that concern an agent; None shows everyone's."""
        self.show_wanted(replace(self._wanted, agent=agent or ""))

    def refresh(self) -> None:
        """Take in what has changed in the state since the last time."""
        if self._state is None:
            return
        transcript = self._state.transcript
        entries, revision = self._seen
        if (len(transcript.entries), transcript.changes.revision) == self._seen:
            return
        changed = transcript.changes.since(revision)
        if changed is None:
            self._take_all()
            return
        anchor = self._anchor()
        for index in changed:
            if index < entries:
                self._take_change(index)
        for index in range(entries, len(transcript.entries)):
            self._append(index)
        self._seen = (len(transcript.entries), transcript.changes.revision)
        self._settle(anchor)
        self._describe()

    def _describe(self) -> None:
        """Tell a screen reader what was said last."""
        said = last_said(self._entries(), self._state)
        if said and said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def scroll_to_phase(self, phase: str) -> None:
        """Bring the heading of a phase to the top."""
        if self._state is not None and (index := self._state.transcript.phases.get(phase)) is not None:
            self._scroll_to_entry(index)

    def scroll_to_entry(self, index: int) -> None:
        """Make an entry the current one, and bring it to the top."""
        if 0 <= index < len(self._entries()):
            self._current = index
            self._scroll_to_entry(index)

    def scroll_to_seq(self, seq: int) -> None:
        """Bring the message with this place in the run to the top."""
        if self._state is None:
            return
        for index, entry in enumerate(self._state.transcript.entries):
            if isinstance(entry, MessageEntry) and entry.seq >= seq:
                self.scroll_to_entry(index)
                return

    def scroll_to_end(self) -> None:
        """Go to the end, and follow it from now on."""
        self._at_end = True
        self._settle(None)

    @property
    def follows(self) -> bool:
        """Whether the view follows the end."""
        return self._at_end

    def entry(self, index: int) -> Entry | None:
        """The entry with that index, if there is one."""
        return self._entries()[index] if 0 <= index < len(self._entries()) else None

    # --- rows and entries --------------------------------------------------------------------------

    def _entries(self) -> list[Entry]:
        return self._state.transcript.entries if self._state else []

    def _entry_of(self, row: int) -> int:
        return self._shown[row] if self._shown is not None else row

    def _row_of(self, index: int) -> int | None:
        """The row of an entry; None where the filter hides it."""
        if self._shown is None:
            return index
        row = bisect_left(self._shown, index)
        return row if row < len(self._shown) and self._shown[row] == index else None

    def _take_all(self) -> None:
        self._rows.clear()
        entries = self._entries()
        self._shown = self._sieve = None
        shown = entries
        if self._state is not None and not self._wanted.everything:
            sieve = self._sieve = Sieve(self._wanted, self._state.chain)
            self._shown = [index for index, entry in enumerate(entries) if sieve.passes(entry)]
            shown = [entries[index] for index in self._shown]
        self._estimator.width = self.viewport().width()
        self._heights = Heights(self._estimator.all(shown))
        if self._state is not None:
            self._seen = (len(entries), self._state.transcript.changes.revision)
        self._settle(None)

    def _take_change(self, index: int) -> None:
        row = self._row_of(index)
        if row is None or self._state is None:
            return
        entry, laid = self._entries()[index], self._rows.get(index)
        top = self._heights.top(row) - self._value()
        if laid is not None and not laid.unfolded and (top > self._page() or top + laid.height < 0):
            del self._rows[index]  # out of sight: not worth laying out at every piece
            laid = None
        if laid is None:
            self._heights.set(row, self._estimator.one(entry))
            return
        laid.update(content(entry, self._state))
        laid.lay_out(self._width(), -top, self._page() - top)
        self._heights.set(row, laid.height)

    def _append(self, index: int) -> None:
        entry = self._entries()[index]
        if self._shown is not None and self._sieve is not None:
            if not self._sieve.passes(entry):
                return
            self._shown.append(index)
        self._heights.append(self._estimator.one(entry))

    def _row(self, row: int) -> Row:
        """The row, built if it is not there."""
        index = self._entry_of(row)
        laid = self._rows.get(index)
        if laid is None:
            assert self._state is not None
            laid = self._rows[index] = Row(content(self._entries()[index], self._state), self._look)
            if len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        else:
            self._rows.move_to_end(index)
        return laid

    # --- places ------------------------------------------------------------------------------------

    def _width(self) -> float:
        return float(self.viewport().width())

    def _page(self) -> float:
        return float(self.viewport().height())

    def _value(self) -> float:
        return float(self.verticalScrollBar().value())

    def _anchor(self) -> tuple[int, float] | None:
        """The row at the top and how far it is scrolled; None at the end, which is an anchor of its own."""
        if self._at_end or not len(self._heights):
            return None
        row = self._heights.at(self._value())
        return row, self._value() - self._heights.top(row)

    def _settle(self, anchor: tuple[int, float] | None) -> None:
        """Lay out what is seen and put the scroll bar where the anchor stays in its place."""
        self._busy = True
        if anchor is None:
            self._lay_out_end()
            value = max(0.0, self._heights.total - self._page())
        else:
            value = self._lay_out_from(*anchor)
            if value > max(0.0, self._heights.total - self._page()):  # what was seen is lower than estimated
                self._lay_out_end()
                value = max(0.0, self._heights.total - self._page())
        bar = self.verticalScrollBar()
        bar.setPageStep(max(1, int(self._page())))
        bar.setSingleStep(int(self._look.line) * 2)
        bar.setRange(0, max(0, int(self._heights.total - self._page())))
        bar.setValue(int(value))
        self._busy = False
        self.viewport().update()

    def _lay_out_end(self) -> None:
        """Lay out the last rows, upwards until the page is full."""
        y, row = self._page(), len(self._heights) - 1
        while row >= 0 and y > 0:
            laid = self._row(row)
            laid.lay_out_end(self._width(), y)
            self._heights.set(row, laid.height)
            y -= laid.height
            row -= 1

    def _lay_out_from(self, row: int, scrolled: float) -> float:
        """Lay out downwards from a row; gives where the page begins.

        What is not laid out yet keeps its distance from its end, for it comes into view from below.
        """
        if row < len(self._heights):
            estimate = None if self._entry_of(row) in self._rows else self._heights[row]
            scrolled = self._row(row).lay_out_from(self._width(), scrolled, self._page(), estimate)
        first, y = row, -scrolled
        while row < len(self._heights) and y < self._page():
            laid = self._row(row)
            laid.lay_out(self._width(), -y, self._page() - y)
            self._heights.set(row, laid.height)
            y += laid.height
            row += 1
        return self._heights.top(first) + scrolled

    def _scroll_to_entry(self, index: int) -> None:
        row = self._row_of(index)
        if row is None:
            self.show_wanted(Wanted())
            row = index
        self._at_end = False
        self._settle((row, 0.0))
        self._at_end = self._is_at_end()

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - NEAR_END

    def _estimate_again(self) -> None:
        """The width has changed for good: rows that are not laid out need other heights."""
        anchor = self._anchor()
        self._estimator.width = self.viewport().width()
        shown = [self._entries()[self._entry_of(row)] for row in range(len(self._heights))]
        self._heights = Heights(self._estimator.all(shown))
        self._settle(anchor)

    # --- Qt's events -------------------------------------------------------------------------------

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """The scroll bar was moved, by the user or by `_settle`."""
        if self._busy:
            return
        self._at_end = self._is_at_end()
        self._settle(self._anchor())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows seen are laid out at once, the estimates follow when the resizing is over."""
        super().resizeEvent(event)
        anchor = self._anchor()
        self._settle(anchor)
        if event.oldSize().width() != event.size().width():
            self._settling.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are seen."""
        painter = QPainter(self.viewport())
        theme = self._themes.theme
        painter.fillRect(event.rect(), self._look.color(theme.surface))
        if not len(self._heights):
            self._paint_empty(painter)
            return
        clip = QRectF(event.rect())
        row = self._heights.at(self._value() + clip.top())
        y = self._heights.top(row) - self._value()
        while row < len(self._heights) and y < clip.bottom():
            index = self._entry_of(row)
            laid = self._rows.get(index)
            if laid is not None:
                self._paint_row(painter, laid, index, y, clip)
            y += self._heights[row]
            row += 1

    def _paint_row(self, painter: QPainter, laid: Row, index: int, y: float, clip: QRectF) -> None:
        if index == self._current and self.hasFocus():
            bar = QRectF(0, y + 8, 2, laid.height - 16)
            painter.fillRect(bar, self._look.color(self._themes.theme.accent))
        chosen = None
        if self._chosen is not None and self._chosen[0] == index:
            chosen = (min(self._chosen[1:]), max(self._chosen[1:]))
        laid.paint(
            painter,
            y,
            clip,
            rate_of(self._entries()[index], self._state, self._clock()),
            chosen,
            self._found_in(index),
        )

    def _found_in(self, index: int) -> Found | None:
        """What is to be marked in an entry; nothing where nothing is looked for."""
        return None

    def _paint_empty(self, painter: QPainter) -> None:
        begun = self._state is not None and self._state.run.begun
        title, text = empty_words(begun, self._wanted.everything)
        draw_empty(painter, QRectF(self.viewport().rect()), title, text, self._themes.theme)

    def _retheme(self) -> None:
        self._look = Look(self._themes.theme)
        self._estimator = Estimator(self._look, self.viewport().width())
        anchor = self._anchor()
        for laid in self._rows.values():
            laid.wear(self._look)
        self._settle(anchor)

    def changeEvent(self, event: QEvent) -> None:
        """Another font of the platform means other measures."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._retheme()
