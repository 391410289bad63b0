"""How two agents talk: clarification, the user's part in it, turns, reflection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from agents.contracts import Answer, Question
from agents.events import FiguresReported, MessageCompleted, NoticeGiven, PhaseBegun, QuestionAsked
from agents.plan import Plan
from agents.talk import EXCHANGES
from tests.support.carrying_out import Told, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, company


def built(
    tmp_path: Path, special: Callable[[ChatCall], object], **options: int
) -> tuple[Told, list[ChatCall]]:
    """A run of the greeter's company in which `special` may reply first (None: the company does)."""
    usual = company(GREETER)

    def reply(call: ChatCall) -> Scripted:
        given = special(call)
        if given is None:
            return usual(call)
        return Scripted(given if isinstance(given, str) else json.dumps(given))

    with OllamaServer(reply) as server:
        plan = Plan(
            idea=GREETER.idea,
            host=server.address,
            model="scripted:7b",
            out=str(tmp_path / "out"),
            options=dict(options),
        )
        return carry_out(plan, tmp_path / "home", Content()), list(server.requests)


class Content:
    """A user who answers everything with "blue"."""

    async def answer(self, question: Question) -> Answer:
        return Answer("blue")


def asks_always(call: ChatCall) -> object:
    if call.title == "DemandAnalysis":
        return {"message": "Hm.", "question": "Which colour?", "conclusion": "A coloured program."}
    return None


def test_questions_of_a_turn_are_bounded_and_it_is_said(tmp_path: Path) -> None:
    told, _ = built(tmp_path, asks_always)
    assert len(told.recorder.of(QuestionAsked)) == EXCHANGES
    assert any("No more than 2 questions" in notice.text for notice in told.recorder.of(NoticeGiven))
    assert told.outcome.passed


def test_what_the_instructor_knows_does_not_reach_the_user(tmp_path: Path) -> None:
    asked: list[str] = []

    def knows(call: ChatCall) -> object:
        last = call.messages[-1]["content"]
        if call.title == "Clarification":
            asked.append(last)
            return {"known": True, "answer": "Green, as the task says."}
        if call.title == "LanguageChoice" and "Green, as the task says." not in last:
            return {"message": "Hm.", "question": "Which colour?", "conclusion": ""}
        return None

    told, calls = built(tmp_path, knows)
    assert told.recorder.of(QuestionAsked) == []
    assert "Chief Technology Officer asks: Which colour?" in asked[0]
    coding = next(call for call in calls if "Coding:" in call.messages[-1]["content"])
    assert "Which colour?: Green, as the task says." in coding.messages[-1]["content"]


def test_a_talk_without_a_conclusion_ends_in_a_reflection(tmp_path: Path) -> None:
    def undecided(call: ChatCall) -> object:
        if call.title == "LanguageChoice":
            return {"message": "It depends.", "conclusion": ""}
        if call.title == "Reflection":
            return {"conclusion": "Python, they agreed."}
        return None

    told, calls = built(tmp_path, undecided, talk_turns=3)
    turns = [call for call in calls if call.title == "LanguageChoice"]
    assert len(turns) == 3
    [reflection] = [call for call in calls if call.title == "Reflection"]
    assert reflection.role == "Counselor"
    assert reflection.messages[-1]["content"].count("It depends.") == 3
    assert told.recorder.of(FiguresReported)[0].reflections == 1
    assert "Reflection" in [phase.title for phase in told.recorder.of(PhaseBegun)]
    coding = next(call for call in calls if "Coding:" in call.messages[-1]["content"])
    assert "Language: Python, they agreed." in coding.messages[-1]["content"]


def test_only_conclusions_go_on_to_later_phases(tmp_path: Path) -> None:
    def chatty(call: ChatCall) -> object:
        if call.title == "DemandAnalysis":
            return {"message": "SMALL TALK", "conclusion": "A program for the terminal."}
        return None

    _, calls = built(tmp_path, chatty)
    later = [call for call in calls if call.title not in {"DemandAnalysis"} and call.messages]
    for call in later:
        text = json.dumps(call.messages)
        assert "SMALL TALK" not in text
        assert "You are " in call.messages[0]["content"]


def test_the_programmer_may_ask_before_it_writes(tmp_path: Path) -> None:
    def asks(call: ChatCall) -> object:
        if call.title == "MissingInformation":
            return {"questions": [{"question": "Which colour?", "options": ["blue", "red"]}]}
        return None

    told, calls = built(tmp_path, asks)
    [question] = told.recorder.of(QuestionAsked)
    assert question.options == ("blue", "red")
    coding = next(call for call in calls if "Coding:" in call.messages[-1]["content"])
    assert "Which colour?: blue" in coding.messages[-1]["content"]


def test_a_reply_that_does_not_fit_is_asked_again_with_what_was_wrong(tmp_path: Path) -> None:
    seen: list[str] = []

    def breaks_first(call: ChatCall) -> object:
        if call.title == "LanguageChoice":
            seen.append(call.messages[-1]["content"])
            if len(seen) == 1:
                return "I would take Python."
        return None

    told, _ = built(tmp_path, breaks_first)
    assert told.outcome.passed
    assert len(seen) == 2
    assert "does not fit the asked form" in seen[1]
    texts = [message.text for message in told.recorder.of(MessageCompleted)]
    assert any("I would take Python." in text for text in texts)
