"""Scenes of large companies, and of the window in Chinese."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agents.events import BacklogChanged, BacklogItem
from app.dialogs.backlog_item import BacklogItemDialog
from tests.support.past import remember
from tests.support.stage import SMALL, Stage
from tests.support.story import company, gomoku

ITEMS = (
    "Place a stone with a click",
    "Tell who has won",
    "Take a move back",
    "Play on 19 × 19",
    "Save a game",
    "Play against the computer",
    "Show the last move",
    "Offer a draw",
)
CRITERIA = ("It can be seen at once", "A test covers it")


async def large_act(stage: Stage) -> None:
    """Companies of 160 and 1,000 agents, and a board of a sprint."""
    for agents in (16, 160, 1000):
        await stage.open(
            await stage.store(f"Company of {agents}", [told.event for told in company(agents).events])
        )
        await stage.picture(f"team-of-{agents}")
        sizes = stage.window.page.talk.sizes()
        stage.window.page.talk.setSizes([sum(sizes) * 3 // 4, sum(sizes) // 4])
        await stage.picture(f"team-of-{agents}-wide", sizes=(SMALL,))
        stage.window.page.talk.setSizes(sizes)
    await _board(stage)


async def _board(stage: Stage) -> None:
    story = gomoku()
    for done in range(6):
        items = (BacklogItem(item=str(at), title=title, criteria=CRITERIA) for at, title in enumerate(ITEMS))
        states = ["done"] * done + ["sprint"] * 2 + ["backlog"] * len(ITEMS)
        changed = (replace(item, state=state) for item, state in zip(items, states, strict=False))
        story.tell(BacklogChanged(items=tuple(changed)), seconds=90)
    await stage.open(await stage.store("Sprint", (stamped.event for stamped in story.events)))
    page = stage.window.page
    page.middle.setCurrentWidget(page.board)
    await stage.picture("board")
    page.board.set_editable(True)
    await stage.picture("board-edited", sizes=(SMALL,))
    item = BacklogItem(item="9", title=ITEMS[7], criteria=CRITERIA)
    BacklogItemDialog(item, stage.window).present()
    await stage.dialog_picture("backlog-item")


async def chinese_act(stage: Stage) -> None:
    """The welcome page, a run, and dialogs in Chinese."""
    await remember(stage.backend.store)
    stage.controller.listed.emit()
    await stage.until(lambda: "Ollama" in stage.window.welcome.first.server.text())
    await asyncio.sleep(0.5)
    await stage.picture("welcome")
    await stage.open(1)
    await stage.picture("run")
    for name in ("settings", "shortcuts", "new", "about"):
        stage.window.commands.named()[name].trigger()
        await stage.dialog_picture(name)
    stage.window.commands.palette.trigger()
    await stage.picture("palette")
