"""A finished program is gone on with: the next wish is written where one talks to the team."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from agents.plan import Plan
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import until
from tests.support.room import Room, carry_out
from tests.support.sandboxes import isolated_or_skipped
from tests.support.team import GREETER, company


def test_a_wish_after_the_end_begins_a_run_in_the_same_project(qtbot: QtBot, tmp_path: Path) -> None:
    isolated_or_skipped()
    with OllamaServer(company(GREETER)) as server:

        async def scene(room: Room) -> None:
            out = str(tmp_path / "out")
            room.desk.begin(Plan(idea=GREETER.idea, host=server.address, model="scripted:7b", out=out))
            await until(lambda: room.controller.current is not None, 20)
            first, composer = room.session, room.window.page.composer
            assert not first.followable
            await until(lambda: first.followable and composer.text.isEnabled(), 60)
            assert composer.to.isHidden()
            assert room.window.commands.speak.isEnabled(), "its key goes where the wish is written"
            composer.text.setPlainText("Greet in German")
            composer.send.click()
            await until(lambda: room.session is not first, 20)
            second = room.session
            await until(lambda: second.followable, 60)
            rows = {row.id: row for row in room.studio.store.runs()}
            assert rows[second.number].project == rows[first.number].project
            assert second.state.run.idea == "Greet in German"

        carry_out(qtbot, tmp_path, scene)
