from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.companies import Company, Phase, Role, Step, files_of, problems, read_company
from agents.companies.editing import (
    free_name,
    inserted,
    moved,
    renamed_phase,
    renamed_role,
    step_at,
    with_phase,
    with_role,
    with_step,
    without,
    without_role,
)
from agents.companies.folder import bundled


def names(company: Company) -> list[str]:
    return [step.phase for step in company.chain]


def test_steps_are_moved_taken_out_and_put_in() -> None:
    company = bundled()
    last, place = moved(company, (0,), 99)
    assert names(last) == [*names(company)[1:], "DemandAnalysis"]
    assert place == (7,)
    assert moved(last, (7,), 0)[0] == company
    swapped, place = moved(company, (4, 0), 1)
    assert [part.phase for part in swapped.chain[4].parts] == ["CodeReviewModification", "CodeReviewComment"]
    assert step_at(swapped, place).phase == "CodeReviewComment"
    assert names(without(company, (3,))) == [name for name in names(company) if name != "CodeCompleteAll"]
    assert without(company, (3, 0)).chain[3].parts == ()
    assert inserted(without(company, (3, 0)), (3, 0), company.chain[3].parts[0]) == company


def test_renaming_follows_everywhere() -> None:
    company = renamed_role(bundled(), "Programmer", "Coder")
    assert problems(company) == []
    assert "Programmer" not in company.cast()
    assert list(company.roles).index("Coder") == list(bundled().roles).index("Programmer")
    company = renamed_phase(company, "CodeComplete", "Finish")
    assert problems(company) == []
    assert company.chain[3].parts[0].phase == "Finish"


def test_new_phases_and_roles() -> None:
    company = with_role(bundled(), Role("Painter", "You paint."))
    assert company.recruited[-1] == "Painter"
    company = with_phase(company, Phase("Draw", "Painter", "Programmer", "Draw {task}."))
    company = inserted(company, (1,), Step("Draw"))
    assert problems(company) == []
    [problem] = problems(without_role(company, "Painter"))
    assert (problem.kind, problem.name) == ("phase", "Draw")
    assert free_name("Draw", company.phases) == "Draw 2"


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_whatever_is_edited_can_be_kept(seed: int) -> None:
    chance = random.Random(seed)
    company = bundled()
    for _ in range(8):
        if not company.chain:
            break
        place = (chance.randrange(len(company.chain)),)
        step = step_at(company, place)
        match chance.randrange(4):
            case 0:
                company = moved(company, place, chance.randrange(9))[0]
            case 1:
                company = with_step(company, place, Step(step.phase, turns=chance.randrange(5), on=False))
            case 2:
                company = without(company, place)
            case _:
                parts = (replace(step, on=True),)
                company = inserted(company, place, Step("Loop", composed=True, cycles=2, parts=parts))
        if any(part.composed for step in company.chain for part in step.parts):
            return  # a composed phase holds simple ones only
    kept = read_company(company.name, files_of(company), {})
    assert kept == company


@pytest.mark.parametrize("place", [(99,), (0, 0)])
def test_where_there_is_nothing(place: tuple[int, ...]) -> None:
    with pytest.raises(IndexError):
        step_at(bundled(), place)
