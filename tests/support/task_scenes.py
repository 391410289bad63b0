"""Scenes of a task: the dialog that asks for one, its candidates, and the benches."""

from __future__ import annotations

import random
from pathlib import Path

from agents.bench import Cell
from agents.plan import Plan
from app.dialogs.new_bench import NewBenchDialog
from app.dialogs.new_task import NewTaskDialog
from tests.support.model_scenes import MODELS
from tests.support.ollama_server import OllamaServer
from tests.support.stage import SMALL, Stage
from tests.support.task_story import FIRST, double, read_answer

WORDS = "The number of vowels in a text.\n\nvowels('Troupe') -> 3\nvowels('') -> 0\nvowels('why') -> 0\n"


async def tasks_act(stage: Stage) -> None:
    """The dialog, what it reads and refuses; a run's candidates."""
    with OllamaServer(models=MODELS) as server:
        stage.serve(server.address)
        await stage.picture("welcome", sizes=(SMALL,))
        stage.window.commands.new_task.trigger()
        dialog = await stage.found(NewTaskDialog)
        await stage.until(lambda: dialog.picker.models.count() > 1)
        await stage.picture("empty", dialog)
        dialog.show_plan(Plan(idea="", workflow="self_debugging"))
        dialog.text.setPlainText(WORDS)
        dialog.team.folds["options"].unfold()
        await stage.picture("filled", dialog)
        dialog.text.setPlainText(FIRST.replace("number + 2", "("))
        dialog.function.setText("not a name")
        await stage.picture("refused", dialog, (SMALL,))
        dialog.close()
        await _benches(stage)
    number = await stage.store("Double", list(double()))
    await stage.open(number)
    page = stage.window.page
    page.candidates.show_state(stage.session.state, read_answer)
    page.middle.setCurrentWidget(page.candidates)
    await stage.picture("candidates")
    page.candidates.table.setCurrentIndex(page.candidates.table.marks.index(0, 2))
    await stage.picture("candidate-failing", sizes=(SMALL,))


async def _benches(stage: Stage) -> None:
    """The page without benches, the dialog for one, one that goes on, one that is done."""
    stage.window.commands.bench.trigger()
    view = stage.desk._benching.view
    await stage.picture("benches-none", sizes=(SMALL,))
    view.new.click()
    dialog = await stage.found(NewBenchDialog)
    await stage.until(lambda: dialog.picker.models.count() > 1)
    dialog.problems.setText("HumanEval.jsonl")
    await stage.picture("new-bench", dialog)
    dialog.close()
    view.offer([Path("HumanEval"), Path("MBPP, first 50"), Path("QuixBugs")], None)
    answers = list(_answers())
    view.show_answers(answers[:60], "HumanEval.jsonl · qwen3-coder:30b")
    view.set_going(60, len(answers), going=True, continuable=False)
    await stage.picture("bench-going")
    view.show_answers(answers, "HumanEval.jsonl · qwen3-coder:30b")
    view.set_going(len(answers), len(answers), going=False, continuable=True)
    view._scroll.verticalScrollBar().setValue(10_000)
    await stage.picture("bench-matrix")
    stage.window.commands.bench.trigger()


def _answers() -> list[Cell]:
    """What a bench of some methods could come to."""
    chance = random.Random(1)
    methods = {
        "direct": (0.5, 1),
        "self_debugging": (0.68, 2),
        "agentcoder": (0.77, 5),
        "mapcoder": (0.82, 10),
    }
    return [
        Cell(
            f"HumanEval/{number}", method, 0, chance.random() < likely, calls=calls,
            prompt_tokens=300 * calls, output_tokens=120 * calls, seconds=4.0 * calls, run=number + 1,
        )
        for number in range(30)
        for method, (likely, calls) in methods.items()
    ]  # fmt: skip
