"""Changes of a company, each a new company. A place is `(step,)`, or `(step, part)` within a composed one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar

from agents.companies.model import Company, Phase, Role, Step

Place: TypeAlias = tuple[int, ...]
ValueT = TypeVar("ValueT")


def step_at(company: Company, place: Place) -> Step:
    """The step at a place; `IndexError` where there is none."""
    step = company.chain[place[0]]
    return step.parts[place[1]] if len(place) > 1 else step


def with_step(company: Company, place: Place, step: Step) -> Company:
    """Another step at a place."""
    if len(place) > 1:
        above = company.chain[place[0]]
        step = replace(above, parts=_with(above.parts, place[1], step))
    return replace(company, chain=_with(company.chain, place[0], step))


def inserted(company: Company, place: Place, step: Step) -> Company:
    """One more step, before what is at the place now."""
    if len(place) > 1:
        above = company.chain[place[0]]
        parts = (*above.parts[: place[1]], step, *above.parts[place[1] :])
        return with_step(company, place[:1], replace(above, parts=parts))
    chain = company.chain
    return replace(company, chain=(*chain[: place[0]], step, *chain[place[0] :]))


def without(company: Company, place: Place) -> Company:
    """No step at a place any more. Its phase stays defined, so that it can be taken again."""
    if len(place) > 1:
        above = company.chain[place[0]]
        parts = (*above.parts[: place[1]], *above.parts[place[1] + 1 :])
        return with_step(company, place[:1], replace(above, parts=parts))
    chain = company.chain
    return replace(company, chain=(*chain[: place[0]], *chain[place[0] + 1 :]))


def place_behind(company: Company, place: Place, step: Step) -> Place:
    """Where a new step goes: behind the one at `place`, or into it, where that is a cycle without phases.

    A composed step goes behind the whole of what is there; with an empty place it becomes the first.
    """
    if not place:
        return (0,)
    if step.composed:
        return (place[0] + 1,)
    at = company.chain[place[0]]
    if len(place) == 1 and at.composed and not at.parts:
        return (place[0], 0)
    return (*place[:-1], place[-1] + 1)


def moved(company: Company, place: Place, to: int) -> tuple[Company, Place]:
    """The step taken out and put in again at `to` among the rest; where it is then."""
    step = step_at(company, place)
    rest = without(company, place)
    row = rest.chain[place[0]].parts if len(place) > 1 else rest.chain
    there = (*place[:-1], max(0, min(to, len(row))))
    return inserted(rest, there, step), there


def with_phase(company: Company, phase: Phase) -> Company:
    """A phase defined anew or otherwise."""
    return replace(company, phases={**company.phases, phase.name: phase})


def with_new_talk(company: Company, name: str, prompt: str) -> tuple[Company, str]:
    """A new phase between the first two roles, and its name: `name`, or with a number where it is taken."""
    titles = [*company.roles, "", ""]
    free = free_name(name, company.phases)
    phase = Phase(free, assistant=titles[1], instructor=titles[0], prompt=prompt, files=False)
    return with_phase(company, phase), free


def renamed_phase(company: Company, old: str, new: str) -> Company:
    """A phase, and every step that it takes, under another name that is not taken yet."""
    phase = replace(company.phases[old], name=new)

    def called(step: Step) -> Step:
        if step.composed:
            return replace(step, parts=tuple(called(part) for part in step.parts))
        return replace(step, phase=new) if step.phase == old else step

    chain = tuple(called(step) for step in company.chain)
    return replace(company, phases=_keyed(company.phases, old, new, phase), chain=chain)


def with_role(company: Company, role: Role) -> Company:
    """A role defined anew or otherwise; a new one is recruited where the company lists its recruits."""
    recruited = company.recruited
    if recruited and role.title not in recruited:
        recruited = (*recruited, role.title)
    return replace(company, roles={**company.roles, role.title: role}, recruited=recruited)


def renamed_role(company: Company, old: str, new: str) -> Company:
    """A role under another title that is not taken yet, in every phase, too."""
    role = replace(company.roles[old], title=new)

    def called(title: str) -> str:
        return new if title == old else title

    phases = {
        name: replace(phase, assistant=called(phase.assistant), instructor=called(phase.instructor))
        for name, phase in company.phases.items()
    }
    return replace(
        company,
        roles=_keyed(company.roles, old, new, role),
        phases=phases,
        recruited=tuple(called(title) for title in company.recruited),
    )


def without_role(company: Company, title: str) -> Company:
    """A role less; phases that name it are then wrong, and say so."""
    roles = {name: role for name, role in company.roles.items() if name != title}
    recruited = tuple(name for name in company.recruited if name != title)
    return replace(company, roles=roles, recruited=recruited)


def free_name(name: str, taken: Mapping[str, object]) -> str:
    """A name that is not taken: the wished one, or with a number behind it."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name} {number}"
    return found


def _with(steps: tuple[Step, ...], at: int, step: Step) -> tuple[Step, ...]:
    return (*steps[:at], step, *steps[at + 1 :])


def _keyed(values: Mapping[str, ValueT], old: str, new: str, value: ValueT) -> dict[str, ValueT]:
    """The same order with one key and value replaced."""
    return {new if key == old else key: value if key == old else kept for key, kept in values.items()}
