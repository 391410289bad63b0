"""The stage that the pictures are taken on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests import screenshots
from tests.support import stage as stage_module
from tests.support.qtloop import drive
from tests.support.stage import SMALL, Stage


def test_a_scene_is_taken_in_both_schemes_with_the_dialog_above_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_module, "SETTLING", 0.01)
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    async def whole() -> None:
        stage = Stage(app, tmp_path / "home", tmp_path, "act")
        try:
            assert not stage.window.toolbar.underMouse()
            await stage.picture("bare", sizes=(SMALL,))
            stage.window.commands.settings.trigger()
            await stage.picture("settings", await stage.dialog(), (SMALL,))
            (await stage.dialog()).close()
            await asyncio.sleep(0)
        finally:
            await stage.close()

    drive(whole())
    taken = {path.stem: QImage(str(path)) for path in tmp_path.glob("*.png")}
    assert sorted(taken) == [
        "act-bare-1280-dark",
        "act-bare-1280-light",
        "act-settings-1280-dark",
        "act-settings-1280-light",
    ]
    light, dark = taken["act-bare-1280-light"], taken["act-bare-1280-dark"]
    assert (light.width(), light.height()) == SMALL
    assert light.pixelColor(700, 700).lightness() > 200
    assert dark.pixelColor(700, 700).lightness() < 60
    assert taken["act-settings-1280-light"] != light


def test_an_unknown_act_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["screenshots", str(tmp_path), "nothing"])
    with pytest.raises(SystemExit):
        screenshots.main()
    assert "There is no act nothing" in capsys.readouterr().err
