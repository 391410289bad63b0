from __future__ import annotations

import pytest

from agents.events import PhaseBegun, PhaseEnded, RunContinued, RunEnded, RunPaused, Stamped
from app.state.chain import ChainState, names_of
from tests.support.story import Story, gomoku


def folded(story: Story) -> ChainState:
    state = ChainState()
    for stamped in story.events:
        state.receive(stamped)
    return state


def test_rounds_of_a_cycle_are_one_stretch() -> None:
    chain = folded(gomoku())
    told = [(one.title, one.round, one.rounds, one.state) for one in chain.strip()]
    assert told == [
        ("Demand analysis", 1, 1, "done"),
        ("Language", 1, 1, "done"),
        ("Coding", 1, 1, "done"),
        ("Review", 2, 3, "running"),
    ]
    assert chain.strip()[-1].phase == "review/2"


def test_the_same_cycle_twice_is_two_stretches() -> None:
    story = Story()
    for phase, number in (("test/1", 1), ("test/2", 2), ("test/1-2", 1)):
        story.tell(PhaseBegun(phase=phase, title="Test", round=number, rounds=3), PhaseEnded(phase=phase))
    assert [(one.round, len(one.rounds_begun)) for one in folded(story).strip()] == [(2, 2), (1, 1)]


def test_a_cycle_within_a_phase_shows_its_rounds() -> None:
    story = Story()
    story.tell(PhaseBegun(phase="build", title="Build"))
    story.tell(PhaseBegun(phase="build/try/2", title="Try", parent="build", round=2, rounds=5))
    (stretch,) = folded(story).strip()
    assert (stretch.title, stretch.round, stretch.rounds) == ("Build", 2, 5)


def test_current_and_roots() -> None:
    chain = folded(gomoku())
    assert chain.current is not None
    assert chain.current.phase == "review/2/modification"
    assert chain.root_of("review/2/modification") == "review/2"
    assert chain.root_of("nowhere") == ""


def test_only_the_time_at_work_counts() -> None:
    story = Story()
    story.tell(PhaseBegun(phase="p", title="P"))
    begun = story.now
    story.tell(RunPaused(), seconds=10)
    assert folded(story).seconds("p", begun + 500) == pytest.approx(10)
    story.tell(RunContinued(), seconds=100)
    story.tell(PhaseEnded(phase="p", conclusion="so"), seconds=5)
    chain = folded(story)
    assert chain.seconds("p", begun + 500) == pytest.approx(15)
    assert chain.phases["p"].conclusion == "so"


def test_the_end_of_a_run_interrupts_what_is_open() -> None:
    story = Story()
    story.tell(PhaseBegun(phase="p", title="P"), RunEnded(state="stopped", summary=""))
    assert folded(story).phases["p"].state == "interrupted"
    story.tell(RunContinued())
    assert folded(story).phases["p"].state == "running"


def test_the_phases_around_the_team_have_what_all_their_rounds_begin_with() -> None:
    story = Story()
    story.tell(PhaseBegun(phase="sprint/2", title="Sprint", round=2, rounds=10))
    story.tell(
        PhaseBegun(phase="sprint/2/test_run/1-2", title="Test run", parent="sprint/2", round=1, rounds=4)
    )
    assert folded(story).around() == [("Test run", "sprint/2/test_run"), ("Sprint", "sprint")]
    assert ChainState().around() == []


def test_phases_that_go_on_at_the_same_time_are_named_together() -> None:
    chain = ChainState()
    told = (
        PhaseBegun(phase="sprint/1", title="Sprint", round=1, rounds=3),
        PhaseBegun(
            phase="sprint/1/review",
            title="Code review",
            parent="sprint/1",
            instructor="dev",
            assistant="senior",
        ),
        PhaseBegun(
            phase="sprint/1/tests",
            title="Writing tests",
            parent="sprint/1",
            instructor="master",
            assistant="tester",
        ),
        PhaseBegun(phase="sprint/1/review/part/1", title="Part", parent="sprint/1/review", round=1, rounds=2),
        PhaseBegun(phase="sprint/1/review/part/2", title="Part", parent="sprint/1/review", round=2, rounds=2),
    )
    for at, event in enumerate(told):
        chain.receive(Stamped(1, at + 1, float(at), event))
    going = chain.at_work("sprint/1")
    assert [node.phase.rpartition("/")[2] for node in going] == ["tests", "1", "2"]
    assert names_of(going, chain) == "Writing tests + Code review ×2"
    assert [name for name, _ in chain.around("tester")] == ["Writing tests", "Sprint"]
    assert [name for name, _ in chain.around("senior")] == ["Part", "Code review", "Sprint"]
    chain.receive(Stamped(1, 9, 9.0, PhaseEnded(phase="sprint/1/review/part/1")))
    assert names_of(chain.at_work("sprint/1"), chain) == "Writing tests + Part"
