"""A real clarification through the window: the differing behaviour is shown, and the answer is taken up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agents.contracts import Question
from agents.events import Reading
from agents.plan import Plan
from agents.registry import workflows
from app.dialogs.behaviour_table import BehaviourTable
from app.dialogs.clarification import ClarificationDialog
from app.dialogs.new_project import NewProjectDialog
from app.dialogs.question_page import QuestionPage
from tests.support.clarifying import HALF_UP, ROUND, TO_EVEN, Team, samples
from tests.support.ollama_server import OllamaServer
from tests.support.qtloop import drive, until
from tests.support.room import Room, carry_out
from tests.widgets.test_new_project import some_models

READINGS = (Reading("To the even one", 3, ("2", "0")), Reading("Upwards", 1, ("3", "raises TypeError")))
ASKED = Question(
    key="a?1", agent="a", text="Which way?", options=("To the even one", "Upwards"),
    context="| a table | for the terminal |", readings=READINGS,
    inputs=("nearest(2.5)", f"nearest({'0' * 200})"),
)  # fmt: skip


def cells(table: BehaviourTable) -> list[list[str]]:
    places = [[(row, column) for column in range(table.columnCount())] for row in range(table.rowCount())]
    found = [[table.item(*place) for place in row] for row in places]
    return [[item.text() for item in row if item is not None] for row in found]


def test_differing_behaviour_is_a_table_beside_the_readings(qtbot: QtBot) -> None:
    page = QuestionPage(ASKED, "Analyst", "Clarification")
    qtbot.addWidget(page)
    [table] = page.findChildren(BehaviourTable)
    assert cells(table) == [["nearest(2.5)", "2", "3"], [ASKED.inputs[1], "0", "raises TypeError"]]
    heads = [table.horizontalHeaderItem(column) for column in range(3)]
    assert [head.text() for head in heads if head is not None] == [
        "Input",
        "1  To the even one",
        "2  Upwards",
    ]
    page.resize(640, 600)
    page.show()
    assert table.columnWidth(0) < page.width() / 2, "a long input leaves room for what comes out"
    item = table.item(1, 0)
    assert item is not None
    assert item.toolTip() == ASKED.inputs[1]


def test_readings_of_a_project_say_how_many_hold_them(qtbot: QtBot) -> None:
    question = Question(
        key="a?1", agent="a", text="Where?", options=("Here", "There"),
        readings=(Reading("Here", 4), Reading("There", 1)),
    )  # fmt: skip
    page = QuestionPage(question, "Analyst", "")
    qtbot.addWidget(page)
    assert not page.findChildren(BehaviourTable)
    texts = [found.text() for found in page.cards.findChildren(QLabel)]
    assert "4 of 5 read it so" in texts
    assert "1 of 5 read it so" in texts


def test_the_question_of_a_run_reaches_the_dialog_and_its_answer_the_code(
    qtbot: QtBot, tmp_path: Path
) -> None:
    team = Team(samples(TO_EVEN, TO_EVEN, HALF_UP))

    async def scene(room: Room) -> None:
        with OllamaServer(team) as server:
            plan = Plan(
                idea=ROUND, workflow="clarifygpt", host=server.address, options={"samples": 3, "inputs": 6}
            )
            session = await room.controller.start(plan)
            live = session.live
            assert live is not None
            dialog = await room.dialog(ClarificationDialog)
            [table] = dialog.page.findChildren(BehaviourTable)
            assert ["nearest(2.5)", "2", "3"] in cells(table)
            dialog.page.cards.buttons()[1].click()
            dialog.send.click()
            assert (await live.outcome()).passed
            assert (live.folder / "solution.py").read_text() == HALF_UP
            await until(lambda: not session.going)

    carry_out(qtbot, tmp_path, scene)
    assert "Halves: Upwards." in team.prompts[-1]


def test_clarification_is_switched_on_where_a_project_begins(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        dialog.idea.setPlainText("A game")
        assert dialog.plan().workflow == "chatdev"
        assert not dialog.plan().clarify
        dialog.team.clarify.click()
        assert dialog.plan().clarify
        dialog.show_plan(Plan(idea="Again", workflow="direct", clarify=True))
        assert (dialog.plan().workflow, dialog.plan().clarify) == ("direct", True)
        dialog.show_plan(Plan(idea="Again", workflow="clarifygpt", clarify=True))
        assert not dialog.plan().clarify, "the method asks anyway"
        await until(lambda: dialog.picker.models.count() == 3)

    drive(play())


def test_a_task_that_is_begun_again_keeps_its_parts_until_its_words_change(
    qtbot: QtBot, tmp_path: Path
) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        task = Plan(
            idea="Add.", workflow="direct", entry_point="add", starter="def add(a, b): ...",
            examples=("assert add(1, 2) == 3",),
        )  # fmt: skip
        dialog.show_plan(task)
        assert dialog.plan().task() == task.task()
        dialog.idea.setPlainText("Subtract.")
        assert not dialog.plan().task().is_function
        await until(lambda: dialog.picker.models.count() == 3)

    drive(play())


def test_the_methods_are_grouped_by_what_they_work_on(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        picker = dialog.workflow
        lines = [(picker.itemText(n), picker.itemData(n)) for n in range(picker.count())]
        headings = [text for text, name in lines if name is None]
        assert headings[:2] == ["Projects", "Tasks of one function"]
        tasks = lines.index(("Tasks of one function", None))
        assert lines.index(("ChatDev", "chatdev")) < tasks < lines.index(("ClarifyGPT", "clarifygpt"))
        assert picker.currentData() is not None
        await until(lambda: dialog.picker.models.count() == 3)

    drive(play())
