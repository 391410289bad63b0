"""Looking for words in a transcript: all entries are searched, a portion at a time, the places are marked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.state.entries import MessageEntry
from app.state.find import Finder, Place
from app.theme import ThemeSource
from app.views.transcript_content import plain_text
from app.views.transcript_found import Found
from app.views.transcript_page import TranscriptPage

PORTION_SECONDS = 0.008
"""So long is searched at once."""
ABOVE = 0.3
"""A place that was found stands so far down the page."""
AIMS = 4
"""How often the page is aimed at a place, whose distance is exact only once what lies around is laid out."""


class TranscriptSearch(TranscriptPage):
    """The page of rows with something that is looked for; `found_changed` tells of another count."""

    found_changed = Signal()

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(themes, parent, clock)
        self._finder = Finder("")
        self._to_search: Iterator[int] = iter(())
        self._portions = QTimer(self, singleShot=True, interval=0)
        self._portions.timeout.connect(self._search_on)
        self.filtered.connect(self._search_again)

    # --- asking ------------------------------------------------------------------------------------

    def look_for(self, words: str) -> None:
        """Mark some words wherever they are, and go to the first place below the top of the page."""
        if words != self._finder.words:
            self._finder = Finder(words)
            self._search_again()

    @property
    def found(self) -> tuple[int, int]:
        """The number of the current place (0 for none) and how many there are as far as was searched."""
        return self._finder.number, self._finder.total

    @property
    def searching(self) -> bool:
        """Whether there are entries that were not searched yet."""
        return self._portions.isActive()

    def go_to_found(self, by: int) -> None:
        """Go to the next place (1) or to the previous one (-1)."""
        if (place := self._finder.step(by)) is not None:
            self._go_to(place)
        self.found_changed.emit()

    # --- searching ---------------------------------------------------------------------------------

    def _search_again(self) -> None:
        """Search everything that is shown, from the top of the page on and then what is above."""
        self._finder = Finder(self._finder.words)
        self._portions.stop()
        if self._finder.pattern is not None and len(self._heights):
            top = self._heights.at(self._value())
            rows = chain(range(top, len(self._heights)), range(top))
            self._to_search = map(self._entry_of, rows)
            self._search_on()
        self.found_changed.emit()
        self.viewport().update()

    def _search_on(self) -> None:
        before = self._finder.current
        self._portions.stop()
        until = time.perf_counter() + PORTION_SECONDS
        for index in self._to_search:
            self._search_in(index)
            if self._finder.current is None and self._finder.has(index):
                self._finder.current = Place(index, 0)
            if time.perf_counter() > until:
                self._portions.start()
                break
        if before is None and self._finder.current is not None:
            self._go_to(self._finder.current)
        self.found_changed.emit()

    def _search_in(self, index: int) -> None:
        entry = self._entries()[index]
        if isinstance(entry, MessageEntry):
            self._finder.take(index, entry.text)
        elif self._state is not None:
            self._finder.take(index, plain_text(entry, self._state))

    def refresh(self) -> None:
        """Take in what has changed in the state, and search that."""
        known, revision = self._seen
        super().refresh()
        if self._finder.pattern is None or self._state is None or self._seen == (known, revision):
            return
        changed = self._state.transcript.changes.since(revision)
        if changed is None:
            self._search_again()
            return
        for index in (*(at for at in changed if at < known), *range(known, self._seen[0])):
            if self._row_of(index) is not None:
                self._search_in(index)
        self.found_changed.emit()

    # --- showing -----------------------------------------------------------------------------------

    def _found_in(self, index: int) -> Found | None:
        finder = self._finder
        if finder.pattern is None or not finder.has(index):
            return None
        current = finder.current
        return Found(finder.pattern, current.nth if current and current.index == index else -1)

    def _go_to(self, place: Place) -> None:
        row, found = self._row_of(place.index), self._found_in(place.index)
        if row is None or found is None:
            return
        self._current = place.index
        self._at_end = False
        aimed = -1.0
        for _ in range(AIMS):
            laid = self._row(row)
            laid.lay_out(self._width(), 0, self._page())
            down = laid.top_of_found(found)
            if down == aimed:
                break
            aimed = down
            self._settle(self._anchor_for(row, down - self._page() * ABOVE))
        self._at_end = self._is_at_end()

    def _anchor_for(self, row: int, below: float) -> tuple[int, float]:
        """The row at the top of a page that begins `below` a row's top, and how far it is scrolled."""
        if below >= 0:
            return row, below
        top = max(0.0, self._heights.top(row) + below)
        first = self._heights.at(top)
        return first, top - self._heights.top(first)
