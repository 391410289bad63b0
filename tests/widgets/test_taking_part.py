"""Taking part in a run through the window: stop a call, branch, go back, play a role."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from agents.contracts import Answer
from agents.models.demo import demo_plan
from agents.plan import Plan
from app.dialogs.branch import BranchDialog
from app.dialogs.play import PlayDialog
from app.state.entries import FilesEntry, MessageEntry
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import until
from tests.support.room import Room, Scene, answer, carry_out, shown
from tests.support.team import GREETER, company


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scene], None]:
    """Carries a scene out in a new room."""
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "0")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    return lambda scene: carry_out(qtbot, tmp_path, scene)


async def finished(room: Room) -> None:
    """A demo from its beginning to its end."""
    room.desk.begin(demo_plan())
    answer(await room.question())
    await until(lambda: not room.session.going and room.session.state.run.state == "succeeded", 60)


def texts(menu: QMenu) -> dict[str, object]:
    """The actions of a menu and its submenus by their text."""
    found: dict[str, object] = {}
    for action in menu.actions():
        found[action.text().partition("\t")[0]] = action
        if (inner := action.menu()) is not None:
            found |= texts(inner)
    return found


def kinds(room: Room) -> list[str]:
    """What is stored of the run that is shown."""
    return [stamped.event.kind for stamped in room.studio.store.events(room.session.number)]


def index_of(room: Room, kind: type, text: str = "") -> int:
    entries = room.session.state.transcript.entries
    return next(at for at, one in enumerate(entries) if isinstance(one, kind) and text in str(one))


def test_stopping_a_call_is_neither_pausing_nor_aborting(play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_DEMO_SPEED", "50")

    async def scene(room: Room) -> None:
        actions = room.window.commands
        room.desk.begin(demo_plan())
        await until(lambda: room.controller.current and room.session.state.hierarchy.talks)
        assert actions.stop_call.isEnabled()
        actions.stop_call.trigger()
        assert room.session.paused
        await until(lambda: not room.session.calling and not actions.stop_call.isEnabled())
        assert actions.run.text() == "Go on"
        await until(
            lambda: any(getattr(e, "state", "") == "cut" for e in room.session.state.transcript.entries)
        )
        assert room.session.going
        assert room.window.page.notice._buttons[0].text() == "Go on"
        room.window.page.notice._buttons[0].click()
        await until(lambda: room.session.state.hierarchy.talks and actions.stop_call.isEnabled())
        actions.pause.trigger()
        assert actions.stop_call.isEnabled() == room.session.calling
        await until(lambda: not room.session.calling and not actions.stop_call.isEnabled())
        actions.stop.trigger()
        await until(lambda: not room.session.going)
        assert room.session.state.run.state == "stopped"

    play(scene)


def test_a_call_of_a_paused_run_can_be_stopped_and_the_status_speaks_of_its_server(
    play, tmp_path: Path
) -> None:
    def reply(call: ChatCall) -> Scripted:
        said = company(GREETER)(call)
        return Scripted("word " * 5000, delay=0.01) if call.title == "LanguageChoice" else said

    async def scene(room: Room) -> None:
        actions, status = room.window.commands, room.window.status.server
        assert not actions.stop_call.isEnabled()
        assert "every reply" in actions.stop_call.toolTip()
        room.desk.begin(
            Plan(idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))
        )
        await until(lambda: room.controller.current and room.session.number)
        await until(lambda: status.text().startswith("Ollama 0.33"))
        await until(lambda: room.session.state.figures.live_tokens_per_second(time.time()) > 0)
        actions.pause.trigger()
        assert actions.stop_call.isEnabled()  # the reply that has begun would still be completed
        actions.stop_call.trigger()
        await until(lambda: not actions.stop_call.isEnabled() and server.disconnects > 0)
        assert room.session.paused
        actions.home.trigger()
        await until(lambda: "not installed" in status.text() or "not running" in status.text())

    with OllamaServer(reply) as server:
        play(scene)


def test_a_branch_with_another_text_goes_on_in_a_run_of_its_own(play) -> None:
    async def scene(room: Room) -> None:
        await finished(room)
        first = room.session
        index = index_of(room, MessageEntry, "template")
        room.window.page.transcript._current = index
        room.window.commands.branch.trigger()
        dialog = await room.dialog(BranchDialog)
        dialog.text.setPlainText(dialog.text.toPlainText() + "\nBe brief.")
        dialog.go.click()
        await until(lambda: room.session is not first)
        row = room.studio.store.run(room.session.number)
        assert (row.branched_from, row.branched_at) == (first.number, first.state.transcript.seqs[index] - 1)
        assert room.window.projects.current() == row.id
        await until(lambda: room.session.going or room.session.state.run.state != "running")

    play(scene)


def test_a_typed_reply_is_rewritten_as_json(play) -> None:
    async def scene(room: Room) -> None:
        await finished(room)
        typed = index_of(room, MessageEntry, "**Decided:**")
        room.desk._taking_part.ask_branch(room.session, typed)
        dialog = await room.dialog(BranchDialog)
        assert "conclusion" in json.loads(dialog.text.toPlainText())
        dialog.reject()

    play(scene)


def test_a_branch_from_any_other_event_has_nothing_to_rewrite(play) -> None:
    async def scene(room: Room) -> None:
        await finished(room)
        first = room.session
        room.desk._taking_part.ask_branch(first, index_of(room, FilesEntry))
        dialog = await room.dialog(BranchDialog)
        assert not dialog.text.isVisible()
        dialog.go.click()
        await until(lambda: room.session is not first)
        await until(lambda: not room.session.going and room.session.state.run.state == "succeeded", 60)
        assert room.session.folder != first.folder

    play(scene)


def test_files_are_restored_as_a_version_of_the_users(play) -> None:
    async def scene(room: Room) -> None:
        await finished(room)
        session, folder = room.session, room.session.folder
        assert session.state.files.version > 1
        page = room.window.page
        page.transcript._current = index_of(room, FilesEntry)
        found = texts(page.transcript.menu())
        assert found["Files as of version 1"].isEnabled()
        found["Files as of version 1"].trigger()
        await until(lambda: kinds(room)[-1] == "user_edited")
        await until(lambda: session.state.seq == len(kinds(room)))
        first = session.state.files.commits[0].changes
        wanted = {change.path: room.studio.store.blob(change.digest).decode() for change in first}
        left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert {path: (folder / path).read_text() for path in wanted} == wanted
        assert not {node.path for node in session.state.files.present} - set(wanted) & left

    play(scene)


def test_conversation_only_keeps_the_files(play) -> None:
    async def scene(room: Room) -> None:
        await finished(room)
        first = room.session
        page = room.window.page
        page.transcript._current = index_of(room, FilesEntry) - 1
        found = texts(page.transcript.menu())
        assert not found["Files as of version 0"].isEnabled()
        found["Conversation, keeping the files as they are now"].trigger()
        await until(lambda: room.session is not first)
        branch = room.session
        await until(
            lambda: any(
                stamped.event.kind == "user_edited" for stamped in room.studio.store.events(branch.number)
            )
        )
        await until(lambda: not branch.going, 60)
        assert branch.state.files.version > 0

    play(scene)


def test_a_role_is_played_and_given_back(play) -> None:
    async def scene(room: Room) -> None:
        room.desk.begin(demo_plan())
        question = await room.question()
        session, taking = room.session, room.desk._taking_part
        agent = next(iter(session.state.hierarchy.agents))
        found = texts(taking.agent_menu(agent))
        assert not found["Let the model speak again"].isEnabled()
        for path in session.state.hierarchy.agents:
            taking.take_over(path)
        await until(lambda: len(session.state.roles.taken) == len(session.state.hierarchy.agents))
        found = texts(taking.agent_menu(agent))
        assert not found["Speak as this agent for the whole run"].isEnabled()
        assert found["Let the model speak again"].isEnabled()
        answer(question)
        dialog = await room.dialog(PlayDialog)
        assert dialog.question.purpose == "play"
        speaker = dialog.question.agent
        for path in session.state.hierarchy.agents:
            taking.take_over(path, taken=False)
        dialog.answered.emit(Answer("", by="team"))
        await until(lambda: not shown(PlayDialog))
        assert speaker in session.state.hierarchy.agents
        await until(lambda: not session.going and session.state.run.state == "succeeded", 60)

    play(scene)


def test_what_was_written_in_a_question_waits_for_it(play) -> None:
    async def scene(room: Room) -> None:
        room.desk.begin(demo_plan())
        dialog = await room.question()
        dialog.page.own.setPlainText("Perhaps by weight")
        dialog.reject()
        await until(lambda: not shown(type(dialog)))
        room.window.commands.answer.trigger()
        again = await room.question()
        assert again.page.own.toPlainText() == "Perhaps by weight"
        again.reject()

    play(scene)
