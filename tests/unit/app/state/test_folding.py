"""Folding teams away: nobody is lost, and nobody is seen twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.events import AgentHired
from app.state.all import RunState
from app.state.folding import Folding, depth_of, outlined
from tests.support.story import Story, company, gomoku


def team_of(story: Story) -> RunState:
    return RunState.replayed(story.events)


def test_a_level_is_folded_below_the_heads() -> None:
    team = team_of(gomoku()).hierarchy
    folding = Folding()
    assert outlined(team, folding).inside == {}
    folding.to_level(1)
    outline = outlined(team, folding)
    assert outline.hidden == {"ceo/cto": 3}
    assert outline.shown("ceo/cto/tester") == "ceo/cto"
    assert outline.shown("ceo/cpo") == "ceo/cpo"
    assert outline.count == 5
    assert depth_of(team) == 2


def test_one_team_is_folded_whatever_its_level() -> None:
    team = team_of(gomoku()).hierarchy
    folding = Folding()
    folding.say("ceo", folded=True)
    assert outlined(team, folding).hidden == {"ceo": 7}
    folding.to_what_fits()
    assert outlined(team, folding).hidden == {}


def test_without_a_team_there_is_nothing() -> None:
    team = RunState().hierarchy
    assert outlined(team, Folding()).count == 0
    assert depth_of(team) == 0


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(0, 6), st.integers(2, 400))
def test_everybody_is_seen_or_stood_for(toggled: list[int], levels: int, agents: int) -> None:
    story = Story()
    paths = ["head"]
    story.tell(AgentHired(agent="head", role="Head", manager="", model="m"))
    for number in range(1, min(agents, 120)):
        manager = paths[(number - 1) // 3]
        paths.append(f"{manager}/{number}")
        story.tell(AgentHired(agent=paths[-1], role="R", manager=manager, model="m"))
    team = team_of(story).hierarchy
    folding = Folding()
    folding.to_level(levels)
    for at in toggled:
        folding.say(paths[at % len(paths)], folded=at % 2 == 0)
    outline = outlined(team, folding)
    seen = [*outline.heads, *(agent for members in outline.members.values() for agent in members)]
    assert len(seen) == len(set(seen)) == outline.count
    assert set(seen) | set(outline.inside) == set(paths)
    assert not set(seen) & set(outline.inside)
    assert set(outline.inside.values()) == set(outline.hidden) <= set(seen)
    assert sum(outline.hidden.values()) == len(outline.inside)


def test_a_thousand_agents_are_outlined_level_by_level() -> None:
    team = team_of(company(1000, 9)).hierarchy
    folding = Folding()
    counts = []
    for levels in range(4):
        folding.to_level(levels)
        counts.append(outlined(team, folding).count)
    assert counts == [1, 10, 91, 820]
