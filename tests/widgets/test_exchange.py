"""The dialog with the exact request and reply, and how it is reached from the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.models.demo import demo_plan
from app.dialogs.exchange import ExchangeDialog, facts, sections
from app.state.entries import MessageEntry
from app.state.exchange import Exchange, Sent
from tests.support.qtloop import drive, until
from tests.support.room import Room, answer

EXCHANGE = Exchange(
    model="m",
    messages=(Sent("system", "Be brief."), Sent("user", "Hello " * 30), Sent("oracle", "?")),
    options=(("num_ctx", "8192"), ("seed", "7")),
    form='{"type": "object"}',
    text="Hi",
    thinking="Hm",
    prompt_tokens=1200,
    output_tokens=60,
    seconds=3.0,
    writing_seconds=2.0,
    truncated=True,
    request='{"model": "m"}',
    result='{"text": "Hi"}',
)


def test_every_part_is_listed_and_what_is_empty_is_not() -> None:
    titles = [section.title for section in sections(EXCHANGE)]
    assert titles == ["System", "User", "oracle", "Options", "Format", "Thinking", "Reply"]
    assert sections(EXCHANGE)[3].text == "num_ctx = 8192\nseed = 7"
    assert sections(Exchange()) == []


def test_the_facts_in_one_line() -> None:
    told = facts(EXCHANGE)
    assert (
        told
        == "m · 1.2k tokens in · 60 tokens out · 3.0 s · 30 tok/s · the reply was cut at its length limit"
    )


def test_the_dialog_does_not_block_and_copies(qtbot: QtBot) -> None:
    dialog = ExchangeDialog("Programmer to Reviewer", EXCHANGE)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.isModal()
    assert dialog.parts.currentRow() == 1
    assert dialog.size_label.text().startswith("180 ")
    dialog.parts.setCurrentRow(6)
    assert dialog.text.toPlainText() == "Hi"
    for button, copied in (
        (dialog.copy_part, "Hi"),
        (dialog.copy_request, EXCHANGE.request),
        (dialog.copy_reply, EXCHANGE.result),
    ):
        button.click()
        assert QGuiApplication.clipboard().text() == copied
    dialog.grab()


def test_from_a_message_to_its_request_and_from_an_agent_to_its_prompt(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    async def scene() -> None:
        room = Room(qtbot, tmp_path)
        try:
            room.desk.begin(demo_plan())
            answer(await room.question())
            session = room.session
            await until(lambda: not session.going, 60)
            await _watch(room)
        finally:
            await room.close()

    drive(scene())


async def _watch(room: Room) -> None:
    page, state = room.window.page, room.session.state
    index, entry = next(
        (at, entry)
        for at, entry in enumerate(state.transcript.entries)
        if isinstance(entry, MessageEntry) and entry.step
    )
    page.transcript.exchange_wanted.emit(index)
    await until(dialogs)
    (dialog,) = dialogs()
    request = json.loads(dialog._exchange.request)
    assert dialog._exchange.messages[0].text == request["messages"][0]["content"]
    assert dialog._exchange.text
    page.transcript.exchange_wanted.emit(index)  # the same one comes to the front
    await until(lambda: len(dialogs()) == 1)
    dialog.close()
    page.team.show_agent(entry.speaker)
    page.agent_panel.tabs.setCurrentIndex(1)
    await until(lambda: "# system" in page.agent_panel.prompt.toPlainText())
    page.agent_panel.entry_clicked.emit(index)
    assert page.transcript.current == index
    assert await room.controller.step(room.session, "nobody#1") is None


def dialogs() -> list[ExchangeDialog]:
    tops = QApplication.topLevelWidgets()
    return [top for top in tops if isinstance(top, ExchangeDialog) and top.isVisible()]
