"""How attempts at a function differ: an input a row, a reading a column, and in the cells what comes out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from agents.events import Reading
from app.i18n import tr
from app.plain import plain_tip
from app.theme import XS, M, mono_font, ui_font

MOST_ROWS = 6
"""Rows that are seen at once; further ones are scrolled to."""
INPUT_SHARE = 0.45
"""So much of the width the inputs take at most."""


class BehaviourTable(QTableWidget):
    """As high as its rows; a text that does not fit is cut in its middle and whole in its tip."""

    def __init__(
        self, inputs: Sequence[str], readings: Sequence[Reading], parent: QWidget | None = None
    ) -> None:
        super().__init__(len(inputs), 1 + len(readings), parent)
        self.setAccessibleName(tr("What the attempts do"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._name_columns(readings)
        for row, call in enumerate(inputs):
            self._put(row, 0, call)
            for column, reading in enumerate(readings, 1):
                self._put(row, column, reading.outcomes[row] if row < len(reading.outcomes) else "")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + M)
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """The height of the header and of at most `MOST_ROWS` rows."""
        rows = min(self.rowCount(), MOST_ROWS)
        height = (
            self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize()
        )
        return QSize(super().sizeHint().width(), height + XS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the inputs what they need, up to their share, and the readings the rest in equal parts."""
        super().resizeEvent(event)
        self.setColumnWidth(0, min(self.sizeHintForColumn(0) + M, int(self.viewport().width() * INPUT_SHARE)))

    def _name_columns(self, readings: Sequence[Reading]) -> None:
        head = self.horizontalHeader()
        head.setProperty("kind", "compact")
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setFont(ui_font(small=True))
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        names = [tr("Input"), *(f"{n}  {reading.meaning}" for n, reading in enumerate(readings, 1))]
        for column, name in enumerate(names):
            item = QTableWidgetItem(name.partition("\n")[0])
            item.setToolTip(plain_tip(name))
            self.setHorizontalHeaderItem(column, item)
            stretched = QHeaderView.ResizeMode.Stretch if column else QHeaderView.ResizeMode.Fixed
            head.setSectionResizeMode(column, stretched)

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setFont(mono_font(small=True))
        item.setToolTip(plain_tip(text))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.setItem(row, column, item)
