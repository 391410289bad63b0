from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from pytestqt.qtbot import QtBot

from agents.contracts import ModelInfo
from agents.plan import Plan
from agents.registry import workflows
from app import i18n
from app.dialogs.new_task import NewTaskDialog
from tests.support.qtloop import drive

WORDS = "The number of vowels in a text.\nvowels('Troupe') -> 3\nvowels('') -> 0\n"


async def no_models(host: str) -> Sequence[ModelInfo]:
    return []


def dialog_of(qtbot: QtBot) -> tuple[NewTaskDialog, list[Plan]]:
    dialog = NewTaskDialog(workflows(), no_models)
    qtbot.addWidget(dialog)
    plans: list[Plan] = []
    dialog.submitted.connect(plans.append)
    return dialog, plans


def test_words_with_examples_are_a_task(qtbot: QtBot) -> None:
    async def play() -> None:
        dialog, plans = dialog_of(qtbot)
        dialog.show_plan(Plan(idea="", workflow="self_debugging", options={"turns": 3}, at_once=4))
        dialog.text.setPlainText(WORDS)
        assert dialog.read.text() == "Function vowels · 2 examples"
        dialog._submit()
        (plan,) = plans
        assert (plan.workflow, plan.entry_point, plan.name) == ("self_debugging", "vowels", "vowels")
        assert plan.examples == ("assert vowels('Troupe') == 3", "assert vowels('') == 0")
        assert plan.options["turns"] == 3
        assert plan.at_once == 4
        assert plan == Plan.from_json(plan.to_json())
        await asyncio.sleep(0)

    drive(play())


def test_only_methods_for_tasks_are_offered(qtbot: QtBot) -> None:
    async def play() -> None:
        dialog, _ = dialog_of(qtbot)
        offered = {dialog.team.workflow.itemData(place) for place in range(dialog.team.workflow.count())}
        assert offered - {None} == {name for name, found in workflows().items() if found.kind == "task"}
        await asyncio.sleep(0)

    drive(play())


def test_what_cannot_be_read_is_told_and_nothing_starts(qtbot: QtBot) -> None:
    async def play() -> None:
        dialog, plans = dialog_of(qtbot)
        dialog._submit()
        assert "empty" in dialog._failure.text()
        dialog.text.setPlainText(WORDS)
        dialog.function.setText("not a name")
        assert "cannot be the name" in dialog.read.text()
        dialog._submit()
        assert plans == []
        assert dialog._start.isEnabled()
        await asyncio.sleep(0)

    drive(play())


def test_a_failure_is_told_in_the_users_language_with_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog, _ = dialog_of(qtbot)
        file = tmp_path / "task.json"
        file.write_text("[1]")
        dialog.load(file)
        assert "没有任务" in dialog._failure.text()
        assert "写成一个对象" in dialog._failure.text()
        dialog.text.clear()
        dialog._submit()
        assert dialog._failure.text() == "任务为空。 用一句话说明函数应该做什么。"
        await asyncio.sleep(0)

    i18n.use("zh_CN")
    try:
        drive(play())
    finally:
        i18n.use("en")


def test_a_file_brings_its_hidden_tests_until_its_text_is_changed(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        file = tmp_path / "task.json"
        file.write_text(
            json.dumps({"task": WORDS, "entry_point": "vowels", "tests": ["assert vowels('oa') == 2"]})
        )
        dialog, _ = dialog_of(qtbot)
        dialog.load(file)
        assert "hidden tests" in dialog.read.text()
        assert dialog.plan().tests == ("assert vowels('oa') == 2",)
        dialog.text.appendPlainText("vowels('y') -> 0")
        assert dialog.plan().tests == ()
        assert len(dialog.plan().examples) == 3
        dialog.load(tmp_path / "none.py")
        assert "cannot be read" in dialog._failure.text()
        await asyncio.sleep(0)

    drive(play())


def test_an_earlier_task_is_shown_whole(qtbot: QtBot) -> None:
    async def play() -> None:
        dialog, _ = dialog_of(qtbot)
        starter = 'def double(number):\n    """Double it."""\n'
        plan = Plan(
            idea="Double it.",
            workflow="rlef",
            entry_point="double",
            starter=starter,
            examples=("assert double(1) == 2",),
            tests=("assert double(2) == 4",),
        )
        dialog.show_plan(plan)
        again = dialog.plan()
        for name in ("idea", "entry_point", "starter", "examples", "tests", "workflow"):
            assert getattr(again, name) == getattr(plan, name)
        await asyncio.sleep(0)

    drive(play())
