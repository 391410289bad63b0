"""The cheat sheet of all keys, in which they can be changed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.dialogs.frame import DialogFrame, label
from app.i18n import marked, tr
from app.keymap import Keymap
from app.plain import plain_tip
from app.theme import S
from app.views.controls import set_kind

SIZE = (620, 640)
NAME = Qt.ItemDataRole.UserRole
NATIVE = QKeySequence.SequenceFormat.NativeText
FIXED = (
    (marked("In the conversation"), "Alt+Up, Alt+Down", marked("Previous and next message")),
    (marked("In the conversation"), "Return", marked("Open what belongs to a line")),
    (marked("In the conversation"), "Space", marked("Unfold the thinking")),
    (marked("In the conversation"), "Home, End", marked("The beginning and the end")),
    (marked("In the conversation"), "Ctrl+C", marked("Copy the selection, or the message")),
    (marked("In the hierarchy"), "Left, Right, Up, Down", marked("From agent to agent")),
    (marked("In the hierarchy"), "+, -, 0", marked("Nearer, farther, everything")),
    (marked("In the hierarchy"), "Menu", marked("What can be done with an agent")),
    (marked("In the message field"), "Return, Ctrl+Return", marked("Send")),
    (marked("In the message field"), "Shift+Return", marked("A new line")),
    (marked("In the message field"), "Up, Down", marked("Earlier messages of yours")),
    (marked("In dialogs"), "Ctrl+Return", marked("Answer")),
    (marked("In dialogs"), "Esc", marked("Later; nothing is decided")),
)
"""Keys that belong to a place and are as they are."""


class ShortcutsDialog(DialogFrame):
    """Lists what can be done with which keys; a chosen action's keys can be changed or reset."""

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(tr("Keyboard shortcuts"), parent)
        self._keymap = keymap
        self.begin_with(*SIZE)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search actions and keys"))
        self.search.setAccessibleName(tr("Search actions and keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Keyboard shortcuts"))
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(S)
        self.list.currentItemChanged.connect(self._chosen)
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, 1)
        self.editor = KeyField()
        self.editor.setMaximumSequenceLength(1)
        self.editor.setAccessibleName(tr("New keys"))
        self.editor.keySequenceChanged.connect(self._judge)
        self.set = self.add_button(tr("&Set"))
        self.set.clicked.connect(self._set)
        self.reset = self.add_button(tr("&Reset"))
        self.reset.setToolTip(tr("Give this action its usual keys again"))
        self.reset.clicked.connect(lambda: self._keymap.reset(self.chosen()))
        self.problem = label("", kind="warning")
        self.body.addLayout(self._editing())
        self.body.addWidget(self.problem)
        self.reset_all = self.add_button(tr("Reset &all"), left=True)
        self.reset_all.clicked.connect(self._reset_all)
        self.add_button(tr("Close"), kind="primary").clicked.connect(self.accept)
        keymap.changed.connect(self._fill)
        self._fill()
        self.search.setFocus()

    def chosen(self) -> str:
        """The name of the chosen action, empty where none is that can be changed."""
        item = self.list.currentItem()
        return str(item.data(0, NAME) or "") if item else ""

    def choose(self, name: str) -> None:
        """Choose an action."""
        for item in self._items():
            if item.data(0, NAME) == name:
                self.list.setCurrentItem(item)

    def _reset_all(self) -> None:
        self._keymap.reset()

    def _editing(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.editor, 1)
        row.addWidget(self.set)
        row.addWidget(self.reset)
        return row

    def _fill(self) -> None:
        chosen = self.chosen()
        self.list.clear()
        for name, action in self._keymap.actions.named().items():
            keys = ", ".join(own.toString(NATIVE) for own in self._keymap.keys(name))
            item = self._row(self._keymap.actions.group(name), action.text(), keys)
            item.setData(0, NAME, name)
            item.setToolTip(0, plain_tip(self._keymap.actions.tip(name)))
            if not self._keymap.is_usual(name):
                font = item.font(1)
                font.setBold(True)
                item.setFont(1, font)
                item.setToolTip(1, tr("Changed by you"))
        for group, fixed, what in FIXED:
            item = self._row(tr(group), tr(what), fixed)
            for column in (0, 1):
                item.setForeground(column, self.palette().brush(QPalette.ColorRole.PlaceholderText))
        self.list.expandAll()
        self._filter()
        self.choose(chosen)
        self._chosen()

    def _row(self, group: str, what: str, keys: str) -> QTreeWidgetItem:
        head = next((head for head in self._heads() if head.text(0) == group), None)
        if head is None:
            head = QTreeWidgetItem(self.list, [group])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
        return QTreeWidgetItem(head, [what, keys])

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for head in self._heads() for item in _inner(head)]

    def _heads(self) -> list[QTreeWidgetItem]:
        found = (self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount()))
        return [head for head in found if head is not None]

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for item in self._items():
            text = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in text for word in words))
        for head in self._heads():
            head.setHidden(all(item.isHidden() for item in _inner(head)))

    def _chosen(self) -> None:
        name = self.chosen()
        for part in (self.editor, self.set):
            part.setEnabled(bool(name))
        self.reset.setEnabled(bool(name) and not self._keymap.is_usual(name))
        keys = self._keymap.keys(name) if name else []
        self.editor.setKeySequence(keys[0] if keys else QKeySequence())
        self._judge()

    def _judge(self) -> None:
        """Name the action that would lose these keys, before anything is changed."""
        name = self.chosen()
        other = self._keymap.owner(self.editor.keySequence(), name) if name else ""
        if other:
            action = self._keymap.actions.named()[other]
            self.problem.setText(
                tr("“{action}” has these keys now and would lose them.", action=action.text())
            )
        else:
            self.problem.setText("" if name else tr("Choose an action to change its keys."))
        set_kind(self.problem, "warning" if other else "muted")

    def _set(self) -> None:
        if name := self.chosen():
            wanted = self.editor.keySequence()
            kept = [own for own in self._keymap.keys(name)[1:] if own != wanted]
            self._keymap.bind(name, [] if wanted.isEmpty() else [wanted, *kept])


def _inner(head: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (head.child(at) for at in range(head.childCount()))
    return [item for item in found if item is not None]


class KeyField(QKeySequenceEdit):
    """A field that takes the keys that are pressed; Tab and Escape keep their meaning."""

    def __init__(self) -> None:
        super().__init__()
        self.setClearButtonEnabled(True)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Tab go on to the next field instead of being recorded."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Tab:
                self.focusNextChild()
                return True
            if event.key() == Qt.Key.Key_Backtab:
                self.focusPreviousChild()
                return True
        return super().eventFilter(watched, event)
