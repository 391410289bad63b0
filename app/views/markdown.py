"""Text that a model wrote, shown as Markdown without HTML, pictures or links that open by themselves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class MarkdownText(QTextBrowser):
    """A frameless text that is as high as its content, up to `highest` pixels, and loads nothing."""

    def __init__(self, text: str = "", highest: int = 280, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._highest = highest
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setProperty("role", "prose")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)
        self.document().setUndoRedoEnabled(False)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Replace what is shown by `text`."""
        self.document().setMarkdown(text, FEATURES)
        self.updateGeometry()

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        """Load nothing: a picture's address in a model's text is no reason to read a file."""

    def sizeHint(self) -> QSize:
        """The content's size at the present width."""
        width = max(self.viewport().width(), 200)
        probe = self.document().clone()
        probe.setTextWidth(width)
        height = min(int(probe.size().height()) + 4, self._highest)
        probe.deleteLater()
        return QSize(420, height)

    def minimumSizeHint(self) -> QSize:
        """At least a line, so that a short window still shows the buttons below."""
        return QSize(120, min(self.sizeHint().height(), 3 * self.fontMetrics().lineSpacing()))

    def event(self, event: QEvent) -> bool:
        """Ask for the right height again when the width has changed."""
        handled = super().event(event)
        if event.type() == QEvent.Type.Resize:
            self.updateGeometry()
        return handled
