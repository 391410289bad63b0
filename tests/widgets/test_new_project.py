from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.contracts import ModelInfo
from agents.errors import ServerUnreachable
from agents.plan import Plan
from agents.prompts import Prompts
from agents.registry import workflows
from app.dialogs.new_project import BUILD, IMPROVE, NewProjectDialog
from app.dialogs.role_models import FOR_ALL
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


def test_its_model_is_wanted_once_an_idea_is_being_typed(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        wanted: list[Plan] = []
        dialog.wanted.connect(wanted.append)
        await until(lambda: dialog.picker.models.count() == 3)
        dialog.show_plan(Plan(idea="An idea of the last time"))
        await until(lambda: dialog.picker.models.count() == 3)
        assert not wanted
        dialog.picker.models.setCurrentIndex(2)
        dialog.idea.clear()
        qtbot.keyClicks(dialog.idea, "A game of chess for two")
        assert [plan.model for plan in wanted] == ["llama3"]
        dialog.picker.models.setCurrentIndex(1)
        qtbot.keyClicks(dialog.idea, "!")
        assert [plan.model for plan in wanted] == ["llama3", "qwen3-coder:30b"]
        dialog.reject()

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
        assert dialog.plan() == plan, "also before the server has answered"
        await until(lambda: "not on this server" in dialog.picker.models.currentText())
        assert dialog.plan() == plan

    drive(play())


def test_roles_limits_context_and_thinking_come_out_in_the_plan(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        team = dialog.team
        assert list(team.roles._choices) == list(Prompts.of("chatdev").roles)
        await until(lambda: team.roles._choices["Programmer"].count() == 3)
        programmer = team.roles._choices["Programmer"]
        assert programmer.currentText() == FOR_ALL
        programmer.setCurrentIndex(programmer.findData("llama3"))
        team.limits.tokens.setValue(200_000)
        team.limits.minutes.setValue(30)
        team.details.context.setValue(16_384)
        team.details.think = True
        plan = dialog.plan()
        assert plan.roles == {"Programmer": "llama3"}
        assert (plan.max_tokens, plan.max_minutes) == (200_000, 30.0)
        assert (plan.num_ctx, plan.think) == (16_384, True)
        dialog.picker.refresh()
        await until(lambda: "2 models" in dialog.picker.status.text())
        assert dialog.plan() == plan, "the server is asked again, and everything stays"

    drive(play())


def test_usual_settings_are_folded_and_say_what_they_are(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        folds = dialog.team.folds
        assert all(fold.content.isHidden() for fold in folds.values())
        said = {name: fold.head.told for name, fold in folds.items()}
        assert said == {
            "options": "As usual",
            "roles": "One for all",
            "details": "Chosen by Troupe",
            "limits": "None",
        }
        dialog.show_plan(
            Plan(
                idea="A",
                options={"review_rounds": 1},
                roles={"Programmer": "gone:7b"},
                max_tokens=90_000,
                max_minutes=0.5,
                num_ctx=8192,
                think=False,
            )
        )
        assert folds["options"].head.told == "1 changed"
        assert folds["roles"].head.told == "1 role has its own"
        assert folds["details"].head.told == "8,192 tokens, no thinking"
        assert folds["limits"].head.told == "90,000 tokens, 0.5 minutes"
        qtbot.mouseClick(folds["limits"].head, Qt.MouseButton.LeftButton)
        assert not folds["limits"].content.isHidden()
        qtbot.keyClick(folds["limits"].head, Qt.Key.Key_Space)
        assert folds["limits"].content.isHidden()
        await until(lambda: dialog.picker.models.count() == 3)
        assert dialog.plan().roles == {"Programmer": "gone:7b"}

    drive(play())


def test_improving_a_folder(qtbot: QtBot, tmp_path: Path) -> None:
    async def play() -> None:
        dialog = NewProjectDialog(workflows(), some_models, tmp_path)
        qtbot.addWidget(dialog)
        dialog.improve(tmp_path / "calc")
        plan = dialog.plan()
        assert (plan.existing, plan.out, plan.name) == (True, str(tmp_path / "calc"), "calc")
        assert dialog._asked.text() == IMPROVE
        dialog.existing.setChecked(False)
        assert dialog._asked.text() == BUILD
        await until(lambda: dialog.picker.models.count() == 3)

    drive(play())
