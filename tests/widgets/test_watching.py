"""Two programs on one database: one carries a run out, the window watches it live."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pytestqt.qtbot import QtBot

from agents.events import NoticeGiven, RunEnded, RunStarted
from agents.plan import Plan
from agents.store.store import Store
from tests.support.qtloop import until
from tests.support.room import Room, carry_out


def test_a_run_that_goes_on_elsewhere_is_shown_as_it_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        with closing(Store.open(tmp_path / "troupe.db")) as other:
            project = other.create_project("Elsewhere", str(tmp_path / "out"))
            number = other.create_run(
                project, idea="i", workflow="chatdev", model="m", settings=Plan(idea="i").to_json()
            )
            log = other.log(number)
            log.emit(
                RunStarted(
                    project="Elsewhere", idea="i", workflow="chatdev", title="ChatDev", model="m",
                    sandbox="", folder=str(tmp_path / "out"),
                ),
                "run",
            )  # fmt: skip
            await log.flush()
            session = await room.controller.open(number)
            assert session is not None
            before = len(session.present.transcript.entries)
            for text in ("first", "second"):
                log.emit(NoticeGiven(text=text))
                await log.flush()
                await until(lambda: "first" in str(session.present.transcript.entries))
            await until(lambda: len(session.present.transcript.entries) == before + 2)
            assert not session.going
            log.emit(RunEnded(state="succeeded", summary="Done."))
            await log.flush()
            await log.close()
            await until(lambda: session.present.run.state == "succeeded")

    carry_out(qtbot, tmp_path, scene)
