"""The model servers from near: a card each, above the line at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.plain import PlainLabel
from app.theme import XS, L, M, S, figures_font

if TYPE_CHECKING:
    from app.servers import ServerCard

EVERY = 1000  # milliseconds
WIDTH = 440


class ServersPopup(QFrame):
    """Goes away when something else is clicked; as long as it is there it shows what `cards` says now.

    `manage` opens the models and servers.
    """

    def __init__(self, cards: Callable[[], Sequence[ServerCard]], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._cards = cards
        self._shown: list[ServerCard] = []
        self.setProperty("kind", "flyout")
        self.setAccessibleName(tr("Model servers"))
        self.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(L, L, L, L)
        self._column.setSpacing(M)
        self.card_widgets: list[CardView] = []
        self.manage = QPushButton(tr("Models and servers …"))
        self._column.addWidget(self.manage, 0, Qt.AlignmentFlag.AlignLeft)
        self.manage.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.refresh)

    def show_above(self, anchor: QWidget) -> None:
        """Show it above a part of the window."""
        self.refresh()
        self._fit()
        corner = anchor.mapToGlobal(QPoint(0, 0))
        self.move(corner.x(), corner.y() - self.height() - S)
        self.show()
        self.manage.setFocus()
        self._timer.start()

    def refresh(self) -> None:
        """Show the servers as they are now."""
        cards = list(self._cards())
        if cards == self._shown:
            return
        bottom = self.geometry().bottom()
        self._shown = cards
        for widget in self.card_widgets:
            self._column.removeWidget(widget)
            widget.deleteLater()
        self.card_widgets = [CardView(card) for card in cards]
        for place, widget in enumerate(self.card_widgets):
            self._column.insertWidget(place, widget)
        if self.isVisible():
            self._fit()
            self.move(self.x(), bottom - self.height() + 1)

    def _fit(self) -> None:
        """As high as its words need."""
        self._column.activate()
        self.resize(WIDTH, self._column.heightForWidth(WIDTH))

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no longer."""
        self._timer.stop()
        super().hideEvent(event)


class CardView(QWidget):
    """One server: a heading, and below it what is known, each with its caption."""

    def __init__(self, card: ServerCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, S)
        grid.setHorizontalSpacing(M)
        grid.setVerticalSpacing(XS)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_label(card.name, "heading"), 0, 0, 1, 2)
        grid.addWidget(_label(card.where, "muted"), 1, 0, 1, 2)
        row = 2
        if card.problem:
            grid.addWidget(_label(card.problem, "bad"), row, 0, 1, 2)
            row += 1
        for caption, text in (
            (tr("Memory"), card.memory),
            (tr("Work"), card.work),
            (tr("Speed"), card.speed),
        ):
            if text:
                captioned, told = _label(caption, "muted"), _label(text)
                for part in (captioned, told):
                    part.setFont(figures_font())
                grid.addWidget(captioned, row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(told, row, 1, Qt.AlignmentFlag.AlignTop)
                row += 1
        grid.setRowStretch(row, 1)


def _label(text: str, kind: str = "") -> PlainLabel:
    return PlainLabel(text, kind=kind, wraps=True)
