"""A company of one's own through the window: edited from the new project dialog, then put to work."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agents.companies import Shelf
from app.dialogs.company_editor import CompanyEditor
from app.dialogs.company_field import CompanyField
from app.dialogs.new_project import NewProjectDialog
from tests.support.companies import Work, working
from tests.support.ollama.scripted import ChatCall
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import until
from tests.support.room import Room, carry_out, shown

HELLO = {"main.py": "print('hello')\n"}


def slogan(call: ChatCall) -> str:
    asked = "\n".join(message["content"] for message in call.messages if message["role"] == "user")
    return "Hello at once." if asked.startswith("A slogan for Say hello.") else ""


def test_a_company_is_made_and_put_to_work(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = {"Coding": "Write the program now", "Manual": "write manual.md for the customer"}

    async def scene(room: Room) -> None:
        room.window.commands.new.trigger()
        dialog = await room.dialog(NewProjectDialog)
        await until(lambda: dialog.picker.models.count() > 1)
        dialog.team.workflow.setCurrentIndex(dialog.team.workflow.findData("company"))
        [field] = dialog.findChildren(CompanyField)
        assert field.value() == "Troupe"
        field.edit.click()
        editor = await room.dialog(CompanyEditor)
        editor.chain.setCurrentRow(0)
        editor.add_talk()
        editor.step.prompt.text.setPlainText("A slogan for {task}")
        editor.step.turns.setValue(1)
        editor.name.setText("Slogans")
        editor.keep()
        editor.reject()
        await until(lambda: not shown(CompanyEditor))
        assert field.value() == "Slogans"
        assert "Software Test Engineer" in dialog.team.roles._choices
        dialog.idea.setPlainText("Say hello.")
        dialog._submit()
        await until(lambda: room.controller.current is not None and not room.session.going, 60)
        assert room.session.state.run.state == "succeeded"
        titles = [phase.title for phase in room.session.state.chain.phases.values()]
        assert titles[:3] == ["Demand analysis", "New talk", "Language choose"]
        assert (room.session.folder / "main.py").read_text() == HELLO["main.py"]
        assert Shelf(tmp_path).names() == ["Troupe", "Slogans"]

    with OllamaServer(working(Work(coding=HELLO, other=slogan), pieces)) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.address)
        carry_out(qtbot, tmp_path, scene)


def test_the_palette_opens_the_editor(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    async def scene(room: Room) -> None:
        entries = {entry.title: entry for entry in room.desk._everyday.entries()}
        entries["Chain editor …"].act()
        editor = await room.dialog(CompanyEditor)
        entries["Chain editor …"].act()
        assert shown(CompanyEditor) == [editor], "there is one editor"
        editor.reject()
        await until(lambda: not shown(CompanyEditor))
        entries["Chain editor …"].act()
        (await room.dialog(CompanyEditor)).reject()

    carry_out(qtbot, tmp_path, scene)
