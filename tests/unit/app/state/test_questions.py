from __future__ import annotations

from agents.events import Event, QuestionAnswered, QuestionAsked, Stamped
from app.state.questions import QuestionsState


def folded(*events: Event) -> QuestionsState:
    state = QuestionsState()
    for seq, event in enumerate(events, 1):
        state.receive(Stamped(1, seq, float(seq), event))
    return state


def ask(key: str) -> QuestionAsked:
    return QuestionAsked(question=key, agent="a", phase="p", text="Which?", options=("x", "y"))


def test_open_questions_in_order() -> None:
    state = folded(
        ask("a?1"), ask("a?2"), ask("a?3"), QuestionAnswered(question="a?2", answer="x", by="user")
    )
    assert [asked.question for asked in state.open] == ["a?1", "a?3"]
    assert state.asked["a?2"].answer == "x"


def test_asked_again_is_open_again() -> None:
    answered = QuestionAnswered(question="a?1", answer="x", by="team")
    assert len(folded(ask("a?1"), answered, ask("a?1")).open) == 1


def test_an_answer_to_nothing_changes_nothing() -> None:
    assert folded(QuestionAnswered(question="a?1", answer="x", by="user")).asked == {}
