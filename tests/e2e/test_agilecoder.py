"""Whole AgileCoder runs against the scripted Ollama server; what comes out is really run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.contracts import Answer, Question
from agents.errors import ReplyDoesNotFit
from agents.events import (
    AgentHired,
    BacklogChanged,
    BacklogItem,
    CommandStarted,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    QuestionAsked,
    TestsReported,
)
from agents.plan import Plan
from agents.studio import Studio
from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.carrying_out import Recorder, Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall
from tests.support.ollama_server import OllamaServer
from tests.support.team import ROMAN

TABLE = "VALUES = [(10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')]\n"
READER = "from roman.table import VALUES\n\n\ndef from_roman(text):\n    return sum(VALUES and [0])\n"
READER_MENDED = (
    "from roman.table import VALUES\n\n\ndef from_roman(text):\n    number = 0\n"
    "    for value, letters in VALUES:\n        while text.startswith(letters):\n"
    "            number += value\n            text = text[len(letters):]\n    return number\n"
)
READER_TESTS = (
    "import unittest\n\nfrom roman.read import from_roman\n\n\nclass ReadTest(unittest.TestCase):\n"
    "    def test_nine(self):\n        self.assertEqual(from_roman('IX'), 9)\n"
)


def two_sprints(**more: object) -> ScriptedTeam:
    return ScriptedTeam(
        idea="Convert numbers to Roman numerals and back.",
        backlog=[("Write a numeral", ["9 is IX"]), ("Read a numeral", ["IX is 9"])],
        sprints=[
            ScriptedSprint(["1"], ROMAN.files, tests=ROMAN.tests, repair=ROMAN.repair, another=True),
            ScriptedSprint(
                ["2"],
                {"roman/read.py": READER},
                tests={"tests/test_read.py": READER_TESTS},
                findings=[["roman/read.py: it always returns 0"]],
                modification={"roman/read.py": READER_MENDED},
            ),
        ],
        **more,  # type: ignore[arg-type]
    )


def plan_for(team: ScriptedTeam, server: OllamaServer, out: Path, **options: object) -> Plan:
    return Plan(
        idea=team.idea,
        workflow="agilecoder",
        host=server.address,
        model="scripted:7b",
        out=str(out),
        options=options,
    )


def carried_out(
    team: ScriptedTeam, tmp_path: Path, user: object = None, **options: object
) -> tuple[Told, list[ChatCall]]:
    with OllamaServer(team.reply) as server:
        plan = plan_for(team, server, tmp_path / "out", **options)
        told = carry_out(plan, tmp_path / "home", user)  # type: ignore[arg-type]
        return told, list(server.requests)


Usual = tuple[Told, list[ChatCall]]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Usual:
    """The run of two sprints, carried out once."""
    return carried_out(two_sprints(), tmp_path_factory.mktemp("usual"))


def notices(told: Told) -> str:
    return "\n".join(notice.text for notice in told.recorder.of(NoticeGiven))


def test_two_sprints_build_review_test_and_repair_a_program(usual: Usual) -> None:
    told, calls = usual
    assert told.outcome.passed
    assert told.outcome.summary == "It starts; its tests pass. 2 of 2 backlog items are done."
    assert told.read("roman/read.py") == READER_MENDED
    assert told.read("roman/table.py") == TABLE
    assert list(dict.fromkeys(phase.title for phase in told.recorder.of(PhaseBegun))) == [
        *("Demand analysis", "Language choice", "Product backlog", "Folder structure", "Sprint"),
        *("Sprint planning", "Development", "Code review", "Testing", "Writing tests", "Test run", "Repair"),
        *("Sprint review", "Modification", "Last test", "Environment document", "Manual"),
    ]
    assert {hired.role for hired in told.recorder.of(AgentHired)} == {
        *("Product Owner", "Scrum Master", "Developer", "Senior Developer", "Tester")
    }
    states = [[item.state for item in change.items] for change in told.recorder.of(BacklogChanged)]
    assert states == [
        *(["backlog", "backlog"], ["sprint", "backlog"], ["done", "backlog"]),
        *(["done", "sprint"], ["done", "done"]),
    ]
    assert all(call.role for call in calls)


def test_what_is_tested_and_in_which_order_is_read_off_the_graph(usual: Usual) -> None:
    told, _ = usual
    tested = [command.argv for command in told.recorder.of(CommandStarted) if "troupe_tests" in command.argv]
    first, repaired, second, last = [argv[argv.index("troupe_tests") + 1 :] for argv in tested]
    assert first == repaired == ("tests/test_convert.py",)
    assert second == ("tests/test_read.py",)  # nothing that the first test reaches was changed
    assert last == ()  # so all of them are run once more at the end


def test_a_repair_is_shown_the_files_concerned_and_the_failing_test(usual: Usual) -> None:
    _, calls = usual
    [repair] = [call for call in calls if "\nRepair: " in call.messages[-1]["content"]]
    prompt = repair.messages[-1]["content"]
    assert "tests/test_convert.py\n```" in prompt
    assert "roman/convert.py\n```" in prompt
    assert "VIIII" in prompt


def test_a_run_costs_little(tmp_path: Path) -> None:
    team = ScriptedTeam(
        idea=ROMAN.idea,
        backlog=[("Write a numeral", ["9 is IX"])],
        sprints=[ScriptedSprint(["1"], ROMAN.files, tests=ROMAN.tests, repair=ROMAN.repair)],
    )
    told, calls = carried_out(team, tmp_path)
    assert told.outcome.passed
    characters = sum(len(message["content"]) for call in calls for message in call.messages)
    assert characters < 30_000  # DESIGN: at most 60,000
    assert len(calls) <= 13


def test_the_review_of_the_backlog_mends_it(tmp_path: Path) -> None:
    team = two_sprints()
    team.replies = {
        "BacklogReview": [{"findings": ["Nobody asked for sound."]}],
        "ProductBacklog": [
            {
                "items": [
                    {"title": "Play a sound", "criteria": []},
                    {"title": "Read a numeral", "criteria": []},
                ]
            },
        ],
    }
    told, calls = carried_out(team, tmp_path)
    first, second, *_ = told.recorder.of(BacklogChanged)
    assert [item.title for item in first.items] == ["Play a sound", "Read a numeral"]
    assert [(item.item, item.title) for item in second.items] == [
        ("3", "Write a numeral"),
        ("2", "Read a numeral"),
    ]
    mending = [call for call in calls if call.title == "ProductBacklog"][1]
    assert "Nobody asked for sound." in mending.messages[-1]["content"]


def test_an_unusable_backlog_is_asked_again_and_then_named(tmp_path: Path) -> None:
    team = two_sprints(replies={"ProductBacklog": ['{"items": []}', "no", "{}"]})
    with pytest.raises(ReplyDoesNotFit, match=r"Product Owner.*no valid ProductBacklog"):
        carried_out(team, tmp_path)


def test_the_bound_of_sprints_is_said_with_what_is_not_done(tmp_path: Path) -> None:
    team = two_sprints()
    told, _ = carried_out(team, tmp_path, sprints=1)
    assert "The team stopped at its bound of 1 sprints." in notices(told)
    assert "Not done: Read a numeral." in notices(told)
    assert told.outcome.summary.endswith("1 of 2 backlog items are done.")


def test_a_sprint_whose_checks_fail_has_nothing_done_and_the_team_tries_again(tmp_path: Path) -> None:
    team = two_sprints()
    team.sprints[0].repair = {"roman/table.py": ROMAN.files["roman/table.py"]}  # mends nothing
    team.sprints[1].items = ["1", "2"]
    team.sprints[1].files = {"roman/read.py": READER_MENDED, "roman/table.py": TABLE}
    team.sprints[1].findings = ()
    told, _ = carried_out(team, tmp_path)
    assert "Nothing of this sprint counts as done while its checks fail." in notices(told)
    assert told.outcome.passed
    assert told.outcome.summary.endswith("2 of 2 backlog items are done.")


def test_a_sprint_that_changes_nothing_ends_the_work(tmp_path: Path) -> None:
    team = two_sprints()
    team.sprints = [team.sprints[0], ScriptedSprint(["2"], ROMAN.files | ROMAN.repair, done=[], another=True)]
    told, _ = carried_out(team, tmp_path)
    assert "Sprint 2 changed nothing, so the team stops." in notices(told)
    assert told.outcome.passed


class Content:
    """A user who wishes for one thing in the first review."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer("Say a word of welcome" if len(self.asked) == 1 else "")


def test_the_users_wish_in_a_review_becomes_the_first_item(tmp_path: Path) -> None:
    user = Content()
    told, calls = carried_out(two_sprints(), tmp_path, user, human_review=True)
    assert {question.purpose for question in user.asked} == {"review"}
    wished = [change for change in told.recorder.of(BacklogChanged) if len(change.items) == 3]
    assert wished[0].items[0].title == "Say a word of welcome"
    planning = [call for call in calls if call.title == "SprintBacklog"][1]
    assert "3. Say a word of welcome" in planning.messages[-1]["content"]
    assert told.recorder.of(QuestionAsked)[0].agent == "product-owner"


def test_the_users_edit_of_the_backlog_is_taken_up_at_the_next_planning(tmp_path: Path) -> None:
    team = two_sprints()
    recorder = Recorder()

    async def work(address: str) -> tuple[int, bool]:
        studio = Studio.open(tmp_path / "home")

        def on_event(event: object) -> None:
            if isinstance(event, PhaseBegun) and event.title == "Development" and "1" in event.phase:
                live.edit_backlog("put", BacklogItem(item="u1", title="Say the version", criteria=("1.0",)))
                live.edit_backlog("remove", BacklogItem(item="2", title="Read a numeral"))

        recorder.on_event = on_event
        from agents.cli.answers import NobodyAnswers

        plan = Plan(
            idea=team.idea,
            workflow="agilecoder",
            host=address,
            model="scripted:7b",
            out=str(tmp_path / "out"),
        )
        live = await studio.start(plan, NobodyAnswers(), recorder)
        outcome = await live.outcome()
        await studio.close()
        return live.number, outcome.passed

    with OllamaServer(team.reply) as server:
        number, _ = asyncio.run(work(server.address))
        plannings = [
            call.messages[-1]["content"] for call in server.requests if call.title == "SprintBacklog"
        ]
        assert "Say the version" not in plannings[0]
        assert "u1. Say the version\n   - 1.0" in plannings[1]
        assert "Read a numeral" not in plannings[1]
        taken = [change.taken for change in recorder.of(BacklogChanged) if change.taken]
        assert len(taken) == 1
        assert len(taken[0]) == 2
        before = len(server.requests)
        again = carry_on(number, tmp_path / "home")
        assert len(server.requests) == before  # a replay takes the same edits up at the same place
        assert again.outcome.summary.endswith("items are done.")


def test_a_continued_run_repeats_nothing_and_ends_alike(tmp_path: Path) -> None:
    with OllamaServer(two_sprints().reply) as server:
        told = carry_out(plan_for(two_sprints(), server, tmp_path / "out"), tmp_path / "home")
        before = len(server.requests)
        again = carry_on(told.number, tmp_path / "home")
        assert len(server.requests) == before
    assert again.outcome == told.outcome
    assert [phase.conclusion for phase in told.recorder.of(PhaseEnded) if phase.phase.startswith("sprint/2")]
    assert told.recorder.of(TestsReported)
