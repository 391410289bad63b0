"""The bench on the scripted server: every method on hidden tests, stopped and gone on with, all outputs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from agents.bench import Bench, BenchPlan, Problem, figures_by_method
from agents.bench.results import Cell, as_table
from agents.cli.group import Windows
from agents.cli.main import main
from agents.contracts import Task
from agents.errors import UsageError
from agents.registry import workflows
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.schemas import filled
from tests.support.solving import RIGHT, WRONG, module

MARK = "41414141"  # stands in the hidden tests only
TASK = Task("Double a number.", entry_point="double", examples=("assert double(2) == 4",))
PROBLEM = Problem("double", TASK, (f"assert double({MARK}) == 2 * {MARK}", "assert double(0) == 0"))
METHODS = tuple(name for name, found in workflows().items() if found.kind == "task")


def anything(code: str) -> object:
    """A model that fills any form with what fits its schema, and writes `code` wherever code is asked for."""

    def reply(call: ChatCall) -> Scripted:
        if call.format:
            return Scripted(json.dumps(filled(call.format)))
        return Scripted(module(code))

    return reply


async def carried_out(bench: Bench, most: int = 10_000) -> list[Cell]:
    """The first cells; closing the rest stops it."""
    cells: list[Cell] = []
    async with aclosing(bench.cells()) as ready:
        async for cell in ready:
            cells.append(cell)
            if len(cells) >= most:
                break
    return cells


def plan_for(server: OllamaServer, **more: object) -> BenchPlan:
    return BenchPlan((PROBLEM,), METHODS, model="scripted:7b", host=server.address, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "passed"), [(RIGHT, True), (WRONG, False)])
def test_no_method_ever_shows_a_model_the_hidden_tests(tmp_path: Path, code: str, passed: bool) -> None:
    isolated_or_skipped()
    with OllamaServer(anything(code)) as server:  # type: ignore[arg-type]
        cells = asyncio.run(carried_out(Bench(plan_for(server, jobs=4), tmp_path / "bench")))
        sent = [message["content"] for call in server.requests for message in call.messages]
    assert {cell.method for cell in cells} == set(METHODS)
    assert {cell.method: cell.passed for cell in cells} == dict.fromkeys(METHODS, passed)
    assert not any(cell.error for cell in cells)
    assert all(cell.calls and cell.prompt_tokens for cell in cells)
    assert sent
    assert not any(MARK in text for text in sent)


def test_a_stopped_bench_goes_on_without_paying_twice(tmp_path: Path) -> None:
    isolated_or_skipped()
    problems = tuple(Problem(f"double {n}", TASK, PROBLEM.tests) for n in range(4))
    with OllamaServer(anything(RIGHT)) as server:  # type: ignore[arg-type]
        plan = BenchPlan(problems, ("direct",), model="scripted:7b", host=server.address, jobs=1)
        first = asyncio.run(carried_out(Bench(plan, tmp_path / "bench"), most=2))
        paid = len(server.requests)
        cells = asyncio.run(carried_out(Bench(plan, tmp_path / "bench")))
        assert len(server.requests) - paid <= 4 - len(first)
        assert len(server.requests) <= 5  # a call that was under way when it stopped may be made again
    assert {cell.problem for cell in cells} == {problem.key for problem in problems}
    assert all(cell.passed for cell in cells)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"direct": {"nothing": "1"}}, "no option called nothing"),
        ({"direct": {"colour": "1"}, "nobody": {}}, "no option called colour"),
    ],
)
def test_a_wrong_option_is_no_wrong_answer(options: dict[str, dict[str, str]], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        BenchPlan((PROBLEM,), ("direct",), options=options).checked()


def test_an_option_of_a_method_that_is_not_compared_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"id": "p", "task": "Double it.", "entry_point": "double", "tests": ["assert double(4) == 8"]}
    (tmp_path / "own.jsonl").write_text(json.dumps(row))
    nowhere = Windows(missing=lambda: "no display", show=lambda plan: 1)
    assert main(nowhere, ["bench", str(tmp_path / "own.jsonl"), "--set", "mapcoder.k=1"]) == 2
    assert "mapcoder is not among the methods" in capsys.readouterr().err


def test_answers_of_another_model_are_not_shown_as_this_ones(tmp_path: Path) -> None:
    isolated_or_skipped()
    models = (ServedModel("scripted:7b"), ServedModel("other:7b"))
    with OllamaServer(anything(RIGHT), models=models) as server:  # type: ignore[arg-type]
        plan = BenchPlan((PROBLEM,), ("direct",), model="scripted:7b", host=server.address)
        asyncio.run(carried_out(Bench(plan, tmp_path / "bench")))
        paid = len(server.requests)
        for same in (plan, replace(plan, model=""), replace(plan, jobs=1, samples=1)):
            assert [cell.passed for cell in asyncio.run(carried_out(Bench(same, tmp_path / "bench")))] == [
                True
            ]
        for other, told in (
            (replace(plan, model="other:7b"), "of scripted:7b"),
            (replace(plan, seed=3), "other problems or options"),
            (replace(plan, problems=(replace(PROBLEM, tests=()),)), "other problems or options"),
        ):
            with pytest.raises(UsageError, match=told):
                asyncio.run(carried_out(Bench(other, tmp_path / "bench")))
        assert len(server.requests) == paid


def test_the_command_prints_a_table_and_writes_csv_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    isolated_or_skipped()
    monkeypatch.setenv("TROUPE_HOME", str(tmp_path / "home"))
    rows = [
        {"id": f"p{n}", "task": "Double it.", "entry_point": "double", "tests": ["assert double(4) == 8"]}
        for n in range(2)
    ]
    (tmp_path / "own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    nowhere = Windows(missing=lambda: "no display", show=lambda plan: 1)
    with OllamaServer(anything(RIGHT)) as server:  # type: ignore[arg-type]
        code = main(
            nowhere,
            [
                "bench",
                str(tmp_path / "own.jsonl"),
                "--methods",
                "direct,self_planning",
                "--samples",
                "2",
                "--k",
                "1,2",
                "--model",
                "scripted:7b",
                "--host",
                server.address,
                "--csv",
                str(tmp_path / "out.csv"),
                "--json",
                str(tmp_path / "out.json"),
            ],
        )
    assert code == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0].split()[:3] == ["method", "pass@1", "pass@2"]
    assert "direct         100.0%" in printed.out
    assert "8/8" in printed.err
    answers = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert len(answers) == 8
    assert {answer["passed"] for answer in answers} == {"True"}
    told = json.loads((tmp_path / "out.json").read_text())
    assert [method["method"] for method in told["methods"]] == ["direct", "self_planning"]
    assert told["methods"][0]["passes"]["1"][0] == 1.0


def test_wrong_uses_are_refused_in_a_sentence(tmp_path: Path) -> None:
    nowhere = Windows(missing=lambda: "no display", show=lambda plan: 1)
    (tmp_path / "own.jsonl").write_text(json.dumps({"task": "Double it."}))
    own = str(tmp_path / "own.jsonl")
    for arguments in (
        ["bench", str(tmp_path / "none.jsonl")],
        ["bench", own, "--methods", "chatdev"],
        ["bench", own, "--k", "2"],
        ["bench", own, "--set", "direct"],
        ["bench", own, "--csv", str(tmp_path)],
        ["bench", own, "--json", str(tmp_path / "none" / "out.json")],
        ["bench", own, "--name", "../x"],
    ):
        assert main(nowhere, arguments) == 2


def test_figures_say_what_a_right_answer_costs() -> None:
    cells = [
        Cell("a", "m", 0, True, calls=2, prompt_tokens=100, output_tokens=20, seconds=1.0),
        Cell("a", "m", 1, False, calls=4, prompt_tokens=300, output_tokens=80, seconds=3.0),
        Cell("b", "m", 0, False, error="no answer"),
        Cell("b", "m", 1, False),
    ]
    [figures] = figures_by_method(cells, (1, 2))
    assert figures.passes[1][0] == 0.25
    assert figures.passes[2][0] == 0.5
    assert (figures.solved, figures.answers, figures.tokens_per_solved) == (1, 4, 500.0)
    assert "25.0%" in as_table([figures])
