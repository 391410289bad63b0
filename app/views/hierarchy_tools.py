"""A few buttons for the team's picture: levels, zoom, fit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from app.i18n import tr
from app.icons import icon
from app.theme import XS, S, ThemeSource
from app.views.controls import icon_button
from app.views.hierarchy import HierarchyView


class HierarchyTools(QFrame):
    """A row at the right; it is not seen while there is no team."""

    def __init__(self, view: HierarchyView, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._icons: dict[QToolButton, str] = {}
        self._row = QHBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row.setContentsMargins(S, 0, S, XS)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self.fewer = self._button("fold", tr("Fold the lowest level ([)"), lambda: view.change_levels(-1))
        self.more = self._button("unfold", tr("Unfold one level (])"), lambda: view.change_levels(1))
        self.smaller = self._button("zoom-out", tr("Zoom out (-)"), lambda: view.zoom(0.8))
        self.larger = self._button("zoom-in", tr("Zoom in (+)"), lambda: view.zoom(1.25))
        self.fit = self._button("zoom-fit", tr("Show the whole team (0)"), lambda: view.show_levels(None))
        source.changed.connect(self._rethemed)
        self._rethemed()
        self.show_levels(-1)

    def _button(self, name: str, tip: str, act: Callable[[], None]) -> QToolButton:
        made = icon_button(tip)
        made.setProperty("kind", "tight")  # the team's column may be narrow, and squeezed icons are not seen
        made.clicked.connect(act)
        self._icons[made] = name
        self._row.addWidget(made)
        return made

    def show_levels(self, levels: int) -> None:
        """Offer what a team with so many levels below its heads can use; nothing without a team."""
        self.setVisible(levels >= 0)
        self.fewer.setVisible(levels > 1)
        self.more.setVisible(levels > 1)

    def _rethemed(self) -> None:
        for button, name in self._icons.items():
            button.setIcon(icon(name, self._source.theme, self._source.theme.muted))
