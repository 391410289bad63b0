"""Two programs on one database: one carries a run out, the window watches it live."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pytestqt.qtbot import QtBot

from agents.events import FilesCommitted, NoticeGiven, RunEnded, RunStarted
from agents.plan import Plan
from agents.store.store import Store
from app.state.hierarchy import AT_WORK
from tests.support.qtloop import until
from tests.support.room import Room, carry_out
from tests.support.story import gomoku


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
            run = room.window.commands.run
            await until(lambda: "Another window" in room.window.page.notice.title.text())
            assert not run.isEnabled(), "it cannot be continued here"
            log.emit(RunEnded(state="succeeded", summary="Done."))
            await log.flush()
            await log.close()
            await until(lambda: session.present.run.state == "succeeded")
            await until(run.isEnabled)

    carry_out(qtbot, tmp_path, scene)


def test_a_run_whose_other_window_is_killed_can_be_continued_and_shows_nobody_at_work(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def scene(room: Room) -> None:
        with closing(Store.open(tmp_path / "troupe.db")) as other:
            project = other.create_project("Elsewhere", str(tmp_path / "out"))
            number = other.create_run(
                project, idea="i", workflow="chatdev", model="m", settings=Plan(idea="i").to_json()
            )
            log = other.log(number)
            for stamped in gomoku().events:
                if not isinstance(stamped.event, FilesCommitted):  # its contents are not stored
                    log.emit(stamped.event)
            await log.flush()
            session = await room.controller.open(number)
            assert session is not None
            team = session.present.hierarchy.agents.values()
            assert AT_WORK & {node.state for node in team}
            assert not room.window.commands.run.isEnabled()
            await log.close()
            await until(room.window.commands.run.isEnabled)
            assert room.window.commands.run.text() == "Continue"
            assert "not going on" in room.window.page.notice.title.text()
            assert not AT_WORK & {node.state for node in team}

    carry_out(qtbot, tmp_path, scene)
