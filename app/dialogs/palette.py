"""The command palette: everything that can be done or gone to, by a few of its letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.fuzzy import best, match
from app.i18n import marked, tr
from app.icons import picture
from app.plain import PlainLabel
from app.theme import XS, M, S, ThemeSource, ui_font

Kind: TypeAlias = Literal["action", "run", "file", "agent", "phase"]
PREFIXES: dict[str, Kind] = {">": "action", "#": "run", "/": "file", "@": "agent", "!": "phase"}
ICONS: dict[Kind, str] = {"action": "run", "run": "clock", "file": "file", "agent": "team", "phase": "tests"}
KINDS: dict[Kind, str] = {
    "action": marked("Command"),
    "run": marked("Run"),
    "file": marked("File"),
    "agent": marked("Agent"),
    "phase": marked("Phase"),
}
MOST = 60
WIDTH, ROWS, TOP = 600, 11, 48
MARK = 16
ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be chosen: `detail` stands at the right of its title, `act` does it or goes there.

    `also` are further words that find it: a command's English ones where the window speaks another language.
    """

    kind: Kind
    title: str
    detail: str
    act: Callable[[], None]
    icon: str = ""
    enabled: bool = True
    also: str = ""

    @property
    def words(self) -> str:
        """All that it is found by."""
        return f"{self.title} {self.also}" if self.also else self.title


class Palette(QFrame):
    """Lies over the upper part of the window until something is chosen or the keyboard goes elsewhere."""

    def __init__(self, source: ThemeSource, window: QWidget) -> None:
        super().__init__(window)
        self._source = source
        self._entries: Sequence[Entry] = ()
        self._before: QWidget | None = None
        self.setProperty("kind", "popup")
        self.setAccessibleName(tr("Find anything"))
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Find anything"))
        self.field.setPlaceholderText(tr("A command, run, file or agent …"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setItemDelegate(_EntryDelegate(source, self))
        self.list.clicked.connect(lambda _: self.choose())
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        self.nothing = PlainLabel(tr("Nothing has these letters."), kind="muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        hint = PlainLabel(tr("> commands    # runs    / files    @ agents    ! phases"), kind="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(S)
        for part in (self.field, self.list, self.nothing, hint):
            column.addWidget(part)
        self.hide()

    def open(self, entries: Sequence[Entry]) -> None:
        """Show the palette over the window, with nothing written yet."""
        self._entries = entries
        self._before = QApplication.focusWidget()
        self._place()
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.window().installEventFilter(self)

    def close_palette(self) -> None:
        """Hide it, and give the keyboard back."""
        self.window().removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def choose(self) -> None:
        """Do what the current entry stands for."""
        entry = self.list.currentIndex().data(ENTRY)
        if isinstance(entry, Entry) and entry.enabled:
            self.close_palette()
            entry.act()

    def titles(self) -> list[str]:
        """What is listed now, the best first."""
        return [self._model.item(row).text() for row in range(self._model.rowCount())]

    @property
    def words(self) -> str:
        """What is looked for, without the prefix that names a kind."""
        text = self.field.text()
        return text[1:] if text[:1] in PREFIXES else text

    def _search(self, text: str) -> None:
        kind = PREFIXES.get(text[:1])
        among = [entry for entry in self._entries if kind in (None, entry.kind)]
        found = best(self.words, among, lambda entry: entry.words, MOST)
        found.sort(key=lambda entry: not entry.enabled)
        self._model.clear()
        for entry in found:
            item = QStandardItem(entry.title)
            item.setData(entry, ENTRY)
            item.setEditable(False)
            described = f"{tr(KINDS[entry.kind])}, {entry.detail}"
            item.setData(described, Qt.ItemDataRole.AccessibleDescriptionRole)
            self._model.appendRow(item)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if found:
            self.list.setCurrentIndex(self._model.index(0, 0))
        self._place()

    def _step(self, by: int) -> None:
        count = self._model.rowCount()
        if count:
            self.list.setCurrentIndex(self._model.index((self.list.currentIndex().row() + by) % count, 0))

    def _place(self) -> None:
        above = self.parentWidget()
        if above is None:
            return
        width = min(WIDTH, above.width() - 2 * M)
        row = row_height()
        self.list.setFixedHeight(min(ROWS, max(1, self._model.rowCount())) * row + XS)
        self.setGeometry((above.width() - width) // 2, min(TOP, above.height() // 8), width, 0)
        self.resize(width, self.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field's arrows go through the list; a click or focus elsewhere closes the palette."""
        if watched is self.field:
            if event.type() == QEvent.Type.FocusOut and QApplication.activePopupWidget() is None:
                self._before = None
                self.close_palette()
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
        elif event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_PageDown | Qt.Key.Key_PageUp:
                self._step(ROWS if event.key() == Qt.Key.Key_PageDown else -ROWS)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.choose()
            case Qt.Key.Key_Escape:
                self.close_palette()
            case _:
                return False
        return True


def row_height() -> int:
    """How high an entry is."""
    return QFontMetrics(ui_font()).height() + S + XS


class _EntryDelegate(QStyledItemDelegate):
    """Icon, title with the letters that were found, and the detail at the right."""

    def __init__(self, source: ThemeSource, palette: Palette) -> None:
        super().__init__(palette)
        self._source, self._palette = source, palette

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One line."""
        return QSize(0, row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint an entry."""
        entry = index.data(ENTRY)
        if not isinstance(entry, Entry):
            return
        theme = self._source.theme
        area: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(theme.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(theme.hover))
        color = theme.text if entry.enabled else theme.muted
        mark = picture(
            entry.icon or ICONS[entry.kind], theme.muted, MARK, painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(area.left() + S, area.center().y() - MARK // 2 + 1, mark)
        text = area.adjusted(2 * S + MARK, 0, -S, 0)
        painter.setFont(ui_font(small=True))
        detail = painter.fontMetrics().elidedText(
            entry.detail, Qt.TextElideMode.ElideMiddle, text.width() // 2
        )
        painter.setPen(QColor(theme.muted))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, flags | Qt.AlignmentFlag.AlignRight, detail)
        room = text.width() - painter.fontMetrics().horizontalAdvance(detail) - M
        self._write(painter, QRect(text.left(), text.top(), room, text.height()), entry.title, color)
        painter.restore()

    def _write(self, painter: QPainter, area: QRect, title: str, color: str) -> None:
        """The title, its found letters bold and in the accent."""
        hit = match(self._palette.words, title)
        places = set(hit.places) if hit else set[int]()
        painter.setFont(ui_font())
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, area.width())
        x, at = area.left(), 0
        while at < len(shown):
            end = at
            while end < len(shown) and (end in places) == (at in places):
                end += 1
            piece, found = shown[at:end], at in places
            painter.setFont(ui_font(bold=found))
            painter.setPen(QColor(self._source.theme.accent if found else color))
            painter.drawText(
                QRect(x, area.top(), area.width(), area.height()), Qt.AlignmentFlag.AlignVCenter, piece
            )
            x += painter.fontMetrics().horizontalAdvance(piece)
            at = end
