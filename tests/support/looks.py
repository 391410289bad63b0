"""The window's look, put on for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication

from app import theme
from app.theme import ThemeSource


@contextmanager
def light_theme(app: QApplication) -> Iterator[ThemeSource]:
    """The light theme, put on."""
    source = ThemeSource("light", reduce_motion=True)
    theme.apply(app, source.theme)
    yield source
    app.setStyleSheet("")
