"""An AgileCoder run in the whole window: its board is edited by mouse, its programs are consented to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agents.events import BacklogEdited, CommandStarted, NoticeGiven, QuestionAsked
from agents.plan import Plan
from app.dialogs.approval import ApprovalDialog
from app.dialogs.backlog_item import BacklogItemDialog
from app.views import board_cards
from app.views.transcript_content import plain_text
from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import until
from tests.support.room import Room, Scene, carry_out, shown
from tests.support.team import ROMAN

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path) -> Callable[[Scene], None]:
    return lambda scene: carry_out(qtbot, tmp_path / "home", scene)


def team() -> ScriptedTeam:
    sprint = ScriptedSprint(["1", "u1"], ROMAN.files, tests=ROMAN.tests, repair=ROMAN.repair)
    return ScriptedTeam(idea=ROMAN.idea, backlog=[("Write a numeral", ["9 is IX"])], sprints=[sprint])


SLOW = team()


def slow_in_review(call: ChatCall) -> Scripted:
    """The team, whose review of the backlog takes long enough for the user to pause the run."""
    said = SLOW.reply(call)
    if call.title == "BacklogReview":
        said.wait = 2.0
    return said


def plan(server: OllamaServer, folder: Path) -> Plan:
    return Plan(
        idea=ROMAN.idea, workflow="agilecoder", host=server.address, model="scripted:7b",
        permission="ask", out=str(folder),
    )  # fmt: skip


def told(room: Room, kind: type) -> list[object]:
    events = room.studio.store.events(room.session.number)
    return [stamped.event for stamped in events if isinstance(stamped.event, kind)]


async def written(room: Room, title: str, criteria: str = "") -> None:
    dialog = await room.dialog(BacklogItemDialog)
    dialog.name.setText(title)
    if criteria:
        dialog.criteria.setPlainText(criteria)
    QTest.mouseClick(dialog.save, LEFT)
    await until(lambda: not shown(BacklogItemDialog))


def test_the_board_of_a_run_is_edited_by_mouse_and_the_team_builds_what_was_added(
    play: Callable[[Scene], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[str] = []

    class Drag(board_cards.QDrag):
        def exec(self, *_: object) -> Qt.DropAction:  # type: ignore[override]
            dragged.append(bytes(self.mimeData().data(board_cards.FORMAT).data()).decode())
            return Qt.DropAction.MoveAction

    monkeypatch.setattr(board_cards, "QDrag", Drag)

    async def scene(room: Room) -> None:
        with OllamaServer(slow_in_review) as server:
            room.desk.begin(plan(server, tmp_path / "out"))
            await until(lambda: room.controller.current and room.session.present.backlog.items)
            room.session.live.pause()
            await until(lambda: room.session.paused)
            board = room.window.page.board
            room.window.page.middle.setCurrentWidget(board)
            open_items = board.columns["backlog"]
            QTest.mouseClick(board.add, LEFT)
            await written(room, "Refuse zero", "0 is refused")
            await until(lambda: len(open_items.cards) == 2)
            QTest.mouseDClick(open_items.cards[1], LEFT)
            await written(room, "Refuse zero and less")
            await until(lambda: open_items.cards[1].item.title == "Refuse zero and less")
            card = open_items.cards[1]
            QTest.mousePress(card, LEFT, pos=QPoint(20, 10))
            QTest.mouseMove(card, QPoint(20, 60))
            assert dragged == ["u1"]
            open_items.dropped.emit("u1", "1")
            await until(lambda: [one.item.item for one in open_items.cards] == ["u1", "1"])
            assert len(told(room, BacklogEdited)) == 3
            room.session.live.proceed()
            consent = await room.dialog(ApprovalDialog)
            consent.always.click()
            await until(lambda: not room.session.going, 60)
            assert room.session.state.run.state == "succeeded"
            assert {card.item.title for card in board.columns["done"].cards} == {
                "Write a numeral",
                "Refuse zero and less",
            }
            assert len(told(room, QuestionAsked)) == 1, "consent for the project is asked for once"
            assert len(told(room, CommandStarted)) > 2
            strip = room.window.page.chain
            at = next(at for at, chip in enumerate(strip.phases) if chip.startswith("sprint/"))
            inner = [action.text() for action in strip.menu(at).actions()]
            assert any("Test run 2/" in text for text in inner), "each round within a sprint can be gone to"

    play(scene)


def test_who_never_allows_programs_is_told_what_was_not_run(
    play: Callable[[Scene], None], tmp_path: Path
) -> None:
    async def scene(room: Room) -> None:
        with OllamaServer(team().reply) as server:
            room.desk.begin(plan(server, tmp_path / "out"))
            consent = await room.dialog(ApprovalDialog)
            banner = room.window.page.notice
            assert "`" not in banner.title.text()
            menu = room.desk._taking_part.agent_menu(told(room, QuestionAsked)[0].agent)
            offered = [action.text() for action in menu.actions()]
            offered += [
                one.text() for action in menu.actions() if action.menu() for one in action.menu().actions()
            ]
            assert "Speak as this agent in this phase (Test run)" in offered
            assert "Speak as this agent in this phase (Sprint)" in offered
            consent.never.click()
            await until(lambda: not room.session.going, 60)
            assert len(told(room, QuestionAsked)) == 1
            assert not told(room, CommandStarted)
            notices = [notice.text for notice in told(room, NoticeGiven) if isinstance(notice, NoticeGiven)]
            assert "Not run, as you chose: Start the program" in notices
            entries = room.session.state.transcript.entries
            said = "\n".join(plain_text(entry, room.session.state) for entry in entries)
            assert "Never in this project" in said

    play(scene)
