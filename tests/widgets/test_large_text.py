"""Large text: views and dialogs grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPushButton,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from agents.contracts import ModelInfo
from agents.registry import workflows
from app.dialogs.new_bench import NewBenchDialog
from app.dialogs.settings import SettingsDialog
from app.scaling import FontScale
from app.settings import WindowSettings
from app.state.all import RunState
from app.theme import ThemeSource, ui_font
from app.views.chain import ChainView
from app.views.composer import Composer
from app.views.hierarchy import HierarchyView
from app.views.hierarchy_cards import FULL
from tests.support.looks import light_theme
from tests.support.qtloop import drive, until
from tests.support.story import gomoku


@pytest.fixture
def source(qapp: QApplication) -> Iterator[ThemeSource]:
    with light_theme(qapp) as source:
        yield source


@pytest.fixture
def large(qapp: QApplication, source: ThemeSource, tmp_path: Path) -> Iterator[FontScale]:
    """A size of text that can be changed, and is set back."""
    before = QFont(qapp.font())
    scale = FontScale(source, WindowSettings(tmp_path))
    yield scale
    scale.set_scale(1.0)
    qapp.setFont(before)


def test_the_chain_and_the_message_field_grow_with_the_text(
    qtbot: QtBot, source: ThemeSource, large: FontScale
) -> None:
    chain, composer = ChainView(source), Composer(source)
    for view in (chain, composer):
        qtbot.addWidget(view)
        view.show()
    small = composer.text.height()
    large.set_scale(1.6)
    assert chain._fonts.title.pointSizeF() == pytest.approx(ui_font().pointSizeF())
    assert composer.text.height() > small
    assert composer.text.height() == composer.to.height() == composer.send.height()
    assert composer.text.height() >= composer.to.sizeHint().height()


def test_a_dialog_is_as_wide_as_its_words_need_in_large_text(qtbot: QtBot, tmp_path: Path) -> None:
    source, settings = ThemeSource("light"), WindowSettings(tmp_path)
    scale = FontScale(source, settings)
    try:
        scale.set_scale(1.4)
        dialog = SettingsDialog(source, settings, None, scale=scale)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.notifications.width() >= dialog.notifications.sizeHint().width()
    finally:
        scale.set_scale(1.0)


def test_large_text_and_late_words_take_no_room_from_the_fields(
    qtbot: QtBot, source: ThemeSource, tmp_path: Path
) -> None:
    scale = FontScale(source, WindowSettings(tmp_path))

    async def play() -> None:
        scale.set_scale(2.0)
        dialog = NewBenchDialog(workflows(), none_there)
        qtbot.addWidget(dialog)
        dialog.show()
        await until(lambda: "qwen2.5-coder" in dialog.picker.status.text())
        QApplication.processEvents()
        status = dialog.picker.status
        assert status.height() >= status.heightForWidth(status.width())
        for kind in (QPushButton, QLineEdit, QSpinBox):
            for field in dialog.findChildren(kind):
                line = field.fontMetrics().height()
                assert field.height() >= line, f"{field.objectName()} {field.accessibleName()}"
        dialog.picker.choose("", "http://workstation.local:11434,http://laptop.local:11434")
        written = dialog.picker.host.lineEdit()
        assert written.cursorPosition() == 0, "of several servers the first are seen"
        assert written.contentsRect().height() >= written.fontMetrics().height()
        dialog.close()

    try:
        drive(play())
    finally:
        scale.set_scale(1.0)


async def none_there(host: str) -> list[ModelInfo]:
    return []


def test_the_cards_of_the_team_grow_with_the_text(
    qtbot: QtBot, source: ThemeSource, large: FontScale
) -> None:
    view = HierarchyView(source, clock=lambda: 0.0)
    qtbot.addWidget(view)
    view.resize(900, 1200)
    view.show()
    view.show_state(RunState.replayed(gomoku().events))
    usual = view.box("ceo").height()
    large.set_scale(1.6)
    assert view.box("ceo").height() == pytest.approx(1.6 * usual), "there is room for it"
    words = QFontMetricsF(ui_font(small=True))
    view.resize(300, 420)
    assert view.box("ceo").height() < FULL * 1.6, "too low for three lines: it shows fewer"
    assert words.ascent() <= (FULL * 1.6 - 12) / 3, "three lines do not touch"
    view.grab()
    large.set_scale(1.0)
    view.resize(900, 1200)
    assert view.box("ceo").height() == pytest.approx(usual)
