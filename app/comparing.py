"""The comparison of stored runs: which ones, and their facts, read and folded in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from agents.errors import UserFacingError
from app.background import Background
from app.controller import Controller
from app.dialogs.error import dialog_for
from app.i18n import tr
from app.state.compare import RunFacts, facts_of
from app.theme import ThemeSource
from app.views.comparison import ComparisonView
from app.window import MainWindow


class Comparing(QObject):
    """Puts the page of comparisons into a window and fills it with what is chosen there."""

    def __init__(
        self, window: MainWindow, controller: Controller, source: ThemeSource, background: Background
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._before: QWidget | None = None
        self._known: dict[tuple[int, float], RunFacts] = {}
        self._asked = 0
        self.view = ComparisonView(source)
        window.pages.addWidget(self.view)
        window.commands.compare.triggered.connect(self.toggle)
        window.projects.compared.connect(self.open)
        self.view.left.connect(self.close)
        self.view.chosen.connect(lambda numbers: background.start(self._show(numbers)))

    def toggle(self) -> None:
        """Show the page with the selected runs, or the one that is shown in the window, or close it."""
        if self._window.pages.currentWidget() is self.view:
            self.close()
        else:
            several = self._window.projects.selected()
            self.open(several if len(several) > 1 else [])

    def open(self, numbers: Sequence[int]) -> None:
        """Show the page with several runs chosen, or one beside the run that is shown in the window."""
        shown = self._controller.current
        checked = set(numbers)
        if shown and len(numbers) < 2:
            checked.add(shown.number)
        if self._window.pages.currentWidget() is self.view:
            checked.update(self.view.numbers())
        else:
            self._before = self._window.pages.currentWidget()
        self._window.pages.setCurrentWidget(self.view)
        self.view.offer(self._controller.runs(), checked)
        self.view.picker.setFocus()

    def close(self) -> None:
        """Show what was shown before."""
        if self._before is not None and self._window.pages.currentWidget() is self.view:
            self._window.pages.setCurrentWidget(self._before)

    async def _show(self, numbers: list[int]) -> None:
        """Show these runs; a later choice takes precedence over one whose runs are still being read."""
        self._asked += 1
        asked = self._asked
        rows = {row.id: row for row in self._controller.runs() if row.id in numbers}
        found: list[RunFacts] = []
        for number in numbers:
            if number not in rows:
                continue
            key = (number, rows[number].changed)
            if key not in self._known:
                self.view.show_progress(tr("Reading {project} …", project=rows[number].project_name))
                try:
                    self._known[key] = await asyncio.to_thread(self._facts, number)
                except UserFacingError as error:
                    dialog_for(error, self._window).open()
                    continue
                if asked != self._asked:
                    return
            found.append(self._known[key])
        self.view.show_progress("")
        self.view.show_facts(found, {row.id for row in rows.values() if row.driven})

    def _facts(self, number: int) -> RunFacts:
        return facts_of(number, self._controller.studio.store.events(number))
