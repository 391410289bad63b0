"""What is wrong with a company that can be read: each problem in one sentence, at the place it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agents.companies.model import CHAIN_FILE, PHASE_FILE, ROLE_FILE, Company, Phase, Step
from agents.companies.templates import fields_in
from agents.errors import CompanyRefused

MOST_STEPS, MOST_CYCLES, MOST_TURNS = 100, 100, 100
"""Every loop is bounded: longer chains and talks than these are a slip of the pen [ours]."""

Kind: TypeAlias = Literal["step", "phase", "role", "company"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: file, key, and a reason that ends the sentence.

    `kind` and `name` say where it belongs: the number of a step, or the name of a phase or a role.
    """

    file: str
    key: str
    reason: str
    kind: Kind
    name: str = ""

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return f"{self.file}: {self.key} {self.reason}."


def checked(company: Company) -> Company:
    """The company; `CompanyRefused` with the first of its problems when it has any."""
    for problem in problems(company):
        raise CompanyRefused(problem.file, problem.key, problem.reason)
    return company


def problems(company: Company) -> list[Problem]:
    """Everything that is wrong, in the order of the files."""
    return [*_of_chain(company), *_of_phases(company), *_of_roles(company)]


def _of_chain(company: Company) -> Iterator[Problem]:
    if not company.steps:
        yield Problem(CHAIN_FILE, "chain", "has no phase that takes place", "company")
    if len(company.chain) > MOST_STEPS:
        yield Problem(CHAIN_FILE, "chain", f"has more than {MOST_STEPS} phases", "company")
    place = 0  # of the step in the file, where those that are switched off stand elsewhere
    for number, step in enumerate(company.chain):
        if step.on:
            yield from _of_step(company, step, f"chain[{place}]", str(number))
            place += 1


def _of_step(company: Company, step: Step, key: str, number: str) -> Iterator[Problem]:
    def problem(at: str, reason: str) -> Problem:
        return Problem(CHAIN_FILE, f"{key}.{at}", reason, "step", number)

    if not step.composed:
        if step.phase not in company.phases:
            yield problem("phase", f"names “{step.phase}”, which {PHASE_FILE} does not have")
        if step.turns > MOST_TURNS:
            yield problem("max_turn_step", f"must be at most {MOST_TURNS}, and it is {step.turns}")
        return
    if not 0 < step.cycles <= MOST_CYCLES:
        yield problem("cycleNum", f"must be a whole number from 1 to {MOST_CYCLES}, and it is {step.cycles}")
    if not step.parts:
        yield problem("Composition", f"of “{step.phase}” has no phases")
    for place, part in enumerate(step.parts):
        yield from _of_step(company, part, f"{key}.Composition[{place}]", number)


def _of_phases(company: Company) -> Iterator[Problem]:
    used = set(company.used())
    for phase in company.phases.values():
        yield from _of_phase(company, phase, taking_place=phase.name in used)


def _of_phase(company: Company, phase: Phase, *, taking_place: bool) -> Iterator[Problem]:
    def problem(key: str, reason: str) -> Problem:
        return Problem(PHASE_FILE, f"{phase.name}.{key}", reason, "phase", phase.name)

    if not phase.prompt.strip():
        yield problem("phase_prompt", "says nothing")
    try:
        fields_in(phase.prompt)
    except ValueError as error:
        yield problem("phase_prompt", str(error))
    if not taking_place:
        return
    if phase.assistant == phase.instructor:
        yield problem("user_role_name", f"must be another role than the assistant's, {phase.assistant}")
    for key, role in (("assistant_role_name", phase.assistant), ("user_role_name", phase.instructor)):
        if role not in company.roles:
            yield problem(key, f"names “{role}”, which {ROLE_FILE} does not have")
        elif company.recruited and role not in company.recruited:
            yield problem(key, f"names “{role}”, whom the recruitments of {CHAIN_FILE} do not have")


def _of_roles(company: Company) -> Iterator[Problem]:
    for role in company.roles.values():
        if not role.title.strip() or "\n" in role.title:
            yield Problem(ROLE_FILE, f"“{role.title}”", "is no title of a role", "role", role.title)
        if not role.prompt.strip():
            yield Problem(ROLE_FILE, role.title, "has no prompt", "role", role.title)
        try:
            fields_in(role.prompt)
        except ValueError as error:
            yield Problem(ROLE_FILE, role.title, str(error), "role", role.title)
