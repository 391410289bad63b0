"""Scenes of what makes a tool one's own: the palette, keys, settings, problems, errors, text size."""

from __future__ import annotations

import asyncio

from agents.errors import ModelNotFound, ServerUnreachable
from app.dialogs.error import ErrorDialog
from app.dialogs.unsaved import UnsavedDialog
from tests.support.past import remember
from tests.support.stage import SMALL, Stage
from tests.support.story import gomoku

UNREACHABLE = ServerUnreachable(
    "Nothing answers at http://192.168.1.20:11434.",
    "Start Ollama there with `ollama serve`, or choose another server in Models and servers.",
    "httpx.ConnectError: All connection attempts failed\nTried 3 times within 6 seconds.",
)
MISSING = ModelNotFound("The server does not have the model qwen3-coder:30b.", "Pull it, or choose another.")


async def everyday_act(stage: Stage) -> None:
    """The palette, the dialogs of the menu's last part, and everything that tells of an error."""
    await remember(stage.backend.store)
    await stage.open(await stage.store("Gomoku game", [stamped.event for stamped in gomoku().events]))
    await _palette(stage)
    for name in ("shortcuts", "settings", "about"):
        stage.window.commands.named()[name].trigger()
        await stage.dialog_picture(name)
    await _errors(stage)
    await _problems(stage)
    for count in (1, 12):
        paths = [f"splitter/part_{number}.py" for number in range(count)]
        UnsavedDialog(paths, stage.window).open()
        await stage.dialog_picture(f"unsaved-{count}")
    stage.desk._everyday.scale.set_scale(1.4)
    await stage.picture("large-text")
    stage.window.commands.settings.trigger()
    await stage.dialog_picture("large-text-settings")
    stage.desk._everyday.scale.set_scale(1.0)


async def _palette(stage: Stage) -> None:
    palette = stage.desk._everyday.palette
    stage.window.commands.palette.trigger()
    for scene, words in (("all", ""), ("found", "bra"), ("agents", "@"), ("nothing", "zzz")):
        palette.field.setText(words)
        await stage.picture(f"palette-{scene}")
    palette.close_palette()


async def _errors(stage: Stage) -> None:
    stage.desk.tell(MISSING)
    await stage.dialog_picture("error")
    stage.desk.tell(UNREACHABLE)
    await _unfolded(stage, "error-details")
    try:
        {}["place"]
    except KeyError as error:
        stage.desk.tell(error)
    await stage.picture("crash", await stage.dialog())
    await _unfolded(stage, "crash-report")


async def _unfolded(stage: Stage, scene: str) -> None:
    shown = await stage.found(ErrorDialog)
    shown._fold.click()
    await asyncio.sleep(0.1)
    await stage.dialog_picture(scene)


async def _problems(stage: Stage) -> None:
    stage.window.commands.problems.trigger()
    view = stage.desk._everyday._problems.view
    view.list.setCurrentRow(1)
    await stage.picture("problems", await stage.dialog())
    stage.window.problems.clear()
    view.show_problems(())
    await stage.picture("no-problems", await stage.dialog(), (SMALL,))
    (await stage.dialog()).close()
