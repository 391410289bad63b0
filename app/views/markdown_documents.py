"""Markdown of a model as a document: raw HTML stays text, what hides is shown, pictures become links."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QTextCharFormat, QTextDocument, QTextFormat

from app.visible import visible, visible_markdown

FEATURES: Final = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_OBJECT = "\ufffc"  # what stands in a document where a picture is


def set_markdown(document: QTextDocument, text: str) -> None:
    """Let the document show `text`; it should load nothing by itself."""
    document.setMarkdown(visible_markdown(text), FEATURES)
    _write_pictures(document)


def _write_pictures(document: QTextDocument) -> None:
    """Links in the place of pictures, with the words that were to stand for them."""
    cursor = document.find(_OBJECT)
    while not cursor.isNull():
        if (known := cursor.charFormat()).isImageFormat():
            address = known.toImageFormat().name()
            link = QTextCharFormat()
            link.setAnchor(True)
            link.setAnchorHref(address)
            words = known.property(QTextFormat.Property.ImageAltText)
            cursor.insertText(visible(words or address), link)
        cursor = document.find(_OBJECT, cursor)
