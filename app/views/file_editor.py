"""Program text that can be changed: the team's file under the user's hands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.theme import ThemeSource
from app.views.code_editor import TAB_COLUMNS, CodeEditor

COLOUR_MILLISECONDS = 120


class FileEditor(CodeEditor):
    """An editor with undo, indentation by spaces, and `save_wanted` on Ctrl+S.

    `colours_wanted` says that the text has rested for a moment and could be coloured anew.
    """

    save_wanted = Signal()
    colours_wanted = Signal()

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(source, parent)
        self.setReadOnly(False)
        self.setUndoRedoEnabled(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.setAccessibleName(tr("Edit the file"))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(COLOUR_MILLISECONDS)
        self._rest.timeout.connect(self.colours_wanted)
        self.textChanged.connect(self._rest.start)

    def showEvent(self, event: QShowEvent) -> None:
        """Colour what changed meanwhile."""
        super().showEvent(event)
        self._rest.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees colours now."""
        super().hideEvent(event)
        self._rest.stop()

    def show_code(self, text: str) -> None:
        """Begin with a text; there is nothing to undo yet."""
        super().show_code(text)
        self.document().clearUndoRedoStacks()

    def replace_all(self, text: str) -> None:
        """Take another text, as an edit that can be undone."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+S and Tab before the window's shortcuts and the focus do."""
        overriding = event.type() == QEvent.Type.ShortcutOverride
        if overriding and isinstance(event, QKeyEvent) and _saves(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save, indent, or begin a line as far in as the one before; Ctrl+Tab leaves the editor."""
        if _saves(event):
            self.save_wanted.emit()
        elif event.key() == Qt.Key.Key_Tab and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Tab:
            self._indent()
        elif event.key() == Qt.Key.Key_Backtab:
            self._outdent()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._new_line()
        else:
            super().keyPressEvent(event)

    def _indent(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection():
            for line in self._chosen_lines():
                line.insertText(" " * TAB_COLUMNS)
            return
        column = cursor.positionInBlock() % TAB_COLUMNS
        cursor.insertText(" " * (TAB_COLUMNS - column))

    def _outdent(self) -> None:
        for line in self._chosen_lines():
            text = line.block().text()
            for _ in range(min(TAB_COLUMNS, len(text) - len(text.lstrip(" ")))):
                line.deleteChar()

    def _chosen_lines(self) -> list[QTextCursor]:
        """A cursor at the beginning of each line that the selection touches."""
        chosen = self.textCursor()
        block = self.document().findBlock(chosen.selectionStart())
        last = self.document().findBlock(max(chosen.selectionStart(), chosen.selectionEnd() - 1))
        lines: list[QTextCursor] = []
        while block.isValid() and block.blockNumber() <= last.blockNumber():
            lines.append(QTextCursor(block))
            block = block.next()
        return lines

    def _new_line(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = before[: len(before) - len(before.lstrip(" \t"))]
        deeper = " " * TAB_COLUMNS if before.rstrip().endswith((":", "{", "(", "[")) else ""
        cursor.insertText(f"\n{indent}{deeper}")
        self.ensureCursorVisible()


def _saves(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.ControlModifier
