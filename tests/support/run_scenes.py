"""Scenes of a run of the demo: asking, running, finished, from near, replayed, compared."""

from __future__ import annotations

import asyncio
import os

from agents.contracts import Answer
from agents.models.demo import demo_plan
from app.dialogs.clarification import ClarificationDialog
from app.state.filters import Wanted
from tests.support.file_scenes import file_scenes
from tests.support.past import remember
from tests.support.stage import SMALL, Stage

SPEED = "60"
"""The tokens a second of the recorded team: slow enough for a picture of somebody who writes."""


async def run_act(stage: Stage) -> None:
    """The whole life of a run."""
    os.environ["TROUPE_DEMO_SPEED"] = SPEED
    await remember(stage.backend.store)
    await _running(stage)
    await _finished(stage)
    await file_scenes(stage)
    await _from_near(stage)
    await _figures_and_replay(stage)
    await stage.open(1)
    await stage.picture("interrupted")


async def _running(stage: Stage) -> None:
    stage.desk.begin(demo_plan())
    asked = await stage.found(ClarificationDialog)
    await asyncio.sleep(0.5)
    await stage.picture("question", asked)
    asked.reject()
    await asyncio.sleep(0.1)
    await stage.picture("waiting")
    session = stage.session
    question = session.user.waiting()[0]
    session.user.give(question.key, Answer(question.options[0]))
    await stage.until(lambda: session.state.files.commits or not session.going)
    await asyncio.sleep(0.5)
    await stage.picture("running")
    stage.window.commands.pause.trigger()
    await asyncio.sleep(1.0)
    await stage.picture("paused", sizes=(SMALL,))
    stage.window.commands.run.trigger()
    team = session.state.hierarchy.agents
    await stage.until(
        lambda: session.state.tests.latest and any(one.state == "writing" for one in team.values())
    )
    await asyncio.sleep(0.5)
    await stage.picture("repairing")


async def _finished(stage: Stage) -> None:
    session, artifacts = stage.session, stage.window.page.artifacts
    await stage.until(lambda: not session.going)
    await asyncio.sleep(0.5)
    await stage.picture("finished")
    artifacts.code.diff_button.setChecked(True)
    artifacts.tabs.setCurrentIndex(1)
    await stage.picture("changes-and-tests")
    artifacts.tests.table.setCurrentIndex(artifacts.tests.table.model().index(0, 0))
    await stage.picture("test", sizes=(SMALL,))


async def _from_near(stage: Stage) -> None:
    """An agent from near, the find bar, a filter, and a message's request and reply."""
    page, state = stage.window.page, stage.session.state
    page.team.show_agent(next(path for path, node in state.hierarchy.agents.items() if node.messages > 2))
    page.find_words()
    page.conversation.find_bar.words.setText("total")
    await stage.picture("agent-and-find")
    page.conversation.find_bar.close_bar()
    page.agent_panel.tabs.setCurrentIndex(1)
    page.transcript.show_wanted(Wanted(kind="programs"))
    await stage.picture("prompt-and-filter")
    page.agent_panel.tabs.setCurrentIndex(2)
    page.transcript.show_wanted(Wanted(agent="nobody"))
    await stage.picture("cost-and-nothing", sizes=(SMALL,))
    page.agent_panel.close_panel()
    page.transcript.show_wanted(Wanted())
    entries = state.transcript.entries
    page.transcript.exchange_wanted.emit(
        next(at for at, entry in enumerate(entries) if getattr(entry, "step", ""))
    )
    await stage.dialog_picture("exchange")


async def _figures_and_replay(stage: Stage) -> None:
    window, bar = stage.window, stage.window.page.replay_bar
    window.commands.figures.trigger()
    await stage.picture("figures")
    window.commands.figures.trigger()
    window.commands.replay.trigger()
    await stage.until(bar.isVisible)
    bar.toggled.emit()
    bar.moved.emit(bar.slider.maximum() // 2)
    await stage.picture("replay")
    bar.left.emit()
    window.projects.compared.emit([1])
    await asyncio.sleep(0.5)
    await stage.picture("comparison")
    stage.desk._comparing.close()
