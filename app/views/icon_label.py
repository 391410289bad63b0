"""An icon in a colour of the palette, painted anew when the theme changes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from app.icons import picture
from app.plain import PlainLabel
from app.theme import blend


class IconLabel(PlainLabel):
    """The icon `name`, `size` pixels wide, in the palette's colour for `role`.

    `strength` is how much it stands out from the window behind it, from 0 to 1.
    """

    def __init__(
        self,
        name: str,
        size: int,
        role: QPalette.ColorRole,
        strength: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._name, self._size, self._role, self._strength = name, size, role, strength
        self._color = ""
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setMinimumSize(size, size)
        self._paint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Take the colours of the moment."""
        self._paint()
        super().paintEvent(event)

    def _paint(self) -> None:
        colors = self.palette()
        color = blend(
            colors.color(self._role).name(), colors.color(QPalette.ColorRole.Window).name(), self._strength
        )
        if color != self._color:
            self._color = color
            self.setPixmap(picture(self._name, color, self._size, self.devicePixelRatioF()))
