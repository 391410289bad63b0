"""The strip at the top: what to do with the run, which run it is, and the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from app.actions import Actions
from app.i18n import tr
from app.icons import icon
from app.plain import plain_tip
from app.theme import XS, S, ThemeSource
from app.views.controls import ICON, WordButton
from app.views.empty import ElidedLabel

if TYPE_CHECKING:
    from app.state.run import RunSummary

WIDEST = 56
"""So many letters of a project's name are shown at most; its workflow and model have room, too."""


class Toolbar(QFrame):
    """Run, pause, stop the call, abort, branch; the title of the run; the palette, New and the menu."""

    def __init__(self, source: ThemeSource, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.setProperty("kind", "bar")
        self.title = ElidedLabel(kind="heading")
        self.facts = ElidedLabel(kind="muted")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(S, XS, S, XS)
        row.setSpacing(XS)
        for action in (actions.run, actions.pause, actions.stop_call, actions.stop, actions.branch):
            row.addWidget(_button(action, words=True))
        row.addSpacing(S)
        row.addStretch(1)
        row.addWidget(self.title)
        row.addWidget(self.facts)
        row.addStretch(1)
        row.addSpacing(S)
        self.finder = self._finder(actions.palette)
        row.addWidget(self.finder)
        row.addWidget(_button(actions.new, words=False))
        self._menu_button = self._menu(actions)
        row.addWidget(self._menu_button)
        source.changed.connect(self._rethemed)
        self._rethemed()

    def show_run(self, run: RunSummary | None) -> None:
        """Say which run is shown: project, workflow, model."""
        if run is None or not run.begun:
            self.title.show_text("")
            self.facts.show_text("")
            return
        self.title.show_text(run.project)
        demo = "  ·  " + tr("demo: recorded replies") if run.demo and "recorded" not in run.model else ""
        self.facts.show_text(f" ·  {tr(run.title)}  ·  {tr(run.model)}{demo}")
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Cut the workflow and the model before the project's name, but leave them a third of the room."""
        items = [item for place in range(self._row.count()) if (item := self._row.itemAt(place)) is not None]
        taken = sum(
            item.sizeHint().width() + self._row.spacing()
            for item in items
            if item.widget() is not self.title and item.widget() is not self.facts
        )
        room = max(0, self.width() - taken - 2 * S)
        widest = WIDEST * self.title.fontMetrics().averageCharWidth()
        name = min(
            self.title.sizeHint().width(), widest, room - min(self.facts.sizeHint().width(), room // 3)
        )
        self.title.setMaximumWidth(name)
        self.facts.setMaximumWidth(room - name)
        self._row.activate()

    def _finder(self, action: QAction) -> WordButton:
        """The way to the palette, by its keys: whoever sees them needs the button no more."""
        made = WordButton()
        made.setProperty("kind", "hint")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(action.text())
        made.clicked.connect(action.trigger)

        def tell() -> None:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            made.setText(keys or tr("Find"))
            made.setToolTip(plain_tip(action.toolTip()))

        action.changed.connect(tell)
        tell()
        return made

    def _menu(self, actions: Actions) -> QToolButton:
        menu = QMenu(self)
        menu.addActions([actions.new, actions.new_task, actions.open, actions.undo, actions.demo])
        menu.addSeparator()
        menu.addActions([actions.pause, actions.stop_call, actions.stop, actions.branch, actions.replay])
        menu.addSeparator()
        menu.addActions([actions.answer, actions.speak, actions.role])
        menu.addSeparator()
        menu.addActions(
            [actions.palette, actions.find, actions.search, actions.folder, actions.home, actions.problems]
        )
        menu.addAction(actions.program)
        menu.addActions([actions.figures, actions.compare, actions.bench])
        menu.addSeparator()
        menu.addMenu(tr("Text size")).addActions([actions.larger, actions.smaller, actions.usual_size])
        menu.addActions([actions.models, actions.companies])
        menu.addActions([actions.shortcuts, actions.settings, actions.about])
        menu.addSeparator()
        menu.addAction(actions.quit)
        made = QToolButton()
        made.setIconSize(QSize(ICON, ICON))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(tr("Menu"))
        made.setToolTip(tr("Menu"))
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return made

    def _rethemed(self) -> None:
        self._menu_button.setIcon(icon("menu", self._source.theme))
        self.finder.setIcon(icon("search", self._source.theme, self._source.theme.muted))


def _button(action: QAction, *, words: bool) -> QToolButton:
    button = WordButton() if words else QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(ICON, ICON))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
