"""Scenes in which the team asks, and in which the user speaks for it or sends it another way."""

from __future__ import annotations

import asyncio
import json

from agents.contracts import Question
from agents.events import Reading
from agents.talk import TalkTurn
from app.dialogs.approval import ApprovalDialog
from app.dialogs.branch import BranchDialog
from app.dialogs.clarification import ClarificationDialog
from app.dialogs.frame import DialogFrame
from app.dialogs.late_answer import LateAnswerDialog
from app.dialogs.play import PlayDialog
from tests.support.stage import Stage
from tests.support.story import BOARD, gomoku

READINGS = Question(
    key="ceo/cpo?1",
    agent="ceo/cpo",
    text="Your idea says *“undo”*. How far back may a player go?",
    options=(
        "The last move only\nA player takes back the stone just put, as long as the other has not moved.\n\n"
        "Example:\n\n    black h8, white i9\n    undo: i9 is free, white moves",
        "The whole game\nEvery move back to the empty board, and forward again.\n\n"
        "Example:\n\n    undo, undo: the board is empty\n    redo: black h8 stands again",
        "Never after a win\nAs the second, but a game that is won stays won.",
    ),
    context="The two readings need different data: a stone, or a list of all moves.",
)
BEHAVIOUR = Question(
    key="clarification-lead/requirements-analyst?1",
    agent="clarification-lead/requirements-analyst",
    text="When a number lies exactly **between two whole numbers**, which way does it go?",
    options=("To the even one", "Upwards", "Away from zero"),
    inputs=("nearest(2.5)", "nearest(-2.5)", "nearest(-0.5)", "nearest([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5])"),
    readings=(
        Reading("To the even one", 3, ("2", "-2", "0", "[0, 2, 2, 4, 4, 6, 6]")),
        Reading("Upwards", 1, ("3", "-2", "0", "raises TypeError")),
        Reading("Away from zero", 1, ("3", "-3", "-1", "does not end")),
    ),
)
PROJECT = Question(
    key="clarification-lead/requirements-analyst?2",
    agent="clarification-lead/requirements-analyst",
    text="Where are the games kept?",
    options=("In a file on this machine", "Nowhere: each game begins anew"),
    readings=(
        Reading("In a file on this machine", 4),
        Reading("Nowhere: each game begins anew", 1),
    ),
)
SIZE = Question(
    key="ceo/cto?2",
    agent="ceo/cto",
    text="How large is the board?",
    options=("15 × 15", "19 × 19", "Chosen before each game"),
)
NAME = Question(key="ceo/cco?3", agent="ceo/cco", text="What is the game called in its window's title?")
REVIEW = Question(
    key="ceo?4",
    agent="ceo",
    text="The first version is there. Try it, and say what should be otherwise.",
    context="3 files, 113 lines. Its tests pass.",
    purpose="review",
)
RUNS = Question(
    key="t?1",
    agent="ceo/cto/tester",
    text="May the team run `python -m unittest discover -s tests -v`?",
    options=("yes", "always", "no", "never"),
    context="You asked to be asked before each run.",
    purpose="execute",
)
INSTALLS = Question(
    key="t?2",
    agent="ceo/cto/programmer",
    text="The program needs packages from the network: numpy>=1.26, pillow, requests. May they be installed?",
    options=("yes", "always", "no", "never"),
    purpose="install",
)
PROMPT = f"""You are Code Reviewer. Look for one fault.

The customer wants: a Gomoku game for two players.

{BOARD}

Say what is wrong and how it is mended, in one sentence."""


async def asking_act(stage: Stage) -> None:
    """Questions, consents, turns for an agent, branches."""
    await stage.open(await stage.store("Gomoku game", [stamped.event for stamped in gomoku().events]))
    asking = ClarificationDialog(stage.window)
    asking.ask(READINGS, "Chief Product Officer", "Demand analysis")
    asking.page.cards.buttons()[1].click()
    await _shown(stage, "readings", asking, keep=True)
    differing = ClarificationDialog(stage.window)
    differing.ask(BEHAVIOUR, "Requirements Analyst", "Clarification")
    differing.page.cards.buttons()[0].click()
    await _shown(stage, "behaviour", differing)
    project = ClarificationDialog(stage.window)
    project.ask(PROJECT, "Requirements Analyst", "Clarification")
    await _shown(stage, "disputed", project)
    asking.ask(SIZE, "Chief Technology Officer", "Demand analysis")
    asking.ask(NAME, "Chief Creative Officer", "Art design")
    await _shown(stage, "several", asking, keep=True)
    asking.turn_to(NAME.key)
    await _shown(stage, "free", asking)
    await _shown(stage, "late", LateAnswerDialog(SIZE, "Chief Technology Officer", "Demand", stage.window))
    review = ClarificationDialog(stage.window)
    review.ask(REVIEW, "Chief Executive Officer", "Review")
    await _shown(stage, "review", review)
    await _shown(stage, "run", ApprovalDialog(RUNS, "Software Test Engineer", "Test", stage.window))
    await _shown(stage, "install", ApprovalDialog(INSTALLS, "Programmer", "Environment", stage.window))
    await _playing(stage)
    await _branching(stage)


async def _playing(stage: Stage) -> None:
    free = Question(key="r#1?", agent="r", text=PROMPT, purpose="play")
    await _shown(stage, "play", PlayDialog(free, "Code Reviewer", "Review 2/3", stage.window))
    form = Question(
        key="r#2?", agent="r", text=PROMPT, purpose="play", form=json.dumps(TalkTurn.model_json_schema())
    )
    await _shown(stage, "play-form", PlayDialog(form, "Chief Product Officer", "Demand", stage.window))


async def _branching(stage: Stage) -> None:
    said = "A **desktop application** fits best:\n\n- it works without a network,\n- it can show a board."
    where = "Chief Product Officer to Chief Executive Officer"
    await _shown(stage, "branch", BranchDialog(where, said, stage.window))
    typed = json.dumps({"message": "We agree.", "conclusion": "A desktop application"}, indent=2)
    broken = BranchDialog(where, typed, stage.window, typed=True)
    broken.text.setPlainText(typed[:-2])
    await _shown(stage, "branch-typed", broken)
    await _shown(stage, "branch-only", BranchDialog("After event 43", None, stage.window))


async def _shown(stage: Stage, scene: str, dialog: DialogFrame, *, keep: bool = False) -> None:
    dialog.present()
    await asyncio.sleep(0.1)
    await stage.picture(scene, dialog)
    if not keep:
        dialog.close()
