"""Suggested answers side by side, each with what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import label
from app.theme import M, S
from app.views.markdown import MarkdownText

SHORT = 60
"""Options of so few letters go three to a row, longer ones two."""
HIGHEST = 360


class OptionCards(QWidget):
    """At most one of the options is chosen; `changed` says so. The keys 1 to 9 choose as well.

    `notes` are small words at the foot of the options, in the same order.
    """

    changed = Signal()

    def __init__(
        self, options: tuple[str, ...], notes: tuple[str, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, S, 0, S)
        grid.setSpacing(S)
        columns = min(len(options), 3 if max(map(len, options), default=0) <= SHORT else 2)
        for place, option in enumerate(options):
            card = OptionCard(option, place + 1, notes[place] if place < len(notes) else "")
            self._group.addButton(card.button)
            card.button.toggled.connect(lambda _: self.changed.emit())
            grid.addWidget(card, place // columns, place % columns)
            grid.setColumnStretch(place % columns, 1)
            if place < 9:
                key = QShortcut(QKeySequence(str(place + 1)), self, card.choose)
                key.setContext(Qt.ShortcutContext.WindowShortcut)
        self.setVisible(bool(options))

    def buttons(self) -> list[QRadioButton]:
        """The options' buttons, in order."""
        return [button for button in self._group.buttons() if isinstance(button, QRadioButton)]

    def chosen(self) -> str:
        """The chosen option, empty for none."""
        button = self._group.checkedButton()
        return str(button.property("answer")) if button is not None else ""

    def clear(self) -> None:
        """Choose none."""
        button = self._group.checkedButton()
        if button is not None:
            self._group.setExclusive(False)
            button.setChecked(False)
            self._group.setExclusive(True)


class OptionCard(QFrame):
    """One option: its first line beside the button, what follows (reasons, examples) below as Markdown."""

    def __init__(self, option: str, number: int, note: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "choice")
        title, _, rest = option.strip().partition("\n")
        self.button = QRadioButton()
        self.button.setProperty("answer", option)
        self.button.setAccessibleName(title)
        self.button.setAccessibleDescription(rest.strip())
        self.button.toggled.connect(lambda chosen: self._mark("chosen", chosen))
        self.button.installEventFilter(self)
        words = label(title)
        words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        digit = label(str(number), kind="muted")
        digit.setWordWrap(False)
        digit.setVisible(number <= 9)
        head = QHBoxLayout()
        head.setSpacing(S)
        top = Qt.AlignmentFlag.AlignTop
        head.addWidget(self.button, 0, top)
        head.addWidget(words, 1, top)
        head.addWidget(digit, 0, top)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addLayout(head)
        if rest.strip():
            about = MarkdownText(rest.strip(), highest=HIGHEST)
            about.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            column.addWidget(about)
        column.addStretch(1)
        if note:
            column.addWidget(label(note, kind="muted"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def choose(self) -> None:
        """Choose this option."""
        self.button.setChecked(True)
        self.button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the card chooses it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.choose()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The whole card shows that the keyboard is at its button."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._mark("focused", event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def _mark(self, what: str, holds: bool) -> None:
        """Give the card the look of one that is chosen, or at which the keyboard is."""
        self.setProperty(what, holds)
        self.style().unpolish(self)
        self.style().polish(self)
