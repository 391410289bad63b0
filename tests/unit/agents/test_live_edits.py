"""What the user changes while a run is under way, and between its sessions."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.cli.answers import NobodyAnswers
from agents.errors import PathRefused
from agents.events import (
    BacklogEdited,
    BacklogItem,
    FilesCommitted,
    NoticeGiven,
    UserEdited,
    UserStepped,
)
from agents.live import LiveRun
from agents.studio import Studio
from tests.support.carrying_out import Recorder, carry_on
from tests.support.meanwhile import during, writing
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer, eventually
from tests.support.team import GREETER, company


def test_an_edit_becomes_a_version_that_the_team_sees_and_a_replay_repeats(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: bool(recorder.of(FilesCommitted)))
        live.edit({"notes.txt": "Mine.\n"}, "My notes")
        with pytest.raises(PathRefused):
            live.edit({"../escaped.txt": "x"})
        await live.outcome()

    with OllamaServer(company(GREETER)) as server:
        recorder = during(tmp_path / "home", server, work)
        seen = [call for call in server.requests if "Mine." in str(call.messages)]
        again = carry_on(1, tmp_path / "home")
    mine = [event for event in recorder.of(FilesCommitted) if event.author == "user"]
    assert [event.message for event in mine] == ["My notes"]
    assert seen
    assert (tmp_path / "out" / "notes.txt").read_text() == "Mine.\n"
    assert [type(stamped.event).__name__ for stamped in again.recorder.stored] == ["RunContinued", "RunEnded"]


def test_a_users_edit_of_a_file_that_is_being_written_is_said_to_be_in_the_version_before(
    tmp_path: Path,
) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: "```" in writing(recorder))
        live.edit({"main.py": "print('Mine.')\n"}, "Mine")
        await live.outcome()

    def reply(call: ChatCall) -> Scripted:
        said = company(GREETER)(call).content
        return Scripted(said, delay=0.02 if "```" in said else 0)

    with OllamaServer(reply) as server:
        recorder = during(tmp_path / "home", server, work)
    mine, theirs = recorder.of(FilesCommitted)[:2]
    assert (mine.author, theirs.author.rpartition("/")[2]) == ("user", "programmer")
    assert any("main.py was changed while it was written" in n.text for n in recorder.of(NoticeGiven))


def test_what_the_user_does_at_the_same_place_of_two_sessions_is_kept_twice(tmp_path: Path) -> None:
    def do(live: LiveRun, name: str) -> None:
        live.say(f"Please greet in {name}.")
        live.edit({f"{name}.txt": f"{name}\n"}, name)
        live.edit_backlog("put", BacklogItem(item=name, title=name))

    async def work(studio: Studio, live: LiveRun, recorder: Recorder) -> None:
        live.pause()
        do(live, "French")
        await live.stop()
        live = await studio.resume(live.number, NobodyAnswers(), recorder)
        do(live, "German")
        assert (await live.outcome()).passed
        for kind in (UserStepped, UserEdited, BacklogEdited):
            assert sum(isinstance(stamped.event, kind) for stamped in studio.store.events(1)) == 2

    with OllamaServer(company(GREETER)) as server:
        recorder = during(tmp_path / "home", server, work)
    assert [event.message for event in recorder.of(FilesCommitted)][:2] == ["French", "German"]


def test_an_edit_between_runs_is_taken_up_when_the_run_is_continued(tmp_path: Path) -> None:
    async def work(studio: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: bool(recorder.of(FilesCommitted)))
        await live.stop()
        await studio.edit(live.number, {"notes.txt": "Later.\n"})

    with OllamaServer(lambda call: Scripted(company(GREETER)(call).content, wait=0.05)) as server:
        during(tmp_path / "home", server, work)
        assert (tmp_path / "out" / "notes.txt").read_text() == "Later.\n"
        told = carry_on(1, tmp_path / "home")
    assert "user" in [event.author for event in told.recorder.of(FilesCommitted)]
    assert told.read("notes.txt") == "Later.\n"


def test_what_was_changed_in_the_folder_between_runs_is_kept(tmp_path: Path) -> None:
    mine = "print('Hello, changed by hand!')\n"

    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: bool(recorder.of(FilesCommitted)))
        await live.stop()

    with OllamaServer(lambda call: Scripted(company(GREETER)(call).content, wait=0.05)) as server:
        during(tmp_path / "home", server, work)
        (tmp_path / "out" / "main.py").write_text(mine)
        told = carry_on(1, tmp_path / "home")
        again = carry_on(1, tmp_path / "home")
    assert told.read("main.py") == mine
    [edit] = told.recorder.of(UserEdited)
    assert edit.message == "Changed in the folder"
    assert again.recorder.of(UserEdited) == []
    assert again.read("main.py") == mine
