from __future__ import annotations

import pytest

from agents.events import (
    AgentHired,
    AgentRetired,
    CommandFinished,
    CommandStarted,
    ErrorRaised,
    MessageCut,
    ModelLoading,
    QuestionAnswered,
    QuestionAsked,
    Stamped,
)
from app.state.hierarchy import HierarchyState
from tests.support.story import MODEL, Story, gomoku


def folded(story: Story) -> HierarchyState:
    state = HierarchyState()
    for stamped in story.events:
        state.receive(stamped)
    return state


def pair() -> Story:
    story = Story()
    for agent, manager in (("head", ""), ("head/hand", "head")):
        story.tell(
            AgentHired(agent=agent, role=agent.rpartition("/")[2].title(), manager=manager, model=MODEL)
        )
    return story


def test_the_tree() -> None:
    state = folded(gomoku())
    assert state.heads == ["ceo"]
    assert state.agents["ceo/cto"].team == ["ceo/cto/programmer", "ceo/cto/reviewer", "ceo/cto/tester"]
    assert state.role("ceo/cto/reviewer") == "Code Reviewer"
    assert (state.role("user"), state.role("everyone")) == ("You", "Everyone")


def test_a_turn_goes_through_its_states() -> None:
    story = pair()
    message = story.begin("head/hand", "head", "p")
    assert folded(story).agents["head/hand"].state == "waiting"
    story.tell(ModelLoading(message=message, model=MODEL))
    assert folded(story).agents["head/hand"].state == "loading"
    story.stream(message, "well", thinking=True)
    assert folded(story).agents["head/hand"].state == "thinking"
    story.stream(message, "yes")
    state = folded(story)
    assert state.agents["head/hand"].state == "writing"
    assert state.talk == ("head/hand", "head")
    story.tell(MessageCut(message=message, text="yes", reason="stopped"))
    state = folded(story)
    assert (state.agents["head/hand"].state, state.talk) == ("idle", None)


def test_speed_is_estimated_live_and_told_by_the_server_in_the_end() -> None:
    story = pair()
    message = story.begin("head/hand", "head", "p")
    story.stream(message, "word" * 100)
    node = folded(story).agents["head/hand"]
    assert node.rate(story.now) == pytest.approx(33, rel=0.2)  # a piece each 0.03 s
    story = pair()
    story.say("head/hand", "head", "p", "word" * 100)
    node = folded(story).agents["head/hand"]
    assert node.speed is None
    assert node.rate(story.now) == pytest.approx(31)
    assert 0 < node.fullness < 1


def test_programs_and_questions() -> None:
    story = pair()
    started = CommandStarted(
        command="head/hand$1", agent="head/hand", phase="p", title="t", argv=(), sandbox="s"
    )
    story.tell(started)
    assert folded(story).agents["head/hand"].state == "running"
    finished = CommandFinished(
        command="head/hand$1", exit_code=0, passed=True, verdict="", output="", seconds=1
    )
    asked = QuestionAsked(question="head?1", agent="head", phase="p", text="Which?")
    story.tell(finished, asked)
    state = folded(story)
    assert state.agents["head/hand"].state == "idle"
    assert (state.agents["head"].state, state.agents["head"].talks_to) == ("asking", "user")
    story.tell(QuestionAnswered(question="head?1", answer="x", by="user"), AgentRetired(agent="head/hand"))
    state = folded(story)
    assert state.agents["head"].state == "idle"
    assert state.agents["head/hand"].state == "done"


def test_deliveries_are_numbered() -> None:
    story = pair()
    story.say("head", "head/hand", "p", "Do it.")
    story.say("head/hand", "head", "p", "Done.")
    assert [(one.number, one.speaker) for one in folded(story).deliveries] == [(1, "head"), (2, "head/hand")]


def test_the_error_after_a_cut_is_that_agents() -> None:
    story = pair()
    message = story.begin("head/hand", "head", "p")
    story.tell(MessageCut(message=message, text="", reason="gone"), ErrorRaised(text="gone"))
    state = folded(story)
    assert state.agents["head/hand"].state == "failed"
    assert state.agents["head"].state == "idle"


def test_the_second_of_a_role_has_its_number_and_the_looks_of_all() -> None:
    state = HierarchyState()
    for seq, path in enumerate(("lead", "lead/tester", "lead/tester-2", "lead/mark-7"), 1):
        role = {"lead": "Lead", "lead/mark-7": "Mark 7"}.get(path, "Tester")
        state.receive(Stamped(1, seq, float(seq), AgentHired(agent=path, role=role, manager="", model="m")))
    assert [state.role(path) for path in state.agents] == ["Lead", "Tester", "Tester 2", "Mark 7"]
    assert state.looks("lead/tester-2") == "Tester"
