from __future__ import annotations

import pytest

from agents.events import CommandFinished, FileChange, FilesCommitted
from app.state.figures import FiguresState
from tests.support.story import Story, gomoku


def folded(story: Story) -> FiguresState:
    state = FiguresState()
    for stamped in story.events:
        state.receive(stamped)
    return state


def test_roles_add_up_to_the_total() -> None:
    figures = folded(gomoku())
    roles = figures.by_role.values()
    assert sum(role.output_tokens for role in roles) == figures.total.output_tokens > 0
    assert sum(role.model_calls for role in roles) == figures.total.model_calls == 6
    assert figures.total.tokens_per_second == pytest.approx(31)
    assert set(figures.by_role) <= {
        "Chief Executive Officer",
        "Chief Product Officer",
        "Chief Technology Officer",
        "Programmer",
        "Code Reviewer",
    }


def test_versions_commands_and_context() -> None:
    story = Story()
    change = FileChange(path="a", digest="1", added=1, removed=0)
    story.tell(FilesCommitted(version=1, author="a", message="", changes=(change,)))
    story.tell(CommandFinished(command="a$1", exit_code=0, passed=True, verdict="", output="", seconds=1))
    story.say("a", "b", "p", "Text")
    figures = folded(story)
    assert (figures.versions, figures.commands, figures.last_context) == (1, 1, 8192)
    assert figures.by_role["a"].messages == 1


def test_all_that_write_are_added_up_while_they_write() -> None:
    story = Story()
    for agent in ("a", "b"):
        story.stream(story.begin(agent, "c", "p"), "word" * 200)
    assert folded(story).live_tokens_per_second(story.now) > 25
    assert folded(story).live_tokens_per_second(story.now + 60) == pytest.approx(0, abs=0.1)
