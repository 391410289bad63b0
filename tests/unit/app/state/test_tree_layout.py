"""What a drawing must keep for any team: nothing overlaps, teams are below or beside, lines meet cards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.state.tree_layout import CARD_HEIGHT, CARD_WIDTH, STYLES, Layout, Style, Team, fitting, tidy

TREES = st.lists(st.integers(min_value=0, max_value=10_000), max_size=40)


def grown(choices: list[int]) -> tuple[list[str], dict[str, list[str]]]:
    """A forest in which each agent chooses a manager among those before it, or none."""
    heads: list[str] = ["0"]
    team: dict[str, list[str]] = {}
    for number, choice in enumerate(choices, 1):
        manager = choice % (number + 1)
        if manager == number and number % 3 == 0:
            heads.append(str(number))
        else:
            team.setdefault(str(min(manager, number - 1)), []).append(str(number))
    return heads, team


def overlapping(layout: Layout) -> list[tuple[str, str]]:
    places = sorted(layout.cards.items(), key=lambda item: item[1])
    return [
        (one, other)
        for at, (one, (x1, y1)) in enumerate(places)
        for other, (x2, y2) in places[at + 1 :]
        if x2 - x1 < CARD_WIDTH - 0.01 and abs(y2 - y1) < CARD_HEIGHT - 0.01
    ]


def check(layout: Layout, heads: list[str], team: Team) -> None:
    assert overlapping(layout) == []
    for x, y in layout.cards.values():
        assert x >= -0.01
        assert y >= -0.01
        assert x + CARD_WIDTH <= layout.width + 0.01
        assert y + CARD_HEIGHT <= layout.height + 0.01
    for manager, members in team.items():
        left, top = layout.cards[manager]
        for member in members:
            assert layout.cards[member][1] > top
            start, end = layout.edges[member][0], layout.edges[member][-1]
            assert left <= start[0] <= left + CARD_WIDTH
            assert start[1] == pytest.approx(top + CARD_HEIGHT)
            x, y = layout.cards[member]
            at_top = end == pytest.approx((x + CARD_WIDTH / 2, y))
            at_side = end == pytest.approx((x, y + CARD_HEIGHT / 2))
            assert at_top or at_side


@given(TREES, st.sampled_from(STYLES))
@settings(max_examples=120, deadline=None)
def test_any_team_in_any_style(choices: list[int], style: Style) -> None:
    heads, team = grown(choices)
    layout = tidy(heads, team, style)
    assert len(layout.cards) == len(choices) + 1
    check(layout, heads, team)


@given(TREES, st.integers(100, 2000), st.integers(100, 2000))
@settings(max_examples=40, deadline=None)
def test_the_fitting_one_is_as_valid(choices: list[int], width: int, height: int) -> None:
    heads, team = grown(choices)
    check(fitting(heads, team, width, height), heads, team)


def test_a_manager_stands_centred_above_its_team() -> None:
    layout = tidy(["a"], {"a": ["b", "c", "d"]})
    assert layout.cards["a"][0] == layout.cards["c"][0]
    assert layout.cards["b"][1] == layout.cards["d"][1]


def test_equal_teams_are_drawn_alike() -> None:
    layout = tidy(["a"], {"a": ["b", "c"], "b": ["b1", "b2"], "c": ["c1", "c2"]})
    shift = layout.cards["c"][0] - layout.cards["b"][0]
    for one, other in (("b1", "c1"), ("b2", "c2")):
        assert layout.cards[other][0] - layout.cards[one][0] == shift


def test_a_narrow_room_gets_a_list_and_a_wide_one_the_tree() -> None:
    team = {"a": ["b", "c", "d"]}
    narrow, wide = fitting(["a"], team, 260, 600), fitting(["a"], team, 1200, 600)
    assert narrow.width < 260
    assert len({y for _, y in narrow.cards.values()}) == 4
    assert len({y for _, y in wide.cards.values()}) == 2


def test_a_thousand_in_one_team_become_rows() -> None:
    team = {"head": [str(number) for number in range(999)]}
    layout = fitting(["head"], team, 900, 600)
    assert 0.3 < layout.width / layout.height < 6
    assert overlapping(layout) == []


def test_nobody_yet() -> None:
    layout = fitting([], {}, 300, 300)
    assert (layout.cards, layout.width, layout.scale_in(300, 300)) == ({}, 0.0, 1.0)
