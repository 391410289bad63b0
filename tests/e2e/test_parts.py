"""Runs at several hosts, where one work is done in parts by several at the same time."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from agents.events import AgentHired, FilesCommitted, NoticeGiven, PhaseBegun, PhaseEnded
from agents.plan import Plan
from tests.campaigns.kill import at_every_step
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.parted import PartedTeam, part_in
from tests.support.team import Project, company

FILLER = "".join(f"# {'-' * 90} {number}\n" for number in range(60))
NAMES = ("alpha", "beta", "gamma", "delta")


def module(name: str, below: str = "base") -> str:
    return f"from {below} import value\n\n\ndef {name}():\n    return value() + {len(name)}\n\n\n{FILLER}"


FILES = {
    "base.py": "def value():\n    return 1\n",
    **{f"{name}.py": module(name) for name in NAMES},
    "main.py": "".join(f"from {name} import {name}\n" for name in NAMES)
    + "\nprint("
    + ", ".join(f"{name}()" for name in NAMES)
    + ")\n",
}
USES = {**{f"{name}.py": ["base.py"] for name in NAMES}, "main.py": [f"{name}.py" for name in NAMES]}
TESTS = {
    f"test_{name}.py": f"import unittest\n\nfrom {name} import {name}\n\n\n"
    "class Test(unittest.TestCase):\n    def test_it(self):\n"
    f"        self.assertEqual({name}(), {1 + len(name)})\n"
    for name in NAMES
}


def team(**more: object) -> PartedTeam:
    return PartedTeam(FILES, USES, TESTS, **more)  # type: ignore[arg-type]


def played(
    reply: Callable[[ChatCall], Scripted],
    tmp_path: Path,
    at_once: int = 4,
    hosts: int = 4,
    workflow: str = "agilecoder",
) -> tuple[Told, list[ChatCall]]:
    """A run at several hosts, carried out and continued: what is paid for once is not paid again."""
    with ExitStack() as held:
        servers = [held.enter_context(OllamaServer(reply)) for _ in range(hosts)]
        host = ",".join(server.address for server in servers)
        plan = Plan(
            idea="Several small things.", workflow=workflow, host=host, model="scripted:7b",
            out=str(tmp_path / "out"), at_once=at_once,
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home")
        calls = [call for server in servers for call in server.requests]
        again = carry_on(told.number, tmp_path / "home")
        assert sum(len(server.requests) for server in servers) == len(calls)
        assert again.outcome == told.outcome
        assert [stamped.event.kind for stamped in again.recorder.stored] == ["run_continued", "run_ended"]
        return told, calls


def notices(told: Told) -> list[str]:
    return [notice.text for notice in told.recorder.of(NoticeGiven)]


def test_files_without_edges_are_written_at_once_and_what_uses_them_comes_after(tmp_path: Path) -> None:
    told, calls = played(team().reply, tmp_path)
    assert told.outcome.passed
    assert {path: told.read(path) for path in FILES} == FILES
    assert {path: told.read(path) for path in TESTS} == TESTS
    hired = [event.agent for event in told.recorder.of(AgentHired)]
    scrum = "product-owner/scrum-master"
    assert [path for path in hired if "developer-" in path] == [
        *(f"{scrum}/developer-{number}" for number in (2, 3, 4)), f"{scrum}/senior-developer-2",
    ]  # fmt: skip
    written = [
        (version.author.rpartition("/")[2], sorted(change.path for change in version.changes))
        for version in told.recorder.of(FilesCommitted)
        if version.message == "Coding"
    ]
    tested = [v for v in told.recorder.of(FilesCommitted) if TESTS.keys() & {c.path for c in v.changes}]
    assert {version.message for version in tested} == {"Tests"}
    assert written[0] == ("developer", ["base.py"])
    assert sorted(written[1:5]) == [
        ("developer", ["alpha.py"]), ("developer-2", ["beta.py"]),
        ("developer-3", ["gamma.py"]), ("developer-4", ["delta.py"]),
    ]  # fmt: skip
    assert written[5] == ("developer", ["main.py"])
    [last] = [call for call in calls if "Your part of it now: main.py." in call.messages[-1]["content"]]
    assert "alpha.py\n```" in last.messages[-1]["content"]


@pytest.mark.parametrize("at_once", [2, 4])
def test_two_hosts_write_in_no_more_than_two_parts_and_review_in_one_beside_the_tests(
    at_once: int, tmp_path: Path
) -> None:
    told, calls = played(team().reply, tmp_path, at_once=at_once, hosts=2)
    assert told.outcome.passed
    assert {begun.rounds for begun in told.recorder.of(PhaseBegun) if begun.title == "Part"} == {2}
    assert not [call for call in calls if "Your part of the review" in str(call.messages)]


def test_one_host_writes_in_one_piece_however_many_slots_it_has(tmp_path: Path) -> None:
    told, calls = played(team().reply, tmp_path, at_once=4, hosts=1)
    assert told.outcome.passed
    assert not [call for call in calls if part_in(str(call.messages))]
    assert [call for call in calls if call.title == "FolderStructure" and "uses" not in str(call.format)]


def test_a_file_that_two_wrote_goes_to_the_first_and_the_last_step_is_told(tmp_path: Path) -> None:
    helper = {
        "alpha.py": {"text.py": "A = 1\n", "same.py": "S = 1\n"},
        "gamma.py": {"text.py": "B = 2\n", "same.py": "S = 1\n"},
    }
    main_too = {**helper, "delta.py": {"main.py": "raise SystemExit(1)\n"}}
    told, calls = played(team(also=main_too).reply, tmp_path)
    assert told.outcome.passed
    assert told.read("text.py") == "A = 1\n"
    assert told.read("same.py") == "S = 1\n"
    assert told.read("main.py") == FILES["main.py"]
    assert "text.py was written by two at once; kept as Developer wrote it." in notices(told)
    assert "Left to those who write it at the same time: main.py." in notices(told)
    [last] = [call for call in calls if "Your part of it now: main.py." in call.messages[-1]["content"]]
    assert "Two colleagues wrote text.py at the same time" in last.messages[-1]["content"]


def test_what_a_part_left_out_is_written_by_the_last_step(tmp_path: Path) -> None:
    parts = team()

    def reply(call: ChatCall) -> Scripted:
        asked = call.messages[-1]["content"]
        if part_in(asked) == ["beta.py"]:
            return Scripted("I leave that to somebody else.")
        return parts.reply(call)

    told, calls = played(reply, tmp_path)
    assert told.outcome.passed
    assert told.read("beta.py") == FILES["beta.py"]
    assert [call for call in calls if "Your part of it now: beta.py, main.py." in str(call.messages)]


def test_reviewers_of_parts_are_heard_in_order_each_finding_once(tmp_path: Path) -> None:
    same = "alpha.py: nothing is said of units"
    findings = {f"{name}.py": [same, f"{name}.py: a"] for name in NAMES}
    told, calls = played(
        team(findings=findings, modification={"alpha.py": f"{FILES['alpha.py']}UNITS = ''\n"}).reply, tmp_path
    )
    assert told.outcome.passed
    reviews = [call for call in calls if "Your part of the review" in call.messages[-1]["content"]]
    assert len({tuple(part_in(call.messages[-1]["content"])) for call in reviews}) == 2
    first = next(end for end in told.recorder.of(PhaseEnded) if end.phase.endswith("code_review/1"))
    found = first.conclusion.split("; ")
    assert sorted(found) == sorted([same, *(f"{name}.py: a" for name in NAMES)])
    assert len(of_parts(told)) == 2
    assert found == list(dict.fromkeys("; ".join(of_parts(told)).split("; ")))


def of_parts(told: Told) -> list[str]:
    """What each part of the first review came to, in the order of the parts."""
    ended = {end.phase: end.conclusion for end in told.recorder.of(PhaseEnded)}
    return [ended[phase] for phase in sorted(ended) if "code_review/1/part/" in phase]


def test_chatdev_has_its_reviewers_too(tmp_path: Path) -> None:
    project = Project(idea="Several small things.", files=FILES, tests=TESTS)
    told, calls = played(company(project), tmp_path, at_once=3, workflow="chatdev")
    assert told.outcome.passed
    assert "chief-executive-officer/chief-technology-officer/code-reviewer-2" in [
        event.agent for event in told.recorder.of(AgentHired)
    ]
    parts = [part_in(call.messages[-1]["content"]) for call in calls if call.title == "CodeReview"]
    assert sorted(path for part in parts for path in part) == sorted(FILES)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_killed_after_every_few_steps_nothing_is_lost_or_paid_twice(tmp_path: Path) -> None:
    with OllamaServer(
        team(also={"alpha.py": {"x.py": "A = 1\n"}, "beta.py": {"x.py": "B = 1\n"}}).reply
    ) as server:
        twice = f"{server.address},{server.address.replace('127.0.0.1', 'localhost')}"  # for two hosts
        plan = Plan(
            idea="Several small things.", workflow="agilecoder", host=twice, model="scripted:7b", at_once=4
        )
        told = at_every_step(tmp_path, server, every=4, plan=plan)
    assert told.broken == {}
    assert told.kills >= 4  # on a busy machine a kill may come a step or two late


def test_replies_may_come_in_any_order(tmp_path: Path) -> None:
    """Whoever is faster: the same agents, files and prompts."""
    parts = team(also={"alpha.py": {"x.py": "A = 1\n"}, "beta.py": {"x.py": "B = 1\n"}})
    asked: list[list[str]] = []
    for seed in range(3):
        dice = random.Random(seed)

        def reply(call: ChatCall, dice: random.Random = dice) -> Scripted:
            scripted = parts.reply(call)
            scripted.wait = dice.uniform(0, 0.05)
            return scripted

        told, calls = played(reply, tmp_path / str(seed))
        assert told.read("x.py") == "A = 1\n"
        asked.append(sorted(str(call.messages) for call in calls))
    assert asked[0] == asked[1] == asked[2]
