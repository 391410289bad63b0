"""Methods for tasks whose steps ask a model at the same time: what is asked, what is ended, what is kept."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import pytest

from agents.events import CommandStarted, MessageBegun, MessageCompleted, PhaseBegun, PhaseEnded
from agents.plan import Plan
from tests.campaigns.kill import at_every_step
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer, eventually
from tests.support.solving import DOUBLE, RIGHT, WRONG, module

SLOWLY = 60.0
"""Seconds for a reply that must be ended by us, or the test takes too long."""


def reply(call: ChatCall) -> Scripted:
    """What a team says; it depends on nothing but what it is asked.

    A program by way A fails, and the first one of a talk; those by way B or C and samples hold.
    """
    asked = "\n".join(str(said["content"]) for said in call.messages)
    forms: dict[str, object] = {
        "TestDesign": {"basic": ["assert double(3) == 6"]},
        "RecalledProblems": {"problems": [{"problem": f"P {n}", "solution": f"S {n}."} for n in "ABC"]},
        "SolutionPlan": {"steps": [f"Go the way {asked.partition('like it: P ')[2][:1]}."]},
        "PlanConfidence": {"reason": "-", "confidence": {"A": 90, "B": 60, "C": 30}.get(_way(asked), 0)},
        "TaskAnalysis": {"subtasks": ["Multiply."], "plan": "Multiply."},
        "TestChecks": {"checks": ["assert double(3) == 6"]},
        "TestInputs": {"calls": ["double(7)"]},
    }
    if call.title:
        return Scripted(json.dumps(forms[call.title]))
    first = len(call.messages) == 2 and "temperature" not in call.options
    wrong = _way(asked) == "A" or (first and call.role in ("Programmer", "Coder"))
    return Scripted(module(WRONG if wrong else RIGHT))


def _way(asked: str) -> str:
    return asked.partition("Go the way ")[2][:1]


def plan_for(method: str, host: str, out: str, at_once: int = 2, **options: object) -> Plan:
    return Plan(
        idea=DOUBLE.idea, workflow=method, host=host, model="scripted:7b", out=out, at_once=at_once,
        entry_point=DOUBLE.entry_point, examples=DOUBLE.examples, options=options,
    )  # fmt: skip


def solved(
    tmp_path: Path,
    method: str,
    at_once: int,
    options: Mapping[str, object] = MappingProxyType({}),
    replied: Callable[[ChatCall], Scripted] = reply,
    hosts: int = 1,
) -> tuple[Told, list[ChatCall]]:
    """A run, and what was asked; it is continued once it has ended, which asks nothing and tells the same."""
    with ExitStack() as held:
        servers = [held.enter_context(OllamaServer(replied)) for _ in range(hosts)]
        host = ",".join(server.address for server in servers)
        out, home = tmp_path / f"out{at_once}", tmp_path / f"home{at_once}"
        told = carry_out(plan_for(method, host, str(out), at_once, **options), home)
        calls = [call for server in servers for call in server.requests]
        again = carry_on(told.number, home)
        assert sum(len(server.requests) for server in servers) == len(calls)
    assert again.outcome == told.outcome
    assert [stamped.event.kind for stamped in again.recorder.stored] == ["run_continued", "run_ended"]
    return told, calls


def asked(calls: list[ChatCall]) -> list[str]:
    return sorted(f"{call.messages} {call.options.get('seed')}" for call in calls)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("agentcoder", {}),
        ("mapcoder", {"repairs": 1}),
        ("codechain", {"samples": 3, "rounds": 1}),
        ("clarifygpt", {"samples": 3, "inputs": 4}),
        ("self_collaboration", {"tester": "runs"}),
    ],
)
def test_at_once_the_same_is_asked_and_the_answer_is_the_same(
    method: str, options: dict[str, object], tmp_path: Path
) -> None:
    one, alone = solved(tmp_path, method, 1, options)
    many, at_once = solved(tmp_path, method, 3, options)
    assert one.outcome == many.outcome
    assert one.read("solution.py") == many.read("solution.py")
    assert asked(alone) == asked(at_once)
    assert one.recorder.of(MessageCompleted)[-1].ended == ""


def moments(told: Told, kind: type[PhaseBegun] | type[PhaseEnded], phase: str) -> int:
    return next(
        place
        for place, stamped in enumerate(told.recorder.seen)
        if isinstance(stamped.event, kind) and stamped.event.phase.startswith(phase)
    )


def test_tests_are_designed_while_the_first_program_is_written(tmp_path: Path) -> None:
    told, calls = solved(tmp_path, "agentcoder", 2)
    assert told.outcome.passed
    assert [call.role for call in calls[2:]] == ["Programmer"]
    assert moments(told, PhaseBegun, "coding/1") < moments(told, PhaseEnded, "test_design")


def test_a_sample_is_tried_while_the_next_one_is_written(tmp_path: Path) -> None:
    told, calls = solved(tmp_path, "codechain", 1, {"samples": 3, "rounds": 0})
    assert len(calls) == 3
    kinds = [
        type(stamped.event)
        for stamped in told.recorder.seen
        if isinstance(stamped.event, CommandStarted | MessageBegun)
    ]
    first_trial = kinds.index(CommandStarted)
    assert kinds[:first_trial].count(MessageBegun) < 3  # it does not wait for all
    assert kinds[first_trial:].count(MessageBegun) >= 1


def test_in_the_last_round_what_comes_after_the_first_that_holds_is_ended(tmp_path: Path) -> None:
    _, alone = solved(tmp_path, "codechain", 1, {"samples": 4, "rounds": 0})
    assert len(alone) == 4  # one after another all are written
    first = alone[0].options["seed"]

    def replied(call: ChatCall) -> Scripted:
        return Scripted(module(RIGHT), delay=0.0 if call.options["seed"] == first else SLOWLY)

    with OllamaServer(replied) as server:
        plan = plan_for("codechain", server.address, str(tmp_path / "out"), 2, samples=4, rounds=0)
        told = carry_out(plan, tmp_path / "home")
        calls = len(server.requests)
        assert calls in (2, 3)
        assert asyncio.run(eventually(lambda: server.disconnects == calls - 1))
        carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == calls
    assert told.outcome.passed
    said = [message for message in told.recorder.of(MessageCompleted) if message.origin == "model"]
    assert {message.ended for message in said} == {"", "unneeded"}
    assert all(message.prompt_tokens > 0 for message in said)  # what it cost is shown


def test_on_several_machines_plans_are_tried_at_once_and_the_less_confident_is_ended(tmp_path: Path) -> None:
    def replied(call: ChatCall) -> Scripted:
        scripted = reply(call)
        if call.role == "Coding Agent" and _way(str(call.messages)) == "C":
            scripted.delay = SLOWLY
        return scripted

    told, calls = solved(tmp_path, "mapcoder", 4, {"repairs": 0}, replied, hosts=3)
    assert told.outcome.passed
    assert {_way(str(call.messages)) for call in calls if call.role == "Coding Agent"} == {"A", "B", "C"}
    assert "unneeded" in {message.ended for message in told.recorder.of(MessageCompleted)}
    assert told.recorder.of(PhaseEnded)
    begun = {phase.phase for phase in told.recorder.of(PhaseBegun)}
    assert begun == {phase.phase for phase in told.recorder.of(PhaseEnded)}
    assert "Another one holds already." in {phase.conclusion for phase in told.recorder.of(PhaseEnded)}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("agentcoder", {}),
        ("mapcoder", {"repairs": 1, "recalled": 2}),
        ("codechain", {"samples": 3, "rounds": 1}),
        ("codechain", {"samples": 3, "rounds": 0}),
    ],
)
def test_killed_after_every_few_steps_nothing_is_lost_or_paid_twice(
    method: str, options: dict[str, object], tmp_path: Path
) -> None:
    with OllamaServer(reply) as server:
        told = at_every_step(tmp_path, server, every=3, plan=plan_for(method, "", "", 3, **options))
    assert told.broken == {}
    assert told.kills >= 2
