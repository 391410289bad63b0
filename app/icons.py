"""Troupe's own icons: line drawings in `resources/icons` that take the colour of the text around them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme import Theme, blend

SIZES = (16, 24, 32, 48)
"""Pixel sizes that are drawn ahead; Qt takes the one that fits the screen's pixel ratio."""
APPLICATION_SIZES = (16, 32, 48, 64, 128, 256)


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    """The SVG text of an icon; `currentColor` stands where the colour goes."""
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _pixmap(drawing: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _read(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))


@lru_cache(maxsize=256)
def _colored(name: str, color: str, disabled: str) -> QIcon:
    made = QIcon()
    usual, pale = _read(name, color), _read(name, disabled)
    for size in SIZES:
        drawn = _pixmap(usual, size)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
            made.addPixmap(drawn, mode)
        made.addPixmap(_pixmap(pale, size), QIcon.Mode.Disabled)
    return made


def icon(name: str, theme: Theme, color: str = "") -> QIcon:
    """The icon `name` in `color`, or in the theme's text colour; paler where it is disabled."""
    return _colored(name, color or theme.text, blend(theme.muted, theme.surface, 0.5))


def picture(name: str, color: str, size: int, ratio: float) -> QPixmap:
    """An icon as a picture of `size` logical pixels for a screen with `ratio` pixels each."""
    pixmap = _pixmap(_read(name, color), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def application_icon() -> QIcon:
    """Troupe's own mark."""
    made, mark = QIcon(), _read("troupe", "")
    for size in APPLICATION_SIZES:
        made.addPixmap(_pixmap(mark, size))
    return made
