"""A question that is put off: the team goes on, and the answer that comes later reaches it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from agents.models.demo import demo_plan
from app.dialogs.late_answer import LateAnswerDialog
from app.state.entries import QuestionEntry
from tests.support.qtloop import until
from tests.support.room import Room, carry_out


def test_the_team_goes_on_and_hears_the_answer_later(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    async def scene(room: Room) -> None:
        room.desk.begin(demo_plan())
        dialog = await room.question()
        room.session.live.pause()
        dialog.meanwhile.click()
        await until(lambda: room.session.put_off)
        assert room.window.commands.answer.isEnabled()
        room.window.commands.answer.trigger()
        late = await room.dialog(LateAnswerDialog)
        late.page.own.setPlainText("Round it to whole cents.")
        late.send.click()
        await until(lambda: not room.session.put_off)
        room.session.live.proceed()
        await until(lambda: not room.session.going, 60)
        asked = next(e for e in room.session.state.transcript.entries if isinstance(e, QuestionEntry))
        assert (asked.answer, asked.by) == ("Round it to whole cents.", "user")
        steps = [json.loads(step.request) for step in room.studio.store.steps(room.session.number)]
        told = [request for request in steps if "messages" in request]
        assert any("(the customer): Round it to whole cents." in str(request) for request in told)

    carry_out(qtbot, tmp_path, scene)


def test_a_question_that_was_put_off_stays_in_view(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "400")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")

    async def scene(room: Room) -> None:
        room.desk.begin(demo_plan())
        dialog = await room.question()
        dialog.meanwhile.click()
        notice = room.window.page.notice
        await until(
            lambda: notice.isVisible() and notice.title.text().startswith("Your answer is still open")
        )
        notice.findChildren(QPushButton)[0].click()
        late = await room.dialog(LateAnswerDialog)
        late.page.own.setPlainText("Round it to whole cents.")
        late.send.click()
        await until(lambda: not room.session.put_off and not notice.isVisible())
        await room.session.live.stop()

    carry_out(qtbot, tmp_path, scene)
