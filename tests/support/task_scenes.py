"""Scenes of a task: the dialog that asks for one, its candidates, and the benches."""

from __future__ import annotations

from agents.plan import Plan
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
    number = await stage.store("Double", list(double()))
    await stage.open(number)
    page = stage.window.page
    page.candidates.show_state(stage.session.state, read_answer)
    page.middle.setCurrentWidget(page.candidates)
    await stage.picture("candidates")
    page.candidates.table.setCurrentIndex(page.candidates.table.marks.index(0, 2))
    await stage.picture("candidate-failing", sizes=(SMALL,))
