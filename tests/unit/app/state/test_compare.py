from __future__ import annotations

from dataclasses import replace

from agents.events import FiguresReported, RunEnded
from app.state.compare import Comparison, compared, facts_of
from tests.support.story import gomoku

FACTS = replace(
    facts_of(1, gomoku().events),
    state="succeeded",
    tests_passed=1.0,
    calls=10,
    tokens=1000,
    seconds=60.0,
)


def named(rows: list[Comparison], name: str) -> Comparison:
    return next(row for row in rows if row.name == name)


def test_the_facts_of_a_run() -> None:
    facts = facts_of(7, gomoku().events)
    assert (facts.number, facts.project, facts.workflow, facts.state) == (7, "Gomoku", "ChatDev", "running")
    assert (facts.files, facts.lines, facts.calls) == (3, 113, 6)
    assert facts.tests_passed == 7 / 8
    assert facts.executability is None
    assert facts.tokens_per_second is not None
    assert round(facts.tokens_per_second) == 31


def test_a_report_is_believed() -> None:
    story = gomoku()
    story.tell(
        FiguresReported(
            files=3,
            lines=99,
            versions=1,
            utterances=1,
            reflections=0,
            model_calls=6,
            prompt_tokens=1,
            output_tokens=1,
            seconds=1.0,
            completeness=0.5,
            executability=1.0,
        ),
        RunEnded(state="succeeded", summary=""),
    )
    facts = facts_of(1, story.events)
    assert (facts.lines, facts.completeness, facts.executability) == (99, 0.5, 1.0)
    assert facts.state == "succeeded"


def test_the_best_is_told_by_what_it_is() -> None:
    rows = compared([FACTS, replace(FACTS, number=2, tests_passed=0.5, tokens=800, calls=10)])
    assert named(rows, "Tests passed").best == {0}
    assert named(rows, "Tokens").best == {1}
    assert named(rows, "Model calls").best == frozenset()  # they are alike
    assert named(rows, "Files").best == frozenset()  # more is not better


def test_a_run_that_failed_or_cost_nothing_is_not_praised_for_being_cheap() -> None:
    failed = replace(FACTS, state="failed", tokens=1, seconds=1.0)
    empty = replace(FACTS, calls=None, tokens=None, seconds=0.0)
    rows = compared([FACTS, failed, empty, replace(FACTS, tokens=2000, seconds=90.0)])
    assert named(rows, "Tokens").best == {0}
    assert named(rows, "Time at work").best == {0}


def test_what_was_not_measured_takes_no_part() -> None:
    rows = compared([replace(FACTS, executability=None), replace(FACTS, executability=0.0)])
    assert named(rows, "Executability").values == (None, 0.0)
    assert named(rows, "Executability").best == frozenset()
