"""Labels and tooltips that show text as it is: Qt takes what looks like HTML for HTML, pictures included."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.visible import LONGEST_LINE, visible

LONGEST_TIP = 2_000
"""Characters of a tooltip: more would not fit on a screen."""


class PlainLabel(QLabel):
    """A label whose text is never HTML and hides nothing; all labels of the window are such.

    `kind` as in `app.stylesheet`; `wraps`: over several lines where it must.
    """

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, kind: str = "", wraps: bool = False
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        if kind:
            self.setProperty("kind", kind)
        self.setWordWrap(wraps)

    def setText(self, text: str) -> None:
        """Show a text; of a very long one its beginning."""
        super().setText(visible(text[:LONGEST_LINE]))


def plain_tip(text: str) -> str:
    """A text as a tooltip that shows it: a tooltip cannot be told not to read HTML."""
    shown = visible(text if len(text) <= LONGEST_TIP else f"{text[:LONGEST_TIP]}…")
    return f"<p style='white-space:pre-wrap'>{escape(shown)}</p>" if "<" in shown else shown
