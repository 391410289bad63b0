from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from pytestqt.qtbot import QtBot

from agents.contracts import ModelInfo
from agents.errors import ServerUnreachable
from agents.plan import Plan
from agents.registry import workflows
from app.dialogs.new_project import NewProjectDialog
from tests.support.qtloop import drive, until

MODELS = [
    ModelInfo("qwen3-coder:30b", size=18_000_000_000, parameters="30B", loaded=19_000_000_000),
    ModelInfo("nomic-embed", capabilities=frozenset({"embedding"})),
    ModelInfo("llama3", size=4_700_000_000, capabilities=frozenset({"completion"})),
]


async def some_models(host: str) -> Sequence[ModelInfo]:
    return MODELS


async def no_server(host: str) -> Sequence[ModelInfo]:
    raise ServerUnreachable(f"Nothing answers at {host or 'the usual place'}.", "Start Ollama.")


def test_a_filled_in_dialog_is_a_plan(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        plans: list[Plan] = []
        dialog.submitted.connect(plans.append)
        await until(lambda: dialog.picker.models.count() == 3)
        assert dialog.picker.models.itemData(1) == "qwen3-coder:30b"
        assert "18.0 GB" in dialog.picker.models.itemText(1)
        dialog.idea.setPlainText("  A game ")
        dialog.name.setText("Game")
        dialog.picker.models.setCurrentIndex(2)
        dialog.permission.setCurrentIndex(1)
        dialog._submit()
        (plan,) = plans
        assert (plan.idea, plan.name, plan.model, plan.permission) == ("A game", "Game", "llama3", "ask")
        assert plan.workflow in workflows()
        assert plan == Plan.from_json(plan.to_json())

    drive(play())


def test_nothing_starts_without_an_idea(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        plans: list[Plan] = []
        dialog.submitted.connect(plans.append)
        dialog._submit()
        assert plans == []
        assert not dialog._idea_problem.isHidden()
        dialog.idea.setPlainText("A game")
        assert dialog._idea_problem.isHidden()
        dialog.existing.setChecked(True)
        dialog._submit()
        assert plans == []
        assert "folder" in dialog._folder_problem.text()
        await asyncio.sleep(0)

    drive(play())


def test_a_failure_loses_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        dialog.idea.setPlainText("A game")
        dialog._submit()
        assert not dialog._start.isEnabled()
        dialog.show_failure("The folder is not empty. Choose another.")
        assert dialog._start.isEnabled()
        assert dialog.idea.toPlainText() == "A game"
        assert dialog._failure.text().startswith("The folder")
        await asyncio.sleep(0)

    drive(play())


def test_a_server_that_does_not_answer(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), no_server, tmp_path)
        qtbot.addWidget(dialog)
        await until(lambda: "Start Ollama" in dialog.picker.status.text())
        dialog.picker.host.setText("http://elsewhere:1")
        dialog.picker.host.editingFinished.emit()
        await until(lambda: "elsewhere" in dialog.picker.status.text())
        assert dialog.plan().host == "http://elsewhere:1"

    drive(play())


def test_an_earlier_plan_fills_the_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        name, workflow = next(iter(workflows().items()))
        options = workflow.options().model_dump(mode="json")
        plan = Plan(idea="A", name="N", workflow=name, options=options, model="gone", permission="never")
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        dialog.show_plan(plan)
        await until(lambda: dialog.picker.model() == "gone")
        assert dialog.plan() == plan

    drive(play())
