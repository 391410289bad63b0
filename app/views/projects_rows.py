"""How a run, a message that was found in it, and its branches are drawn in the list of projects."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from agents.store.rows import RunRow, SearchHit
from app.i18n import tr, trn
from app.icons import picture
from app.qtmodels.runs import HIT_ROLE, MORE_ROLE, ROW_ROLE, WISH_ROLE, WORD_ROLE, WORKFLOW_ROLE
from app.theme import XS, M, S, Theme, ThemeSource, ui_font
from app.wording import ago, speaker_word

Index = QModelIndex | QPersistentModelIndex

ICONS = {
    "running": "dot",
    "paused": "pause",
    "stopped": "stop",
    "succeeded": "check",
    "failed": "cross",
    "interrupted": "warning",
    "asks you": "question",
}
MARK = 16
INDENT = 14
"""How far a branch stands to the right of what it branched off."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEAD = 14
"""So many letters stand before the first word that was searched for."""
_FILLED = "filled"


def color_of(word: str, theme: Theme) -> str:
    """The colour of a run's state, always beside its mark and word."""
    return {
        "running": theme.accent,
        "paused": theme.warning,
        "succeeded": theme.good,
        "failed": theme.bad,
        "interrupted": theme.warning,
        "asks you": theme.accent,
    }.get(word, theme.muted)


class RunTree(QTreeView):
    """A tree whose branches stay open. `menu_wanted` tells where to open the menu for the current line.

    The right button makes a line the current one without choosing it: `pointed` is emitted before.
    """

    menu_wanted = Signal(QPoint)
    pointed = Signal(QModelIndex)

    def __init__(self, source: ThemeSource, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(INDENT)
        self.setMouseTracking(True)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(RunDelegate(source, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)

    def selected_runs(self) -> list[RunRow]:
        """The runs that are selected, from top to bottom; a message counts for nothing."""
        found: dict[int, RunRow] = {}
        for index in sorted(self.selectedIndexes(), key=lambda index: self.visualRect(index).top()):
            row = index.data(ROW_ROLE)
            if isinstance(row, RunRow) and index.data(HIT_ROLE) is None and not index.data(MORE_ROLE):
                found[row.id] = row
        return list(found.values())

    def select_all(self, indexes: Sequence[QModelIndex]) -> None:
        """Select these lines and no others; the current one stays."""
        chosen = QItemSelection()
        for index in indexes:
            chosen.select(index, index)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @property
    def editing(self) -> bool:
        """Whether a name is being typed."""
        return self.state() == QTreeView.State.EditingState

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right button opens the menu only."""
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Point at the line under the mouse, or stay at the current one, and ask for its menu."""
        where = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if not index.isValid():
                return
            self.pointed.emit(index)
        else:
            where = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_wanted.emit(where)

    def drawBranches(self, _painter: QPainter, _rect: QRect, _index: Index) -> None:
        """Nothing: the delegate draws the lines between branches."""


class RunDelegate(QStyledItemDelegate):
    """Two lines a run: mark, name and date; then state, workflow and model. Two lines a message as well."""

    def __init__(self, source: ThemeSource, parent: QTreeView) -> None:
        super().__init__(parent)
        self._source = source

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines and some air; one line for what leads to more messages."""
        line = option.fontMetrics.height()
        return QSize(120, line + S if index.data(MORE_ROLE) else 2 * line + 2 * S + XS)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a line over the whole width of the list."""
        row, hit = index.data(ROW_ROLE), index.data(HIT_ROLE)
        if not isinstance(row, RunRow):
            return
        area: QRect = option.rect
        painter.save()
        self._background(painter, QRect(0, area.top(), area.right() + 1, area.height()), option)
        if isinstance(hit, SearchHit):
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_hit(painter, area.adjusted(M, S, -S, -S), hit, selected=selected)
        elif more := index.data(MORE_ROLE):
            words = area.adjusted(M, 0, -S, 0)
            self._write(
                painter,
                words,
                trn("Show {count} more message", "Show {count} more messages", int(more)),
                self._source.theme.accent,
            )
        else:
            self._branches(painter, area, index)
            self._paint_run(painter, area, index, row)
        painter.restore()

    def _background(self, painter: QPainter, area: QRect, option: QStyleOptionViewItem) -> None:
        theme, state = self._source.theme, option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(theme.selection))
            painter.fillRect(QRect(area.left(), area.top(), 2, area.height()), QColor(theme.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(theme.hover))
        else:
            painter.fillRect(area, QColor(theme.surface))

    # --- runs --------------------------------------------------------------------------------------

    def _paint_run(self, painter: QPainter, area: QRect, index: Index, row: RunRow) -> None:
        theme = self._source.theme
        word = str(index.data(WORD_ROLE))
        first, second = _lines(_text_area(area))
        mark = picture(ICONS[word], color_of(word, theme), MARK, painter.device().devicePixelRatioF())
        painter.drawPixmap(area.left() + M, first.center().y() - MARK // 2 + 1, mark)
        date = ago(row.changed, time.time())
        painter.setFont(ui_font(small=True))
        used = painter.fontMetrics().horizontalAdvance(date) + S
        self._write(painter, first, date, theme.muted, align=RIGHT)
        name = shown_name(row, index.parent().data(ROW_ROLE))
        self._write(painter, first.adjusted(0, 0, -used, 0), name, theme.text, bold=True)
        usual = (index.data(WORKFLOW_ROLE), tr(row.model))
        about = (index.data(WISH_ROLE),) if index.data(WISH_ROLE) else usual
        facts = " · ".join(str(part) for part in (tr(word), *about) if part)
        self._write(painter, second, facts, theme.muted)

    def _branches(self, painter: QPainter, area: QRect, index: Index) -> None:
        """The lines that lead from a run to those that branched off it."""
        painter.setPen(QPen(QColor(self._source.theme.outline), 1))
        middle = _lines(_text_area(area))[0].center().y()
        x = area.left() + M + MARK // 2
        below = index.model().index(0, 0, index)
        if below.isValid() and below.data(HIT_ROLE) is None and not below.data(MORE_ROLE):
            painter.drawLine(x, middle + MARK // 2 + 3, x, area.bottom())
        x -= INDENT
        level: Index = index
        own = True
        while level.parent().isValid():
            followed = level.sibling(level.row() + 1, 0).isValid()
            if own:
                painter.drawLine(x, middle, x + INDENT - MARK // 2 - 2, middle)
            if own or followed:
                painter.drawLine(x, area.top(), x, area.bottom() if followed else middle)
            level, own, x = level.parent(), False, x - INDENT

    # --- messages ----------------------------------------------------------------------------------

    def _paint_hit(self, painter: QPainter, area: QRect, hit: SearchHit, *, selected: bool) -> None:
        theme = self._source.theme
        first, second = _lines(area)
        speaker = speaker_word(hit.speaker)  # on the colour of a selection not every role's can be read
        self._write(painter, first, speaker, theme.text if selected else theme.role(speaker))
        pieces = marked_pieces(hit.snippet)
        x = second.left()
        for text, is_match in pieces:
            painter.setFont(ui_font(small=True, bold=is_match))
            painter.setPen(QColor(theme.text if is_match else theme.muted))
            room = QRect(x, second.top(), second.right() - x, second.height())
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, LEFT, shown)
            x += painter.fontMetrics().horizontalAdvance(text)
            if x >= second.right():
                break

    def _write(
        self,
        painter: QPainter,
        area: QRect,
        text: str,
        color: str,
        *,
        bold: bool = False,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        painter.setFont(ui_font(small=not bold))
        painter.setPen(QColor(color))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, align, shown)

    # --- renaming ----------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        """A field for the name."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(tr("Name of the project"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the name in, once: what is being typed stays when the run changes meanwhile."""
        if isinstance(editor, QLineEdit) and not editor.property(_FILLED):
            editor.setProperty(_FILLED, True)
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand the name over."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Put the field where the name stands."""
        first, _ = _lines(_text_area(option.rect))
        height = editor.sizeHint().height()
        editor.setGeometry(first.left() - S, first.center().y() - height // 2, first.width() + S, height)


def shown_name(row: RunRow, above: object) -> str:
    """What a run is called in the list: a branch without the name that stands above it already."""
    if isinstance(above, RunRow) and row.project_name.startswith(f"{above.project_name} · "):
        return f"{row.project_name.removeprefix(above.project_name).lstrip(' ·')} {row.id}"
    return row.project_name


def marked_pieces(snippet: str) -> list[tuple[str, bool]]:
    """A snippet in pieces, each with whether it is one of the words that were searched for.

    Marks of Markdown are left out, and of the beginning only so much is kept that the first word is seen.
    """
    line = " ".join(re.sub(r"\*\*|`|^#+ ", "", snippet).split())
    lead, mark, rest = line.partition("‹")
    if mark and len(lead) > LEAD:
        lead = "…" + lead[-LEAD:].partition(" ")[2]
    line = f"{lead}{mark}{rest}"
    return [(piece, place % 2 == 1) for place, piece in enumerate(re.split("[‹›]", line)) if piece]


def _text_area(area: QRect) -> QRect:
    return area.adjusted(M + MARK + S, S, -S, -S)


def _lines(area: QRect) -> tuple[QRect, QRect]:
    half = area.height() // 2
    return (
        QRect(area.left(), area.top(), area.width(), half),
        QRect(area.left(), area.top() + half, area.width(), half),
    )
