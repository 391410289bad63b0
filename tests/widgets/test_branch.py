from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.branch import BranchDialog


def opened(qtbot: QtBot, text: str | None, *, typed: bool = False) -> tuple[BranchDialog, list[str | None]]:
    dialog = BranchDialog("CEO to CTO", text, typed=typed)
    qtbot.addWidget(dialog)
    wanted: list[str | None] = []
    dialog.wanted.connect(wanted.append)
    dialog.present()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, wanted


def test_the_message_can_stay_as_it_is(qtbot: QtBot) -> None:
    dialog, wanted = opened(qtbot, "Take Python.")
    assert dialog.text.isVisible()
    dialog.go.click()
    assert wanted == [None]


def test_the_message_can_say_something_else(qtbot: QtBot) -> None:
    dialog, wanted = opened(qtbot, "Take Python.")
    dialog.text.setPlainText("Take Rust.")
    assert "text" in dialog.go.text()
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert wanted == ["Take Rust."]


def test_a_form_must_stay_valid_json(qtbot: QtBot) -> None:
    dialog, wanted = opened(qtbot, '{\n  "conclusion": "Python"\n}', typed=True)
    dialog.text.setPlainText('{"conclusion": }')
    assert dialog.problem.isVisible()
    assert "Line 1" in dialog.problem.text()
    dialog._branch()
    assert not dialog.go.isEnabled()
    assert wanted == []
    dialog.text.setPlainText("  ")
    assert "empty" in dialog.problem.text()
    dialog.text.setPlainText('{"conclusion": "Rust"}')
    dialog.go.click()
    assert wanted == ['{"conclusion": "Rust"}']


def test_a_place_without_a_message_has_nothing_to_rewrite(qtbot: QtBot) -> None:
    dialog, wanted = opened(qtbot, None)
    assert not dialog.text.isVisible()
    dialog.go.click()
    assert wanted == [None]
