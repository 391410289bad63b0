"""`troupe solve`: the answer, its examples' results, exit codes, a sentence for what is wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from agents.events import RunContinued, RunEnded
from tests.support.carrying_out import carry_on
from tests.support.clarifying import HALF_UP, ROUND, TO_EVEN, Team, samples
from tests.support.command import Done, Troupe
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.solver import ADD, TASK, WRONG, programmer, saying, written


def test_a_task_that_is_solved_ends_with_0_and_prints_the_answer(troupe: Troupe, tmp_path: Path) -> None:
    out = tmp_path / "add.py"
    with OllamaServer(programmer(ADD)) as server:
        done = troupe("solve", TASK, "--host", server.address, "--out", str(out))
    assert done.code == 0, done.err
    assert out.read_text() == ADD
    assert done.out.rstrip().endswith(ADD.rstrip())
    assert "passed  assert add(1, 2) == 3" in done.out
    assert "2 of 2 cases hold." in done.out


def test_a_task_whose_examples_fail_ends_with_1_and_says_which(troupe: Troupe, tmp_path: Path) -> None:
    with OllamaServer(programmer(WRONG)) as server:
        done = troupe("solve", TASK, "--host", server.address)
    assert done.code == 1
    assert "failed  assert add(1, 2) == 3" in done.out
    assert "passed  assert add(0, 0) == 0" in done.out


def test_events_are_json_lines_and_nothing_else(troupe: Troupe, tmp_path: Path) -> None:
    task = tmp_path / "task.json"
    task.write_text(json.dumps({"task": "Add.", "entry_point": "add", "examples": ["assert add(1, 2) == 3"]}))
    with OllamaServer(programmer(ADD)) as server:
        done = troupe("solve", str(task), "--host", server.address, "--events")
    kinds = [line["event"]["kind"] for line in done.events]
    assert kinds[0] == "run_started"
    assert kinds[-1] == "run_ended"
    [tests] = [line["event"] for line in done.events if line["event"]["kind"] == "tests_reported"]
    assert [(case["name"], case["outcome"]) for case in tests["cases"]] == [
        ("assert add(1, 2) == 3", "passed")
    ]


def test_without_examples_the_answer_must_load_and_have_the_function(troupe: Troupe) -> None:
    with OllamaServer(programmer(ADD)) as server:
        good = troupe("solve", "Write a function add(a, b).", "--host", server.address)
        bad = troupe("solve", "Write a function plus(a, b).", "--host", server.address)
    assert (good.code, bad.code) == (0, 1)


def test_code_without_a_name_or_a_fence_is_read_too(troupe: Troupe) -> None:
    with OllamaServer(saying([f"```python\n{ADD}```"])) as server:
        done = troupe("solve", TASK, "--host", server.address)
    assert done.code == 0


def test_a_reply_without_code_is_asked_again_and_then_fails_with_a_sentence(troupe: Troupe) -> None:
    with OllamaServer(saying(["I would add them."])) as server:
        done = troupe("solve", TASK, "--host", server.address)
        calls = len([call for call in server.requests if call.messages])
    assert done.code == 1
    assert calls == 3
    assert "could not give a usable reply" in done.err


def test_imports_and_helpers_of_the_task_need_not_be_repeated(troupe: Troupe, tmp_path: Path) -> None:
    task = tmp_path / "task.py"
    task.write_text(
        "from typing import List\n\n\ndef double(x):\n    return 2 * x\n\n\n"
        "def doubles(xs: List[int]) -> List[int]:\n"
        "    '''Double all.\n    >>> doubles([1])\n    [2]\n    '''\n"
    )
    code = "def doubles(xs: List[int]) -> List[int]:\n    return [double(x) for x in xs]\n"
    with OllamaServer(programmer(code)) as server:
        done = troupe("solve", str(task), "--host", server.address)
    assert done.code == 0, done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["solve", " "], "The task is empty."),
        (["solve", "x", "--method", "nobody"], "There is no workflow called 'nobody'."),
        (["solve", "x", "--method", "chatdev"], "builds projects"),
        (["solve", "not_there.py"], "cannot be read"),
        (["solve", "x", "--set", "colour=blue"], "no option called colour"),
        (["solve", "x", "--out", "no-such-folder/x.py"], "There is no folder"),
        (["solve"], "Missing argument"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(troupe: Troupe, arguments: list[str], told: str) -> None:
    done = troupe(*arguments)
    assert done.code == 2
    assert told in done.err


def test_a_file_that_is_there_is_not_overwritten(troupe: Troupe, tmp_path: Path) -> None:
    out = tmp_path / "mine.py"
    out.write_text("mine")
    done = troupe("solve", TASK, "--out", str(out))
    assert done.code == 2
    assert out.read_text() == "mine"


def test_a_continued_task_asks_nothing_again_and_tries_nothing_again(
    troupe: Troupe, troupe_home: Path
) -> None:
    with OllamaServer(programmer(ADD)) as server:
        troupe("solve", TASK, "--host", server.address)
        calls = len(server.requests)
        again = carry_on(1, troupe_home)
        assert len(server.requests) == calls
    assert again.outcome.passed
    assert [type(stamped.event) for stamped in again.recorder.seen] == [RunContinued, RunEnded]


def test_a_task_that_is_done_is_left_as_it_is_and_its_answer_printed_again(troupe: Troupe) -> None:
    with OllamaServer(programmer(ADD)) as server:
        first = troupe("solve", TASK, "--host", server.address)
    done = troupe("runs", "resume", "1")
    assert done.code == 0
    assert "There is nothing left to do. Run 1 succeeded" in done.out
    assert done.out.splitlines()[-1] == first.out.splitlines()[-1]


def test_a_task_is_continued_with_another_server_and_its_answer_printed(troupe: Troupe) -> None:
    with OllamaServer(lambda _: "I would rather not.") as server:
        failed = troupe("solve", TASK, "--host", server.address)
    assert failed.code == 1
    away = troupe("runs", "resume", "1", "--host", "http://127.0.0.1:99999")
    assert away.code == 2, away.err
    with OllamaServer(programmer(ADD)) as server:
        done = troupe("runs", "resume", "1", "--host", server.address, "--answers", "auto")
    assert done.code == 0, done.err
    assert done.out.rstrip().endswith(ADD.rstrip())


def test_the_methods_are_listed_by_what_they_work_on(troupe: Troupe) -> None:
    lines = troupe("workflows").out.splitlines()
    projects = lines.index("Projects (troupe build):")
    tasks = lines.index("Tasks of one function (troupe solve):")
    assert projects < next(n for n, line in enumerate(lines) if line.startswith("chatdev")) < tasks
    assert tasks < next(n for n, line in enumerate(lines) if line.startswith("direct"))


def test_what_may_not_be_run_has_no_result(troupe: Troupe) -> None:
    with OllamaServer(programmer(ADD)) as server:
        done = troupe("solve", TASK, "--host", server.address, "--permission", "never")
    assert done.code == 1
    assert "0 of 2 cases hold." in done.out
    assert "Not run, as you chose" in done.out


def test_a_method_for_tasks_reads_its_task_from_the_idea_of_a_build(troupe: Troupe, tmp_path: Path) -> None:
    with OllamaServer(programmer(ADD)) as server:
        done = troupe(
            "build", TASK, "--workflow", "direct", "--host", server.address, "--out", str(tmp_path / "out")
        )
    assert done.code == 0, done.err
    assert (tmp_path / "out" / "solution.py").read_text() == ADD


def clarified(troupe: Troupe, answers: str, tmp_path: Path, team: Team | None = None) -> Done:
    """A task that can be read in two ways, clarified by whoever answers."""
    with OllamaServer(team or Team(samples(TO_EVEN, HALF_UP))) as server:
        return troupe(
            "solve", ROUND, "--method", "clarifygpt", "--set", "samples=2", "--set", "inputs=4",
            "--host", server.address, "--answers", answers, "--events",
        )  # fmt: skip


def answer_in(done: Done) -> tuple[str, str]:
    [answered] = [line["event"] for line in done.events if line["event"]["kind"] == "question_answered"]
    return answered["answer"], answered["by"]


def test_a_question_shows_how_solutions_differ_and_is_answered_from_a_file(
    troupe: Troupe, tmp_path: Path
) -> None:
    (tmp_path / "answers.txt").write_text("which way = Upwards\n")
    done = clarified(troupe, str(tmp_path / "answers.txt"), tmp_path)
    assert done.code == 0, done.err
    assert answer_in(done) == ("Upwards", "file")
    [asked] = [line["event"] for line in done.events if line["event"]["kind"] == "question_asked"]
    assert "nearest(2.5)" in asked["inputs"]
    assert [reading["meaning"] for reading in asked["readings"]] == ["To the even number", "Upwards"]


def test_a_person_at_the_terminal_sees_the_differing_behaviour(
    troupe: Troupe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n"))
    done = clarified(troupe, "ask", tmp_path)
    assert answer_in(done) == ("Upwards", "user")
    assert "Which way does a half go?" in done.err
    assert "nearest(2.5)" in done.err
    assert "2. Upwards" in done.err


def simulated(reply: object) -> Team:
    return Team(samples(TO_EVEN, HALF_UP), otherwise=lambda call: Scripted(said(call, reply)))


def said(call: ChatCall, reply: object) -> str:
    return json.dumps(reply) if call.role == "Customer" else written(HALF_UP)


def test_a_simulated_user_answers_from_its_reference(troupe: Troupe, tmp_path: Path) -> None:
    (tmp_path / "reference.py").write_text(HALF_UP)
    team = simulated({"known": True, "answer": "upwards."})
    done = clarified(troupe, f"simulated:{tmp_path / 'reference.py'}", tmp_path, team)
    assert done.code == 0, done.err
    assert answer_in(done) == ("Upwards", "simulated")
    [prompt] = [
        prompt for (role, _), prompt in zip(team.asked, team.prompts, strict=True) if role == "Customer"
    ]
    assert "math.floor(x + 0.5)" in prompt
    assert "| `nearest(2.5)` | `2` | `3` |" in prompt
    others = [
        prompt for (role, _), prompt in zip(team.asked, team.prompts, strict=True) if role == "Programmer"
    ]
    assert "Halves: Upwards." in others[0]


@pytest.mark.parametrize("reply", [{"known": False, "answer": ""}, {"known": True, "answer": " "}])
def test_what_the_reference_does_not_settle_is_left_to_the_team(
    troupe: Troupe, tmp_path: Path, reply: object
) -> None:
    (tmp_path / "reference.txt").write_text("Something else.")
    done = clarified(troupe, f"simulated:{tmp_path / 'reference.txt'}", tmp_path, simulated(reply))
    assert answer_in(done) == ("", "team")


def test_a_simulated_user_without_a_usable_reply_fails_the_run_with_a_sentence(
    troupe: Troupe, tmp_path: Path
) -> None:
    (tmp_path / "reference.txt").write_text("Upwards.")
    done = clarified(troupe, f"simulated:{tmp_path / 'reference.txt'}", tmp_path, simulated("no object"))
    assert done.code == 1
    assert "simulated user" in done.err
    with OllamaServer(simulated({"known": True, "answer": "Upwards"})) as server:
        again = troupe("runs", "resume", "1", "--answers", f"simulated:{tmp_path / 'reference.txt'}")
    assert server.requests == []
    assert again.code == 3  # its own server is gone; nothing before the question was asked again


def test_a_reference_that_is_not_there_is_refused(troupe: Troupe, tmp_path: Path) -> None:
    done = clarified(troupe, "simulated:nowhere.txt", tmp_path)
    assert done.code == 2
    assert "The reference in nowhere.txt cannot be read" in done.err


def test_the_stage_before_a_method_by_a_switch(troupe: Troupe, tmp_path: Path) -> None:
    (tmp_path / "answers.txt").write_text("which way = Upwards\n")
    team = Team(samples(TO_EVEN, HALF_UP))
    with OllamaServer(team) as server:
        done = troupe(
            "solve", ROUND, "--clarify", "--host", server.address,
            "--answers", str(tmp_path / "answers.txt"), "--events",
        )  # fmt: skip
    assert done.code == 0
    assert answer_in(done) == ("Upwards", "file")
    assert "Halves: Upwards." in team.prompts[-1]
