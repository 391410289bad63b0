from __future__ import annotations

from agents.events import Stamped, TestCase, TestsReported
from app.state.tests import TestsState


def report(seq: int, **outcomes: str) -> Stamped:
    cases = tuple(TestCase(name=name, outcome=outcome) for name, outcome in outcomes.items())  # type: ignore[arg-type]
    return Stamped(1, seq, float(seq), TestsReported(command=f"t${seq}", phase="p", cases=cases))


def test_a_test_has_a_history() -> None:
    state = TestsState()
    state.receive(report(1, a="passed", b="failed"))
    state.receive(report(2, a="passed", b="passed", c="skipped"))
    assert [(number, case.outcome) for number, case in state.histories["b"].results] == [
        (1, "failed"),
        (2, "passed"),
    ]
    assert state.histories["b"].latest.outcome == "passed"
    assert state.latest is not None
    assert state.latest.line == "2 of 2 passed, 1 skipped"
    assert state.reports[0].line == "1 of 2 passed"


def test_nothing_ran() -> None:
    assert TestsState().latest is None
