"""Scenes in which there is nothing yet: every view says what will be there and how to get it."""

from __future__ import annotations

import asyncio

from agents.events import AgentHired, RunStarted
from app.views.run_page import RunPage
from tests.support.stage import SMALL, Stage
from tests.support.story import MODEL

BEGUN = (
    RunStarted(
        project="Gomoku game",
        idea="A Gomoku game for two players",
        workflow="chatdev",
        title="ChatDev",
        model=MODEL,
        sandbox="bubblewrap",
        folder="gomoku",
    ),
    AgentHired(agent="ceo", role="Chief Executive Officer", manager="", model=MODEL),
)


async def empty_act(stage: Stage) -> None:
    """The window without runs, then one that has only just begun, in each of its tabs."""
    stage.window.commands.compare.trigger()
    await stage.picture("comparison", sizes=(SMALL,))
    stage.desk._comparing.close()
    number = await stage.store("Gomoku game", BEGUN[:1])
    await stage.open(number)
    page: RunPage = stage.window.page
    await stage.picture("run")
    page.artifacts.tabs.setCurrentIndex(1)
    page.middle.setCurrentWidget(page.figures)
    await stage.picture("figures-and-tests")
    page.middle.setCurrentWidget(page.talk)
    page.artifacts.tabs.setCurrentIndex(2)
    page.artifacts.files.graph.setChecked(True)
    await stage.picture("graph-and-program")
    page.artifacts.files.graph.setChecked(False)
    number = await stage.store("Todo list", BEGUN)
    await stage.open(number)
    page.team.show_agent("ceo")
    await asyncio.sleep(0.2)
    await stage.picture("agent")
    page.agent_panel.close_panel()
    stage.window.pages.setCurrentWidget(stage.window.loading)
    await stage.picture("loading", sizes=(SMALL,))
