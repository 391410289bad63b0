"""While the user writes, the model that is asked next is loaded."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from agents.plan import Plan
from app.dialogs.clarification import ClarificationDialog
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import until
from tests.support.room import Room, carry_out
from tests.support.team import COUNTER, company


def test_the_model_is_loaded_while_an_answer_or_a_further_wish_is_written(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def scene(room: Room) -> None:
        with OllamaServer(company(COUNTER)) as server:
            plan = Plan(idea=COUNTER.idea, host=server.address, out=str(tmp_path / "out"))
            session = await room.controller.start(plan)
            dialog = await room.dialog(ClarificationDialog)
            loads = len(server.loads)
            dialog.page.own.setPlainText("d")
            dialog.page.own.setPlainText("do")
            assert len(server.loads) == loads, "what is loaded is not loaded again"
            session.writing._known.clear()
            server.forget("scripted:7b")
            dialog.page.own.setPlainText("dow")
            await until(lambda: len(server.loads) > loads)
            dialog.page.own.setPlainText("down")
            dialog.send.click()
            await until(lambda: not session.going)
            assert len(server.loads) == loads + 1

            server.forget("scripted:7b")
            room.window.page.composer.text.setPlainText("And")
            await until(lambda: len(server.loads) > loads + 1)
            assert len(room.controller.runs()) == 1

    carry_out(qtbot, tmp_path, scene)
