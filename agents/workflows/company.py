"""A company of one's own: any of ChatDev's company folders, carried out as it is written (arXiv:2307.07924).

The company is read into the plan before the run is stored, so that a run that is continued stays what it was
when the company is changed or deleted meanwhile. What a phase does stands in `agents.development`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from agents.companies import Company, Shelf, checked, files_of, read_company
from agents.companies.folder import BUNDLED, bundled
from agents.contracts import Outcome, Task
from agents.development.chain import COUNSELOR, HEAD, REFINER, Chain
from agents.development.chain_phases import carry_out
from agents.development.work import KEEP, keep_in_git, sources
from agents.errors import CompanyRefused, UsageError
from agents.figures import figures_of
from agents.one_talk import OPTION
from agents.plan import Plan
from agents.registry import workflow
from agents.run import Run

NOT_APPLICABLE = {
    "clear_structure": "a project's folder is new, or holds what you want kept",
    "with_memory": "there is no memory of earlier projects",
    "web_spider": "the team does not read the web",
}
"""Switches of a company that mean nothing here, and why."""


class CompanyOptions(BaseModel):
    """Which company works; `files` is what it was when the run began."""

    company: str = Field(
        BUNDLED,
        description="The company: one that was saved, or the folder of one",
        json_schema_extra={"field": "company"},
    )
    one_talk: bool = Field(False, description=OPTION)
    files: dict[str, str] = Field(
        {}, description="The company's files by name", json_schema_extra={"field": "hidden"}
    )


def prepare(plan: Plan, home: Path) -> Plan:
    """The plan with its company's files and models. `CompanyRefused` or `UsageError` when it cannot work.

    A company that is gone is taken from the earlier plan that this one follows, where it has one.
    """
    name = str(plan.options.get("company") or BUNDLED)
    company = checked(_found(Shelf(home), name, plan.options.get("files")))
    if company.flag("incremental_develop") and not plan.existing:
        raise UsageError(
            f"The company “{company.name}” changes a program that is there already.",
            "Name its folder: --incremental --out DIR.",
        )
    files = {**company.fallback, **files_of(company)}
    texts = {file: data.decode("utf-8-sig") for file, data in sorted(files.items())}
    options: dict[str, Any] = {**plan.options, "company": name, "files": texts}
    taking_part = company.cast()
    known = list(dict.fromkeys([*taking_part, *company.roles, HEAD, COUNSELOR, REFINER]))
    if unknown := [role for role in plan.roles if role not in known]:
        raise UsageError(
            f"The company “{company.name}” has no role “{unknown[0]}”.", f"It has: {', '.join(known)}."
        )
    models = {role: model for role, model in company.models.items() if role in taking_part}
    return replace(plan, options=options, roles={**models, **plan.roles})


def _found(shelf: Shelf, name: str, before: object) -> Company:
    try:
        return shelf.find(name)
    except CompanyRefused:
        raise
    except UsageError:
        if not isinstance(before, dict) or not before:
            raise
        return _of_texts(name, before)


def _of_texts(name: str, texts: Mapping[str, str]) -> Company:
    files = {file: text.encode() for file, text in texts.items()}
    return read_company(name, files, bundled().read)


@workflow(
    name="company",
    title="A company of your own",
    summary="The chain, roles and prompts that you edited yourself, or a company folder of ChatDev's.",
    paper="arXiv:2307.07924",
    options=CompanyOptions,
    prepare=prepare,
)
async def company(run: Run, task: Task, options: CompanyOptions) -> Outcome:
    """Carry the company's chain out; the outcome says whether the program starts and its tests pass."""
    found = checked(_of_texts(options.company, options.files))
    _say_what_does_not_apply(run, found)
    if found.flag("git_management"):
        keep_in_git(run)
    if options.one_talk:
        run.share_one_talk()
    chain = Chain(run, task, found)
    if task.existing:
        chain.decisions.add(KEEP, ", ".join(await run.take_existing()))
    if found.flag("self_improve"):
        await _refine(chain)
    await carry_out(chain)
    last = chain.checked
    run.report_figures(figures_of(run, reflections=chain.reflections, starts=last.started if last else None))
    if last is None or not sources(run):
        return Outcome(True, "The chain was carried out; there is no program to test.")
    return Outcome(last.passed and last.tried, last.summary)


def _say_what_does_not_apply(run: Run, found: Company) -> None:
    told = [f"{flag}: {why}" for flag, why in NOT_APPLICABLE.items() if found.flag(flag)]
    if told:
        run.notice(f"Not applied of this company's switches: {'; '.join(told)}.")


async def _refine(chain: Chain) -> None:
    """The task in other words, as the switch `self_improve` asks for; templates have it as a field."""
    head, refiner = chain.hire_for(chain.head), chain.hire_for(REFINER)
    async with chain.run.phase(
        "task_refinement", "Task refinement", instructor=head, assistant=refiner
    ) as phase:
        refiner.forget()
        refiner.hear(head, chain.briefing.prompt("refinement"))
        chain.values["description"] = (await refiner.say(head.path)).strip()
        chain.decisions.add("The task in other words", chain.values["description"])
        phase.conclude(chain.values["description"])
