"""The frame that every dialog shares, and waiting for a dialog from a coroutine."""

from __future__ import annotations

import asyncio
from typing import cast

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.plain import PlainLabel
from app.scaling import text_scale
from app.theme import XL, L, M, S
from app.views.focus_frame import frame_reached, neighbour_of
from app.views.icon_label import IconLabel

MARK, TITLE_BAR = 20, 32


class DialogFrame(QDialog):
    """A heading, a body and a row of buttons. It never runs an event loop of its own.

    `present()` shows it beside the window, `open()` over the window until it is closed.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, heading: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(XL, L, XL, L)
        self._outer.setSpacing(L)
        self.body = QVBoxLayout()
        self.body.setSpacing(S)
        if heading:
            self.body.addWidget(label(heading, kind="heading"))
        self._middle = QHBoxLayout()
        self._middle.setSpacing(M)
        self._middle.addLayout(self.body, 1)
        self._outer.addLayout(self._middle, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(S)
        self._buttons.addStretch(1)
        self._left = 0
        self._outer.addLayout(self._buttons)

    def set_mark(self, name: str, role: QPalette.ColorRole) -> None:
        """Put an icon before the heading, in the palette's colour for `role`."""
        self._middle.insertWidget(0, IconLabel(name, MARK, role), 0, Qt.AlignmentFlag.AlignTop)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the dialog as large as its words need: a fixed size knows nothing of large text."""
        super().showEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Grow with words that were changed; else their lines would be taken from the fields beside them."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return done

    def begin_with(self, width: int, height: int) -> None:
        """Take this size, or a larger one for larger text, as far as the screen, or the window, has room."""
        scale, room = max(1.0, text_scale()), self.screen().availableSize() - QSize(0, TITLE_BAR)
        above = self.parentWidget()
        room = room.expandedTo(above.window().size() if above is not None else QSize(width, height))
        self.resize(QSize(round(width * scale), round(height * scale)).boundedTo(room))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: where it went can be seen, also in lists. What was disabled leaves the focus in its row."""
        held = cast("QWidget | None", self.focusWidget())
        if held and not (held.isVisible() and held.isEnabled()) and (neighbour := neighbour_of(held)):
            neighbour.setFocus()
            return True
        moved = super().focusNextPrevChild(forward)
        frame_reached(self)
        return moved

    def _fit(self) -> None:
        """Grow, at most to the screen's height; Qt's least size counts a wrapped text as one line or two."""
        width = max(self.width(), self.minimumSizeHint().width())
        needed = min(self._outer.totalMinimumHeightForWidth(width), self.screen().availableSize().height())
        self.resize(width, max(self.height(), needed))

    def present(self) -> None:
        """Show the dialog beside the window, which stays usable; the keyboard goes to it only from Troupe."""
        away = QApplication.activeWindow() is None
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, away)
        self.show()
        self.raise_()
        if not away:
            self.activateWindow()

    def add_button(self, text: str, *, kind: str = "", left: bool = False) -> QPushButton:
        """A button of the bottom row; `kind="primary"` makes it the one that Return presses."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if kind:
            button.setProperty("kind", kind)
        if kind == "primary":
            button.setDefault(True)
        if left:
            self._buttons.insertWidget(self._left, button)
            self._left += 1
        else:
            self._buttons.addWidget(button)
        return button


def label(text: str, *, kind: str = "", selectable: bool = False) -> QLabel:
    """A wrapping label of plain text; `kind` as in `app.stylesheet`."""
    made = PlainLabel(text, kind=kind, wraps=True)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def hairline() -> QFrame:
    """A thin line between two columns."""
    line = QFrame()
    line.setProperty("kind", "hairline")
    line.setFixedWidth(1)
    return line


async def shown(dialog: QDialog) -> int:
    """Open `dialog` over its parent and wait until it is closed; its result code.

    An `exec()` here would end every other task of the loop for good.
    """
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def done(result: int) -> None:
        if not future.done():
            future.set_result(result)

    dialog.finished.connect(done)
    dialog.open()
    return await future
