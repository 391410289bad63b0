"""Pictures and Markdown as they are meant to be seen. Nothing is fetched and nothing is carried out."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from PySide6.QtCore import QByteArray, QRectF, QSize, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QStackedLayout, QTextBrowser, QWidget

from app.i18n import tr
from app.theme import GRID, XS, L, M, S, Theme, ThemeSource
from app.views.transcript_documents import Look, prose

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".ico", ".svg"})
MARKDOWN = frozenset({".md", ".markdown"})
LARGEST = 16 * 1024**2
"""Bytes of a picture's file; larger ones are not opened."""
SQUARE = 2 * GRID
_ELSEWHERE = re.compile(rb"""((?:xlink:)?href|src)\s*=\s*(["'])(?!#|data:)[^"']*\2""", re.IGNORECASE)


def is_picture(path: str) -> bool:
    """Whether a file is a picture, by its name."""
    return PurePosixPath(path).suffix.lower() in PICTURES


def previewable(path: str) -> bool:
    """Whether a file has a preview, by its name."""
    return is_picture(path) or PurePosixPath(path).suffix.lower() in MARKDOWN


class Preview(QWidget):
    """A picture or a page of Markdown. `link` carries the path of a file that a link leads to."""

    link = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._path, self._content = "", b""
        self.picture = PictureView(source)
        self.page = MarkdownPage()
        self.page.anchorClicked.connect(self._follow)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.picture)
        self._layout.addWidget(self.page)
        source.changed.connect(lambda: self.show_file(self._path, self._content))

    def show_file(self, path: str, content: bytes) -> None:
        """Show a file's content."""
        self._path, self._content = path, content
        if is_picture(path):
            self.picture.show_picture(path, content)
            self._layout.setCurrentWidget(self.picture)
        elif path:
            self.page.show_text(content.decode("utf-8", errors="replace"), self._source.theme)
            self._layout.setCurrentWidget(self.page)

    def _follow(self, url: QUrl) -> None:
        """A relative link leads to another file of the project; no other link is followed."""
        if url.isRelative() and url.path():
            parts: list[str] = []
            for part in (PurePosixPath(self._path).parent / url.path()).parts:
                if part == ".." and parts:
                    parts.pop()
                elif part != ".":
                    parts.append(part)
            self.link.emit("/".join(parts))


class MarkdownPage(QTextBrowser):
    """Markdown without HTML; pictures are links, and no link opens by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setProperty("kind", "plain")
        self.setAccessibleName(tr("Preview of the text"))
        self._page = self.document()

    def show_text(self, text: str, theme: Theme) -> None:
        """Show a text in the fonts and colours of a theme."""
        document = prose(text, Look(theme))
        document.setDocumentMargin(M)
        _set_fences_apart(document, theme)
        self.setDocument(document)
        self._page = document  # Qt keeps no document that is not its child

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        """Load nothing."""


def _set_fences_apart(document: QTextDocument, theme: Theme) -> None:
    """Put fenced code into frames with a ground of their own and air around the lines."""
    frame = QTextFrameFormat()
    frame.setBackground(QColor(theme.code))
    frame.setBorder(1)
    frame.setBorderBrush(QColor(theme.border))
    frame.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    frame.setPadding(S)
    frame.setTopMargin(XS)
    frame.setBottomMargin(M)
    for first, last in reversed(_fences(document)):
        cursor = QTextCursor(document)
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        bare = QTextCharFormat()
        bare.setBackground(QColor(theme.code))
        cursor.mergeCharFormat(bare)
        cursor.insertFrame(frame)
        _close_gap(document, first)


def _fences(document: QTextDocument) -> list[tuple[int, int]]:
    """Where each piece of fenced code begins and ends."""
    found: list[tuple[int, int]] = []
    inside = False
    block = document.begin()
    while block.isValid():
        fenced = bool(block.blockFormat().property(QTextFormat.Property.BlockCodeFence))
        if fenced:
            end = block.position() + block.length() - 1
            found = [*found[:-1], (found[-1][0], end)] if inside else [*found, (block.position(), end)]
        inside = fenced
        block = block.next()
    return found


def _close_gap(document: QTextDocument, at: int) -> None:
    """Flatten the empty lines that Qt leaves before and after a frame."""
    flat = QTextBlockFormat()
    flat.setLineHeight(1, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
    frame = QTextCursor(document.findBlock(at + 1)).currentFrame()
    for place in (at, frame.lastPosition() + 1):
        block = document.findBlock(place)
        if block.isValid() and block.length() == 1 and QTextCursor(block).currentFrame() is not frame:
            QTextCursor(block).setBlockFormat(flat)


class PictureView(QWidget):
    """A picture on a checkerboard, never larger than it is unless it is a drawing."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._image = QImage()
        self._drawing: QSvgRenderer | None = None
        self.told = ""

    def show_picture(self, path: str, content: bytes) -> None:
        """Show a picture's file, or say why it cannot be shown."""
        self._image, self._drawing = QImage(), None
        if len(content) > LARGEST:
            self.told = tr("The picture is too large to be shown here.")
        elif PurePosixPath(path).suffix.lower() == ".svg":
            self._open_drawing(content)
        else:
            self._image = QImage.fromData(content)
            self.told = "" if self._image.isNull() else self._measures(self._image.size())
        self.told = self.told or tr("This is no picture that could be shown.")
        self.setAccessibleName(tr("Preview of the picture: {told}", told=self.told))
        self.update()

    @property
    def filled(self) -> bool:
        """Whether there is a picture."""
        return self._drawing is not None or not self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the board, the picture, and its measures below it."""
        painter = QPainter(self)
        theme = self._source.theme
        line = painter.fontMetrics().height()
        room = QRectF(self.rect()).adjusted(L, L, -L, -L - line - M)
        if self.filled and room.isValid():
            place = self._place(room)
            self._paint_board(painter, place)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            if self._drawing is not None:
                self._drawing.render(painter, place)
            else:
                painter.drawImage(place, self._image)
        painter.setPen(QColor(theme.muted))
        below = self.rect().adjusted(0, 0, 0, -M)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, self.told)
        painter.end()

    def _open_drawing(self, content: bytes) -> None:
        """A drawing without what lies outside it: a picture's address is no reason to read a file."""
        renderer = QSvgRenderer(QByteArray(_ELSEWHERE.sub(b"", content)))
        self.told = ""
        if renderer.isValid():
            renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
            self._drawing = renderer
            self.told = self._measures(renderer.defaultSize())

    def _place(self, room: QRectF) -> QRectF:
        if self._drawing is not None:
            size = QSizeF(self._drawing.defaultSize())
        else:
            size = QSizeF(self._image.size()) / self.devicePixelRatioF()
        if self._drawing is not None or size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        return place

    def _paint_board(self, painter: QPainter, place: QRectF) -> None:
        theme = self._source.theme
        painter.save()
        painter.setClipRect(place)
        painter.fillRect(place, QColor(theme.raised))
        for row in range(int(place.height()) // SQUARE + 1):
            for column in range(row % 2, int(place.width()) // SQUARE + 1, 2):
                square = QRectF(place.left() + column * SQUARE, place.top() + row * SQUARE, SQUARE, SQUARE)
                painter.fillRect(square, QColor(theme.sunken))
        painter.restore()

    @staticmethod
    def _measures(size: QSize) -> str:
        return f"{size.width()} × {size.height()}"
