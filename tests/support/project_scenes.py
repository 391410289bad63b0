"""Scenes of the list of projects, and of the dialog that begins one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import QPoint

from agents.events import RunEnded, RunStarted
from app.dialogs.new_project import NewProjectDialog
from app.dialogs.team_form import TeamForm
from tests.support.model_scenes import MODELS
from tests.support.ollama_server import OllamaServer
from tests.support.past import remember
from tests.support.stage import SMALL, Stage
from tests.support.story import gomoku

LONG = "An inventory of laboratory instruments with loans, reminders and calibration certificates"
IDEA = (
    "A Gomoku game for two players with a window: a board of 15 × 15 that is clicked, undo, and a note of "
    "who has won. The last stone is marked."
)


async def projects_act(stage: Stage) -> None:
    """Searching, the menu of a run, what can be undone, an export, a name that is too long."""
    await remember(stage.backend.store)
    number = await _long_run(stage)
    projects = stage.window.projects
    projects.search.setText("board")
    await asyncio.sleep(0.8)
    await stage.picture("search")
    projects.search.setText("nowhere to be found")
    await asyncio.sleep(0.8)
    await stage.picture("search-nothing", sizes=(SMALL,))
    projects.search.clear()
    await stage.open(number)
    await stage.picture("long-name")
    menu = projects.menu()
    assert menu is not None
    await stage.menu_picture("menu", menu, QPoint(60, 150))
    await stage.menu_picture("main-menu", stage.window.toolbar._menu_button.menu(), QPoint(1000, 36))
    projects.deleted.emit([2])
    await asyncio.sleep(0.3)
    projects.export_bar.busy("Exporting “Gomoku game” as a ZIP archive", "Cancel")
    projects.export_bar.advance(3, 8)
    await stage.picture("undo-and-export", sizes=(SMALL,))
    projects.export_bar.hide()
    projects.list.edit(projects.list.currentIndex())
    await stage.picture("rename", sizes=(SMALL,))


async def new_project_act(stage: Stage) -> None:
    """The dialog as it opens, each of its sections, what it refuses, and a program that is to be improved."""
    with OllamaServer(models=MODELS) as server:
        stage.serve(server.address)
        stage.window.commands.new.trigger()
        dialog = await stage.found(NewProjectDialog)
        await stage.until(lambda: dialog.picker.models.count() > 1)
        await stage.picture("empty", dialog)
        dialog._start.click()
        await stage.picture("refused", dialog)
        dialog.idea.setPlainText(IDEA)
        for name in dialog.team.folds:
            await _section(stage, dialog, name)
        team: TeamForm = dialog.team
        for place in range(1, team.workflow.count()):
            if team.workflow.itemData(place) is None:  # the heading of a group
                continue
            if not team.workflow.itemData(place):
                continue  # the heading of a group
            team.workflow.setCurrentIndex(place)
            team.folds["options"].unfold()
            await stage.picture(f"workflow-{team.workflow.currentData()}", dialog, (SMALL,))
        dialog.improve(stage.home / "gomoku")
        dialog.show_failure("The folder gomoku does not exist. Choose a folder that is there.")
        await stage.picture("failure", dialog)
        dialog.close()


async def _section(stage: Stage, dialog: NewProjectDialog, name: str) -> None:
    fold = dialog.team.folds[name]
    fold.head.setChecked(True)
    await asyncio.sleep(0.1)
    dialog.team.ensureWidgetVisible(fold.content)
    await stage.picture(f"section-{name}", dialog, (SMALL,))
    fold.head.setChecked(False)


async def _long_run(stage: Stage) -> int:
    """A run whose names are all too long for their places."""
    events = [stamped.event for stamped in gomoku().events]
    began = next(event for event in events if isinstance(event, RunStarted))
    began_long = replace(began, project=LONG, model="hf.co/bartowski/Mistral-Small-24B-Instruct-2501-GGUF")
    ended = RunEnded(state="succeeded", summary="It starts; its tests pass.")
    return await stage.store(LONG, [began_long if event is began else event for event in events] + [ended])
