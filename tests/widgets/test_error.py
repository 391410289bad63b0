from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agents.errors import ServerUnreachable
from app.crashes import crash_report
from app.dialogs.about import AboutDialog
from app.dialogs.error import dialog_for
from app.dialogs.settings import SettingsDialog
from app.settings import WindowSettings
from app.theme import ThemeSource


def test_a_message_with_its_hint_and_detail_folded_away(qtbot: QtBot) -> None:
    dialog = dialog_for(ServerUnreachable("Nothing answers.", "Start it.", "errno 111"))
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.hint.text() == "Start it."
    assert dialog.detail.isHidden()
    dialog._fold.click()
    assert not dialog.detail.isHidden()
    dialog._copy.click()
    assert "errno 111" in QGuiApplication.clipboard().text()


def test_our_own_fault_is_a_report(qtbot: QtBot) -> None:
    fault = KeyError("x")
    dialog, report = dialog_for(fault), crash_report(fault)
    qtbot.addWidget(dialog)
    assert "KeyError" in report
    assert "Python" in report
    assert dialog.detail.toPlainText() == report


def test_about(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = AboutDialog(tmp_path)
    qtbot.addWidget(dialog)
    dialog.open()
    told = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Troupe" in told
    assert str(tmp_path) in told


def test_settings_take_effect_and_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    settings = WindowSettings(tmp_path)
    source = ThemeSource(settings.scheme)
    dialog = SettingsDialog(source, settings)
    qtbot.addWidget(dialog)
    dialog.scheme.setCurrentIndex(dialog.scheme.findData("dark"))
    dialog.motion.setChecked(True)
    settings.save()
    assert source.theme.dark
    assert source.reduce_motion
    again = WindowSettings(tmp_path)
    assert again.scheme == "dark"
    assert again.reduce_motion


def test_a_damaged_settings_file_means_the_defaults(tmp_path: Path, qapp) -> None:
    (tmp_path / "window.ini").write_text("\0\0[[[ scheme=7\n[General]\nscheme=purple\n")
    settings = WindowSettings(tmp_path)
    assert settings.scheme == "system"
    assert settings.state("geometry").isEmpty()
