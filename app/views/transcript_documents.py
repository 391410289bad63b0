"""The text in the transcript's rows: Markdown and code as laid-out documents."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.style import Style
from pygments.util import ClassNotFound
from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPalette,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)

from app.theme import XS, S, Theme, code_style, mono_font, palette, strong_weight, ui_font
from app.views.markdown_documents import set_markdown
from app.visible import visible

if TYPE_CHECKING:
    from pygments.style import _StyleDict

MOST_COLOURED = 12_000
"""Characters of a part in colours; only one that is full of hidden characters has more, and takes seconds."""


class Look:
    """A theme with the fonts, measures and colours that rows are set in; built once for each theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.font, self.bold = ui_font(), ui_font(bold=True)
        self.small, self.small_bold = ui_font(small=True), ui_font(small=True, bold=True)
        self.mono, self.small_mono = mono_font(), mono_font(small=True)
        self.metrics = QFontMetricsF(self.font)
        self.line = round(self.metrics.lineSpacing()) + 1.0
        self.palette: QPalette = palette(theme)
        self.style: type[Style] = code_style(theme)
        self._colors: dict[str, QColor] = {}

    def color(self, color: str) -> QColor:
        """A colour of the theme, ready to paint with."""
        return self._colors.setdefault(color, QColor(color))


class Document(QTextDocument):
    """A document that loads nothing: a picture's address in a reply is no reason to fetch it."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setIndentWidth(24)
        self.setDefaultFont(font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        """Load nothing."""


def prose(text: str, look: Look) -> Document:
    """Markdown as a document; raw HTML stays text, and pictures become links."""
    document = Document(look.font)
    set_markdown(document, text)
    _polish(document, look)
    return document


def _polish(document: QTextDocument, look: Look) -> None:
    """Denser paragraphs, headings not larger than they must be, code in a tint."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        spacing = block.blockFormat()
        last = not block.next().isValid()
        tight = block.textList() is not None and block.next().textList() is not None
        spacing.setTopMargin(0)
        spacing.setBottomMargin(0 if last else XS / 2 if tight else S)
        if spacing.property(QTextFormat.Property.BlockCodeFence) or spacing.nonBreakableLines():
            spacing.setNonBreakableLines(False)
            spacing.setTopMargin(0)
            spacing.setBottomMargin(0)
        cursor.setBlockFormat(spacing)
        _polish_pieces(block, cursor, look)
        block = block.next()


def _polish_pieces(block: QTextBlock, cursor: QTextCursor, look: Look) -> None:
    heading = block.blockFormat().headingLevel()
    pieces = []
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        pieces.append((fragment.position(), fragment.length(), fragment.charFormat()))
        walk += 1
    for position, length, known in pieces:
        change = QTextCharFormat()
        if heading:
            change.setFontPointSize(look.font.pointSizeF() * (1.2 if heading == 1 else 1.0))
            change.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
            change.setFontWeight(strong_weight())
        if known.fontFixedPitch():
            change.setFontFamilies([look.mono.family()])
            change.setBackground(look.color(look.theme.hover))
        if known.isAnchor():
            change.setForeground(look.color(look.theme.accent))
        if change.propertyCount():
            cursor.setPosition(position)
            cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(change)


def plain(text: str, look: Look, *, mono: bool = False) -> Document:
    """Text as it is."""
    document = Document(look.mono if mono else look.font)
    document.setPlainText(visible(text))
    return document


@lru_cache(maxsize=64)
def lexer_for(info: str) -> Lexer | None:
    """The lexer for a fence's info string, `python app/main.py` or `main.py`; None when there is none."""
    for word in re.split(r"[\s:,]+", info):
        if not word:
            continue
        try:
            return get_lexer_by_name(word) if "." not in word else get_lexer_for_filename(word)
        except ClassNotFound:
            continue
    return None


def code(text: str, info: str, look: Look) -> Document:
    """Code as a document, coloured when its language is known."""
    text = visible(text)
    document = plain(text, look, mono=True)
    lexer = lexer_for(info)
    if lexer is None or len(text) > MOST_COLOURED:
        return document
    cursor = QTextCursor(document)
    formats: dict[object, QTextCharFormat | None] = {}
    for at, token, value in lexer.get_tokens_unprocessed(text):
        if token not in formats:
            formats[token] = _format(look.style.style_for_token(token), look)
        if (made := formats[token]) is not None and value.strip():
            cursor.setPosition(utf16(text, at))
            cursor.setPosition(utf16(text, at + len(value)), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(made)
    return document


def utf16(text: str, at: int) -> int:
    """A position as Qt counts it: letters beyond the basic plane are two."""
    return at if text.isascii() else len(text[:at].encode("utf-16-le")) // 2


def _format(style: _StyleDict, look: Look) -> QTextCharFormat | None:
    """What a token looks like; None for plain text, which needs no format."""
    color = f"#{style['color']}" if style["color"] else look.theme.text
    if color == look.theme.text and not style["bold"] and not style["italic"]:
        return None
    made = QTextCharFormat()
    made.setForeground(look.color(color))
    if style["bold"]:
        made.setFontWeight(QFont.Weight.DemiBold)
    if style["italic"]:
        made.setFontItalic(True)
    return made
