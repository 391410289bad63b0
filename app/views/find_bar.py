"""The bar in which words are looked for in the conversation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from app.i18n import tr
from app.icons import icon
from app.plain import PlainLabel
from app.theme import XS, S, ThemeSource, figures_font
from app.views.controls import icon_button, set_kind

ICON = 14


class FindBar(QFrame):
    """`typed` carries the words, `stepped` 1 for the next place and -1 for the previous one.

    `closed` says that nothing is looked for any more.
    """

    typed = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.setProperty("kind", "bar")
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Find in the conversation"))
        self.words.setAccessibleName(tr("Find in the conversation"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self.typed)
        self.words.installEventFilter(self)
        self.count = PlainLabel()
        self.count.setFont(figures_font(small=True))
        self.count.setProperty("kind", "muted")
        self.back = icon_button(tr("Previous place (Shift+Enter)"), ICON)
        self.forward = icon_button(tr("Next place (Enter)"), ICON)
        self.leave = icon_button(tr("Close (Esc)"), ICON)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.forward.clicked.connect(lambda: self.stepped.emit(1))
        self.leave.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(S, XS, S, XS)
        row.setSpacing(XS)
        row.addWidget(self.words, 1)
        for widget in (self.count, self.back, self.forward, self.leave):
            row.addWidget(widget)
        source.changed.connect(self._rethemed)
        self._rethemed()
        self.show_count(0, 0)
        self.hide()

    def open_bar(self, words: str = "") -> None:
        """Show the bar with the keyboard in it; `words` replace what stands there."""
        self.show()
        if words:
            self.words.setText(words)
        self.words.selectAll()
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.typed.emit(self.words.text())

    def close_bar(self) -> None:
        """Hide the bar; nothing is looked for any more."""
        self.hide()
        self.closed.emit()

    def show_count(self, number: int, total: int, *, searching: bool = False) -> None:
        """Say which place of how many is the current one; `searching`: there may be more."""
        if not self.words.text():
            text = ""
        elif not total:
            text = tr("searching …") if searching else tr("not found")
        else:
            text = tr("{number} of {total}", number=number, total=f"{total}+" if searching else total)
        self.count.setText(text)
        set_kind(self.count, "warning" if self.words.text() and not total and not searching else "muted")
        self.back.setEnabled(total > 0)
        self.forward.setEnabled(total > 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on, with Shift back; Esc closes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            match event.key():
                case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F3:
                    self.stepped.emit(-1 if back else 1)
                    return True
                case Qt.Key.Key_Escape:
                    self.close_bar()
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)

    def _rethemed(self) -> None:
        theme = self._source.theme
        self.back.setIcon(icon("chevron-up", theme))
        self.forward.setIcon(icon("chevron-down", theme))
        self.leave.setIcon(icon("cross", theme))
