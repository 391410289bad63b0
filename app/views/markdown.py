"""Text that a model wrote, shown as Markdown without HTML, pictures or links that open by themselves."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from app.views.markdown_documents import set_markdown

LONGEST = 100_000
"""Characters that are shown: such a text is a question or a description, and not a book."""


class MarkdownText(QTextBrowser):
    """A frameless text that is as high as its content, up to `highest` pixels, and loads nothing."""

    def __init__(self, text: str = "", highest: int = 280, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._highest = highest
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setProperty("kind", "prose")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.document().setDocumentMargin(0)
        self.document().setUndoRedoEnabled(False)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Replace what is shown by `text`."""
        set_markdown(self.document(), text[:LONGEST])
        self.setAccessibleDescription(self.document().toPlainText())
        self._fit()

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        """Load nothing: a picture's address in a model's text is no reason to read a file."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the content needs at the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(self.viewport().width())
        height = min(ceil(self.document().size().height()), self._highest)
        if height != self.height():
            self.setFixedHeight(height)
