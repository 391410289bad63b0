from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.events import (
    CommandFinished,
    CommandStarted,
    FileChange,
    FilesCommitted,
    MessageCut,
    PhaseBegun,
    RunContinued,
    RunPaused,
)
from app.state.all import RunState
from app.state.breakdown import OUTSIDE, model_lines, phase_lines, role_lines
from app.state.costs import Cost
from app.state.figures import PROGRAMS, FiguresState
from tests.support.story import MODEL, Story, gomoku
from tests.unit.app.state.test_all import ACTIONS, AGENTS, Teller


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
        "Software Test Engineer",
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


def added(costs: list[Cost]) -> Cost:
    """All of them together."""
    whole = Cost()
    for cost in costs:
        whole.add(cost)
    return whole


def alike(one: Cost, other: Cost) -> bool:
    counts = (one.messages, one.model_calls, one.prompt_tokens, one.output_tokens, one.programs)
    others = (other.messages, other.model_calls, other.prompt_tokens, other.output_tokens, other.programs)
    times = (one.waiting_seconds, one.reading_seconds, one.writing_seconds, one.program_seconds)
    other_times = (
        other.waiting_seconds,
        other.reading_seconds,
        other.writing_seconds,
        other.program_seconds,
    )
    return counts == others and times == pytest.approx(other_times)


@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.sampled_from(AGENTS), st.text(max_size=6)),
        max_size=60,
    )
)
@settings(max_examples=100, deadline=None)
def test_every_breakdown_adds_up_to_the_total(actions: list[tuple[str, str, str]]) -> None:
    teller = Teller()
    for action in actions:
        teller.act(*action)
    state = RunState.replayed(teller.events)
    figures = state.figures
    for costs in (figures.by_phase, figures.by_role, figures.by_model):
        assert alike(added(list(costs.values())), figures.total)
    for lines in (phase_lines(state), role_lines(state), model_lines(state)):
        assert alike(added([line.cost for line in lines]), figures.total)
    tokens = [point.prompt_tokens + point.output_tokens for point in figures.course]
    assert tokens == sorted(tokens)
    assert [point.seconds for point in figures.course] == sorted(point.seconds for point in figures.course)
    if tokens:
        assert tokens[-1] == figures.total.tokens


def test_rounds_and_what_is_within_them_are_one_phase() -> None:
    lines = {line.name: line.cost for line in phase_lines(RunState.replayed(gomoku().events))}
    assert list(lines) == ["Demand analysis", "Language", "Coding", "Review"]
    assert lines["Review"].programs == 1
    assert lines["Coding"].model_calls == 2


def test_what_belongs_to_no_phase_is_told() -> None:
    story = Story()
    story.say("a", "b", "nowhere", "Text")
    assert [line.name for line in phase_lines(RunState.replayed(story.events))] == [OUTSIDE]


def test_programs_belong_to_the_phase_and_role_that_ran_them() -> None:
    figures = folded(gomoku())
    assert figures.by_role["Software Test Engineer"].program_seconds == pytest.approx(0.8)
    assert figures.by_phase["review/1/comment"].programs == 1
    assert figures.by_model[PROGRAMS].programs == 1
    assert figures.by_model[MODEL].model_calls == 6


def test_a_turn_waits_reads_and_writes() -> None:
    story = Story()
    story.say("a", "b", "p", "Four tokens here")
    total = folded(story).total
    assert total.reading_seconds == pytest.approx(0.2)
    assert total.writing_seconds == pytest.approx(4 / 31)
    begun, ended = story.events[0].at, story.events[-1].at
    assert total.seconds == pytest.approx(ended - begun)


def test_a_cut_turn_costs_nothing() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    story.tell(MessageCut(message=message, text="", reason="stopped"))
    assert folded(story).total == Cost()


def test_a_crash_forgets_what_had_begun() -> None:
    story = Story()
    story.begin("a", "b", "p")
    story.tell(
        CommandStarted(command="a$1", agent="a", phase="p", title="", argv=("x",), sandbox=""),
        RunPaused(),
        PhaseBegun(phase="p", title="P"),
    )
    story.tell(RunContinued(), seconds=1000)
    story.say("a", "b", "p", "Text")
    assert folded(story).total.seconds < 10
