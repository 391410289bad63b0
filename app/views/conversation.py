"""The transcript with what is needed to find one's way in it: the filter above, the find bar on demand."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.state.all import RunState
from app.theme import ThemeSource
from app.views.filter_row import FilterRow
from app.views.find_bar import FindBar
from app.views.to_end import ToEnd
from app.views.transcript import TranscriptView


class Conversation(QWidget):
    """Ties them together; `open_find` puts the keyboard into the find bar."""

    def __init__(
        self,
        source: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._state: RunState | None = None
        self._places: dict[int, tuple[int, float]] = {}  # by the run's number, where it is read
        self.filters = FilterRow(source)
        self.find_bar = FindBar(source)
        self.transcript = TranscriptView(source, clock=clock)
        self.to_end = ToEnd(source, self.transcript)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.find_bar)
        column.addWidget(self.transcript, 1)
        view = self.transcript
        self.filters.chosen.connect(view.show_wanted)
        self.filters.find_button.clicked.connect(self.open_find)
        view.filtered.connect(lambda: self.filters.show_wanted(view.wanted))
        view.found_changed.connect(self._count)
        self.find_bar.typed.connect(view.look_for)
        self.find_bar.stepped.connect(view.go_to_found)
        self.find_bar.closed.connect(self._stop_finding)
        for keys, by in (("F3", 1), ("Shift+F3", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: view.go_to_found(by))

    def show_state(self, state: RunState | None) -> None:
        """Show another run, or none: from its end, or where it was read before another one was shown."""
        before, now = (one.run.number if one else 0 for one in (self._state, state))
        if before != now:
            self._keep_place(before)
        self._state = state
        self.filters.show_state(state)
        self.transcript.show_state(state)
        if before != now and now in self._places:
            self.transcript.go_back(self._places[now])

    def _keep_place(self, number: int) -> None:
        self._places.pop(number, None)
        if number and (place := self.transcript.place) is not None:
            self._places[number] = place

    def refresh(self) -> None:
        """Take in what is new."""
        self.filters.refresh()
        self.transcript.refresh()

    def open_find(self) -> None:
        """Look for words; those that are selected, when they are within one line."""
        selected = self.transcript.selected_text()
        self.find_bar.open_bar(selected if "\n" not in selected else "")

    def _stop_finding(self) -> None:
        self.transcript.look_for("")
        self.transcript.setFocus()

    def _count(self) -> None:
        number, total = self.transcript.found
        self.find_bar.show_count(number, total, searching=self.transcript.searching)
