from __future__ import annotations

from agents.events import AgentHired, MessageCompleted
from app.state.all import RunState
from app.state.candidates import program_in
from tests.support.solver import written
from tests.support.task_story import FIRST, SECOND, digest, double, said, stamped, trial


def test_each_program_that_is_tried_is_a_candidate() -> None:
    state = RunState.replayed(stamped(double())).candidates
    assert [(one.number, one.code, one.passed) for one in state.candidates] == [(1, FIRST, 1), (2, SECOND, 3)]
    assert [one.holds for one in state.candidates] == [False, True]
    assert len(state.cases) == 3
    assert state.answer == digest(SECOND)
    assert state.judged is not None
    assert state.judged.passed


def test_the_hidden_tests_are_no_case() -> None:
    state = RunState.replayed(stamped(trial(1, "lead", ("passed",), "judgement/1"))).candidates
    assert state.cases == []


def test_samples_are_tried_in_the_order_of_their_authors() -> None:
    def sampled() -> object:
        for name in ("lead", "one", "two"):
            yield AgentHired(agent=name, role=name, manager="", model="m")
        yield from said(1, "two", written(SECOND), "sampling")
        yield from said(1, "one", written(FIRST), "sampling")
        yield from trial(1, "lead", ("passed", "failed"), "sampling")
        yield from trial(2, "lead", ("passed", "passed"), "sampling")

    state = RunState.replayed(stamped(sampled())).candidates  # type: ignore[arg-type]
    assert [(one.author, one.code) for one in state.candidates] == [("one", FIRST), ("two", SECOND)]


def test_a_second_trial_of_the_same_program_makes_no_candidate() -> None:
    def tried() -> object:
        yield from said(1, "one", written(FIRST))
        yield from trial(1, "one", ("passed",))
        yield from trial(2, "one", ("passed", "failed"))

    (candidate,) = RunState.replayed(stamped(tried())).candidates.candidates  # type: ignore[arg-type]
    assert (candidate.passed, len(candidate.results)) == (1, 2)


def test_a_program_that_its_agent_wrote_goes_before_one_of_another() -> None:
    def knowing() -> object:
        yield AgentHired(agent="scholar", role="Scholar", manager="", model="m")
        yield from said(1, "scholar", written(FIRST))
        yield from said(1, "scholar/programmer", written(SECOND))
        yield from trial(1, "scholar/programmer", ("passed",))

    (candidate,) = RunState.replayed(stamped(knowing())).candidates.candidates  # type: ignore[arg-type]
    assert candidate.code == SECOND


def test_assertions_alone_are_no_program() -> None:
    assert program_in("```python\nassert double(2) == 4\n```") == ""
    assert program_in("Words.") == ""
    assert program_in("```python\ndef (\n```") == "def (\n"


def test_a_prompt_with_a_form_of_reply_is_no_candidate() -> None:
    def asked() -> object:
        prompt = MessageCompleted(
            message="lead#1", speaker="lead", to="one", phase="coding", origin="template",
            text="Reply so:\n\nsolution.py\n```python\n...\n```\n",
        )  # fmt: skip
        yield from said(1, "one", written(FIRST))
        yield prompt
        yield from trial(1, "lead", ("passed",))

    (candidate,) = RunState.replayed(stamped(asked())).candidates.candidates  # type: ignore[arg-type]
    assert candidate.code == FIRST
