"""Previews: Markdown as a page, pictures as pictures, and nothing loaded from elsewhere."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.theme import ThemeSource
from app.views.preview import PictureView
from tests.support.artifacts import Desk, Play, carry_out


@pytest.fixture
def play(qtbot: QtBot) -> Play:
    return partial(carry_out, qtbot)


def test_markdown_and_pictures_are_previewed(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        text = "# Title\n\n![far](http://example.invalid/x.png) <b>bold</b> [code](a.py)\n"
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
            '<rect width="40" height="20" fill="red"/></svg>'
        )
        desk.commit(README_md=text, pic_svg=svg, a_py="a = 1\n")
        header, preview = desk.code.header, desk.code.preview
        desk.view.files.choose("README.md")
        header.preview.click()
        assert desk.code._pages.currentWidget() is preview
        shown = preview.page.toPlainText()
        assert "Title" in shown and "<b>bold</b>" in shown, "HTML stays text"
        preview.page.anchorClicked.emit(QUrl("http://example.invalid/"))
        assert desk.view.files.current() == "README.md"
        preview.page.anchorClicked.emit(QUrl("./a.py"))
        assert desk.view.files.current() == "a.py"
        assert desk.code._pages.currentWidget() is desk.code.editor, "Python has no preview"
        desk.view.files.choose("pic.svg")
        header.preview.click()
        assert preview.picture.told == "40 × 20"
        middle = preview.picture.grab().toImage()
        assert middle.pixelColor(middle.width() // 2, middle.height() // 2) == QColor("red")

    play(scene)


def test_a_picture_that_is_none(qtbot: QtBot) -> None:
    view = PictureView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.show_picture("a.png", b"\0nonsense")
    assert not view.filled
    assert "no picture" in view.told
    view.show_picture("a.svg", b"<svg")
    assert not view.filled
    view.show_picture("a.png", b"x" * (16 * 1024**2 + 1))
    assert "too large" in view.told
    view.grab()


def test_a_drawing_loads_nothing_from_elsewhere(qtbot: QtBot, tmp_path) -> None:
    secret = tmp_path / "red.png"
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(secret))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" '
        f'height="40"><image xlink:href="{secret.as_uri()}" width="40" height="40"/>'
        f"<image href = '{secret}' width='40' height='40'/></svg>"
    )
    view = PictureView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show_picture("a.svg", svg.encode())
    assert view.filled
    shot = view.grab().toImage()
    assert shot.pixelColor(100, 80) != QColor("red")
