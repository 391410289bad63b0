"""A run's costs in lines with names: by phase of the chain, by role, by model."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import marked
from app.state.all import RunState
from app.state.chain import cycle_of
from app.state.costs import Cost
from app.state.figures import PROGRAMS
from app.told import titled

OUTSIDE = marked("Outside the phases")
NO_MODEL = marked("No model")


@dataclass(frozen=True, slots=True)
class Line:
    """What one of several used."""

    name: str
    cost: Cost


def phase_lines(state: RunState) -> list[Line]:
    """The phases of the chain in order, the rounds of a cycle and what is within them taken together."""
    strip = state.chain.strip()
    names = {cycle_of(stretch.latest): stretch.name for stretch in strip}
    costs = {cycle: Cost() for cycle in names}
    outside = Cost()
    for phase, cost in state.figures.by_phase.items():
        root = state.chain.root_of(phase)
        (costs[cycle_of(state.chain.phases[root])] if root else outside).add(cost)
    lines = [Line(names[cycle], cost) for cycle, cost in costs.items() if cost.messages or cost.programs]
    return [*lines, Line(OUTSIDE, outside)] if outside.messages or outside.programs else lines


def role_lines(state: RunState) -> list[Line]:
    """The roles, the most expensive first."""
    return [Line(titled(line.name), line.cost) for line in _by_expense(state.figures.by_role)]


def model_lines(state: RunState) -> list[Line]:
    """The models, the most expensive first; what no model did comes last."""
    lines = _by_expense(state.figures.by_model)
    named = [Line(NO_MODEL if line.name == PROGRAMS else line.name, line.cost) for line in lines]
    return sorted(named, key=lambda line: line.name == NO_MODEL)


def _by_expense(costs: dict[str, Cost]) -> list[Line]:
    lines = [Line(name, cost) for name, cost in costs.items()]
    return sorted(lines, key=lambda line: (-line.cost.tokens, -line.cost.seconds))
