"""Clarification in whole runs: it asks what solutions or readings disagree on, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.contracts import Answer, Question
from agents.events import CommandStarted, NoticeGiven, PhaseEnded, QuestionAsked, RunEnded
from agents.plan import Plan
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.clarifying import BROKEN, ENDLESS, HALF_UP, ROUND, TO_EVEN, Team, samples
from tests.support.ollama.scripted import ChatCall
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company

EVEN_EVEN_UP = samples(TO_EVEN, TO_EVEN, HALF_UP)


class Customer:
    """Gives the same answer to everything, and remembers what was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer(self.text) if self.text else Answer("", by="team")


def solved(team: Team, tmp_path: Path, user: Customer | None = None, **options: object) -> Told:
    """ClarifyGPT on the task of rounding."""
    with OllamaServer(team) as server:
        plan = Plan(
            idea=ROUND,
            workflow="clarifygpt",
            host=server.address,
            options={"samples": 3, "inputs": 5, **options},
        )
        return carry_out(plan, tmp_path / "home", user or Customer(""))


def notices(told: Told) -> str:
    return "\n".join(notice.text for notice in told.recorder.of(NoticeGiven))


@dataclass(frozen=True)
class Clarified:
    """A clarification that was carried out once for several tests to look at."""

    told: Told
    team: Team
    user: Customer
    requests: list[ChatCall]
    home: Path


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Clarified:
    folder, team, user = tmp_path_factory.mktemp("once"), Team(EVEN_EVEN_UP), Customer("Upwards")
    with OllamaServer(team) as server:
        plan = Plan(
            idea=ROUND, workflow="clarifygpt", host=server.address, options={"samples": 3, "inputs": 6}
        )
        told = carry_out(plan, folder, user)
    return Clarified(told, team, user, server.requests, folder)


def test_where_solutions_differ_the_user_is_asked_and_the_code_follows_the_answer(once: Clarified) -> None:
    assert once.told.outcome.passed
    assert once.told.read("solution.py") == HALF_UP
    [question] = once.user.asked
    assert question.text == "Which way does a half go?"
    assert question.options == ("To the even number", "Upwards")
    assert [(reading.meaning, reading.held_by) for reading in question.readings] == [
        ("To the even number", 2), ("Upwards", 1),
    ]  # fmt: skip
    even, upwards = (reading.outcomes for reading in question.readings)
    assert ("nearest(2.5)", "2", "3") in list(zip(question.inputs, even, upwards, strict=True))
    assert all(one != other for one, other in zip(even, upwards, strict=True)), "only what tells them apart"
    assert "| `nearest(2.5)` | `2` | `3` |" in question.context


def test_the_order_of_calls_and_what_each_prompt_carries(once: Clarified) -> None:
    team = once.team
    assert team.asked == [
        ("Requirements Analyst", "TestInputs"),
        *[("Sampling Programmer", "")] * 3,
        ("Requirements Analyst", "AmbiguityQuestion"),
        ("Requirements Analyst", "RefinedTask"),
        ("Programmer", ""),
    ]
    asking, refining, coding = team.prompts[-3:]
    assert "implementation 1 (2 alike)" in asking
    assert "round(x)" in asking
    assert "math.floor" in asking
    assert "| `nearest(2.5)` | `2` | `3` |" in asking
    assert "The answer: Upwards" in refining
    assert "nearest(2.5) → 3" in refining
    assert "Halves: Upwards." in coding
    assert "nearest(2.5) → 3" in coding
    assert all("math.floor" not in prompt for prompt in team.prompts[1:4]), "samples do not see each other"


def test_samples_have_a_temperature_and_a_seed_each(once: Clarified) -> None:
    options = [call.options for call in once.requests if call.role == "Sampling Programmer"]
    others = [call.options for call in once.requests if call.role == "Programmer"]
    assert [found["temperature"] for found in options] == [0.8] * 3
    assert len({found["seed"] for found in options}) == 3
    assert all("temperature" not in found and "seed" not in found for found in others)


def test_a_continued_run_asks_nobody_twice_and_runs_nothing_twice(once: Clarified) -> None:
    user = Customer("Upwards")
    assert len(once.told.recorder.of(CommandStarted)) == 4
    again = carry_on(once.told.number, once.home, user)  # its server is gone
    assert user.asked == []
    assert [type(stamped.event).__name__ for stamped in again.recorder.stored] == ["RunContinued", "RunEnded"]
    assert again.outcome == once.told.outcome


def test_where_solutions_agree_nothing_is_asked_and_they_are_the_answer(tmp_path: Path) -> None:
    team, user = Team(samples(TO_EVEN, TO_EVEN, TO_EVEN)), Customer("Upwards")
    told = solved(team, tmp_path, user)
    assert told.outcome.passed
    assert user.asked == []
    assert told.read("solution.py") == TO_EVEN
    assert team.asked == [("Requirements Analyst", "TestInputs"), *[("Sampling Programmer", "")] * 3]
    conclusions = [phase.conclusion for phase in told.recorder.of(PhaseEnded)]
    assert "The task is clear: 3 solutions behave alike." in conclusions


def test_the_team_decides_as_most_of_its_solutions_did(tmp_path: Path) -> None:
    team = Team(EVEN_EVEN_UP, final=TO_EVEN)
    told = solved(team, tmp_path)
    assert "The team decides as most of its solutions did: To the even number" in notices(told)
    assert "Halves: To the even number." in team.prompts[-1]


def test_one_that_differs_may_be_tolerated(tmp_path: Path) -> None:
    user = Customer("Upwards")
    told = solved(Team(EVEN_EVEN_UP), tmp_path, user, tolerated=1)
    assert user.asked == []
    assert told.read("solution.py") == TO_EVEN


def test_solutions_that_cannot_be_read_or_are_wrong_are_no_readings(tmp_path: Path) -> None:
    user = Customer("Upwards")
    wrong = "def nearest(x):\n    return 0\n"
    team = Team(["I am not sure.", *samples(TO_EVEN, wrong, TO_EVEN, BROKEN)])
    told = solved(team, tmp_path, user, samples=5)
    assert user.asked == []
    assert "1 of 5 solutions could not be read and are left out." in notices(told)
    assert told.read("solution.py") == TO_EVEN


def test_an_endless_solution_is_a_behaviour_and_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.clarifying.functions.CALL_SECONDS", 0.3)
    user = Customer("To the even number")
    told = solved(Team(samples(TO_EVEN, ENDLESS, TO_EVEN)), tmp_path, user)
    [question] = user.asked
    assert "does not end" in question.readings[1].outcomes
    assert told.outcome.passed


def test_with_fewer_than_two_solutions_nothing_is_asked(tmp_path: Path) -> None:
    user = Customer("Upwards")
    told = solved(Team(samples(TO_EVEN, BROKEN, BROKEN)), tmp_path, user)
    assert user.asked == []
    assert "Fewer than two solutions could be compared" in notices(told)
    assert told.outcome.passed


def test_without_usable_inputs_the_examples_are_the_inputs(tmp_path: Path) -> None:
    user = Customer("Upwards")
    solved(
        Team(samples(TO_EVEN, TO_EVEN, TO_EVEN), calls=["nearest(x)", "other(2)", "nearest("]), tmp_path, user
    )
    assert user.asked == []


def test_inputs_that_cannot_be_read_are_asked_again_and_then_done_without(tmp_path: Path) -> None:
    user, team = Customer("Upwards"), Team(samples(TO_EVEN, TO_EVEN, TO_EVEN), calls=None)
    told = solved(team, tmp_path, user)
    assert team.asked.count(("Requirements Analyst", "TestInputs")) == 3
    assert "The examples alone are used." in notices(told)
    assert user.asked == []
    assert told.outcome.passed


def test_without_any_input_nothing_is_asked(tmp_path: Path) -> None:
    user = Customer("Upwards")
    team = Team(EVEN_EVEN_UP, calls=["nearest(x)"])
    with OllamaServer(team) as server:
        plan = Plan(
            idea="Write nearest(x) as a function called nearest.", workflow="clarifygpt", host=server.address
        )
        told = carry_out(plan, tmp_path / "home", user)
    assert user.asked == []
    assert "There were no inputs to compare solutions on" in notices(told)
    assert ("Sampling Programmer", "") not in team.asked


def test_a_function_without_parameters_is_compared_on_its_only_call(tmp_path: Path) -> None:
    user = Customer("Tea")
    team = Team(
        samples("def drink():\n    return 'tea'\n", "def drink():\n    return 'coffee'\n"),
        meanings=("Tea", "Coffee"), final="def drink():\n    return 'tea'\n",
    )  # fmt: skip
    with OllamaServer(team) as server:
        plan = Plan(
            idea="def drink():\n    '''What we drink.'''\n", workflow="clarifygpt", host=server.address,
            options={"samples": 2},
        )  # fmt: skip
        told = carry_out(plan, tmp_path / "home", user)
    assert [question.inputs for question in user.asked] == [("drink()",)]
    assert ("Requirements Analyst", "TestInputs") not in team.asked
    assert told.outcome.passed


class Leaves:
    """A user who walks away from the question: the run is stopped there."""

    async def answer(self, question: Question) -> Answer:
        raise KeyboardInterrupt


def test_a_run_that_was_stopped_at_its_question_asks_it_alone_again(tmp_path: Path) -> None:
    team, user = Team(EVEN_EVEN_UP), Customer("Upwards")
    with OllamaServer(team) as server:
        plan = Plan(
            idea=ROUND, workflow="clarifygpt", host=server.address, options={"samples": 3, "inputs": 5}
        )
        with pytest.raises(KeyboardInterrupt):
            carry_out(plan, tmp_path / "home", Leaves())
        asked = list(team.asked)
        told = carry_on(1, tmp_path / "home", user)
    assert [question.text for question in user.asked] == ["Which way does a half go?"]
    assert team.asked[len(asked) :] == [("Requirements Analyst", "RefinedTask"), ("Programmer", "")]
    assert told.outcome.passed
    assert told.read("solution.py") == HALF_UP


# --- projects --------------------------------------------------------------------------------------

GREETINGS = ({"Greeting": "By name"}, {"Greeting": "By name."}, {"Greeting": "By the time of day"})
POINT = {
    "question": "How does it greet?",
    "choices": [
        {"choice": "By the time of day", "readers": [3, 9]},
        {"choice": "By name", "readers": [1, 2, 3]},
    ],
}


def asked(*choices: tuple[str, list[int]], question: str = "How?") -> dict[str, object]:
    """A point on which the readers are said to disagree."""
    told = [{"choice": choice, "readers": readers} for choice, readers in choices]
    return {"question": question, "choices": told}


def built(team: Team, tmp_path: Path, user: Customer) -> Told:
    """A ChatDev run with the stage before it."""
    team.otherwise = company(GREETER)
    with OllamaServer(team) as server:
        plan = Plan(idea=GREETER.idea, host=server.address, out=str(tmp_path / "out"), clarify=True)
        return carry_out(plan, tmp_path / "home", user)


def test_before_a_project_what_the_readers_disagree_on_is_asked(tmp_path: Path) -> None:
    user, team = Customer("By name"), Team(readings=GREETINGS, points=[POINT])
    told = built(team, tmp_path, user)
    [question] = user.asked
    assert question.options == ("By name", "By the time of day")
    assert [reading.held_by for reading in question.readings] == [2, 1]
    readers = [role for role, title in team.asked if title == "ProjectReading"]
    assert len(readers) == 5
    later = [prompt for (role, _), prompt in zip(team.asked, team.prompts, strict=True) if "Chief" in role]
    assert later
    assert "- How does it greet? By name" in later[0]
    assert told.outcome.passed


def test_readers_who_agree_ask_nothing_and_are_not_even_compared(tmp_path: Path) -> None:
    user, team = Customer("By name"), Team(readings=GREETINGS[:2], points=[POINT])
    built(team, tmp_path, user)
    assert user.asked == []
    assert ("Requirements Analyst", "Disagreements") not in team.asked


@pytest.mark.parametrize(
    "points",
    [
        [],
        [asked(("By name", [1, 2, 3]))],
        [asked(("A", [1]), ("a.", [2]))],
        [asked(("A", [1]), ("B", [17]))],
        [asked(("A", [1]), ("B", [2]), question=" ")],
    ],
    ids=["none", "one choice", "the same", "nobody's", "no question"],
)  # fmt: skip
def test_what_is_no_disagreement_is_not_asked(tmp_path: Path, points: list[dict[str, object]]) -> None:
    user = Customer("By name")
    built(Team(readings=GREETINGS, points=points), tmp_path, user)
    assert user.asked == []


def test_the_number_of_questions_is_bounded(tmp_path: Path) -> None:
    points = [POINT | {"question": f"Question {number}?"} for number in range(5)]
    user = Customer("")
    told = built(Team(readings=GREETINGS, points=points), tmp_path, user)
    assert len(user.asked) == 3
    assert "2 less disputed questions were not asked." in notices(told)
    assert "The team decides as most readers did: By name" in notices(told)


def test_a_project_with_the_stage_replays_alike(tmp_path: Path) -> None:
    user, team = Customer("By name"), Team(readings=GREETINGS, points=[POINT])
    first = built(team, tmp_path, user)
    again = carry_on(first.number, tmp_path / "home", user)
    assert len(user.asked) == 1
    assert again.outcome == first.outcome
    assert [type(stamped.event) for stamped in again.recorder.stored][-1] is RunEnded


def test_the_stage_stands_before_a_method_for_tasks_too(tmp_path: Path) -> None:
    team, user = Team(EVEN_EVEN_UP), Customer("Upwards")
    with OllamaServer(team) as server:
        plan = Plan(idea=ROUND, workflow="direct", host=server.address, clarify=True)
        told = carry_out(plan, tmp_path / "home", user)
    assert len(user.asked) == 1
    assert "Halves: Upwards." in team.prompts[-1]
    assert told.read("solution.py") == HALF_UP


def test_a_stored_question_without_readings_is_still_read() -> None:
    from agents.store.codec import decode, encode

    old = {"question": "a?1", "agent": "a", "phase": "", "text": "Which?", "kind": "question_asked"}
    event = decode(json.dumps(old))
    assert isinstance(event, QuestionAsked)
    assert event.readings == ()
    assert decode(encode(event)) == event
