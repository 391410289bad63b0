"""A reply that is ended as soon as what was asked for is there: closed, recorded, counted, told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agents.events import MessageCompleted, NoticeGiven
from agents.plan import Plan
from agents.store.export import ENDED
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer, eventually
from tests.support.solving import DOUBLE, RIGHT, WRONG, module

ESSAY = "\nThis function is explained at length. " + "It doubles the number that it is given. " * 2000


def solved(tmp_path: Path, *replies: str, method: str = "direct") -> tuple[Told, list[ChatCall], int]:
    waiting = list(replies)

    def reply(call: ChatCall) -> Scripted:
        return Scripted(waiting.pop(0) if len(waiting) > 1 else waiting[0], delay=0.0)

    with OllamaServer(reply) as server:
        plan = Plan(
            idea=DOUBLE.idea, workflow=method, host=server.address, model="scripted:7b",
            out=str(tmp_path / "out"), entry_point=DOUBLE.entry_point, examples=DOUBLE.examples,
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
        assert again.outcome == told.outcome
        ended = sum(said.ended == "enough" for said in told.recorder.of(MessageCompleted))
        assert asyncio.run(eventually(lambda: server.disconnects == ended))
        return told, list(server.requests), server.disconnects


def test_the_essay_after_the_code_is_not_waited_for(tmp_path: Path) -> None:
    told, _, disconnects = solved(tmp_path, module(RIGHT) + ESSAY)
    assert told.outcome.passed
    assert told.read("solution.py") == RIGHT
    assert disconnects == 1
    (said,) = [said for said in told.recorder.of(MessageCompleted) if said.origin == "model"]
    assert said.ended == "enough"
    assert not said.truncated
    assert said.text.rstrip().endswith("```")
    assert 10 < said.output_tokens < 100
    assert said.prompt_tokens > 10
    assert said.writing_seconds <= said.seconds
    assert not told.recorder.of(NoticeGiven)
    assert ENDED["enough"]


def test_a_reply_that_ends_by_itself_has_the_servers_figures(tmp_path: Path) -> None:
    told, _, disconnects = solved(tmp_path, module(RIGHT) + "\nDone.\n")
    assert told.outcome.passed
    assert disconnects == 0
    assert {said.ended for said in told.recorder.of(MessageCompleted)} == {""}


def test_the_next_prompt_holds_what_was_needed_of_it(tmp_path: Path) -> None:
    told, calls, _ = solved(tmp_path, module(WRONG) + ESSAY, module(RIGHT) + ESSAY, method="rlef")
    assert told.outcome.passed
    assert [call.messages[2]["content"].rstrip() for call in calls[1:]] == [module(WRONG).rstrip()]


def test_a_better_program_after_doubts_is_the_answer(tmp_path: Path) -> None:
    told, _, disconnects = solved(
        tmp_path, f"{module(WRONG)}\nWait, that is wrong for zero.\n\n{module(RIGHT)}{ESSAY[:200]}"
    )
    assert told.read("solution.py") == RIGHT
    assert disconnects == 0


def test_a_model_that_is_asked_on_is_not_looked_up_again(tmp_path: Path) -> None:
    def reply(call: ChatCall) -> Scripted:
        return Scripted(module(WRONG) + ESSAY if len(call.messages) == 2 else module(RIGHT) + ESSAY)

    with OllamaServer(reply) as server:
        plan = Plan(
            idea=DOUBLE.idea, workflow="rlef", host=server.address, model="scripted:7b",
            out=str(tmp_path / "out"), entry_point=DOUBLE.entry_point, examples=DOUBLE.examples,
        )  # fmt: skip
        assert carry_out(plan, tmp_path / "home").outcome.passed
        paths = [visit.path for visit in server.visits]
        first = paths.index("/api/chat")
        assert "/api/tags" not in paths[first:]
        assert asyncio.run(eventually(lambda: server.disconnects == 2))
