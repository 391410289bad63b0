"""How a run is put together from its plan: its parts made and handed to each other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from agents import registry
from agents.cast import Cast, choose, tokens_in
from agents.clarifying.options import ClarifyOptions
from agents.clarifying.stage import PROMPTS as CLARIFYING
from agents.clarifying.stage import clarify
from agents.consent import Consents
from agents.contracts import ChatModel, KeepsModels, Outcome, Sandbox, User
from agents.environment import Environment
from agents.errors import ContextTooSmall, UsageError
from agents.events import RunContinued, RunPaused, RunStarted
from agents.history import Past, heard, last_files
from agents.journal import Edits, Journal, Performed
from agents.live import Control
from agents.patience import Patience
from agents.plan import Plan
from agents.prompts import Prompts
from agents.run import Run
from agents.sandboxes import best_sandbox
from agents.stage import Stage, Totals
from agents.store.rows import RunRow
from agents.store.runlog import RunLog
from agents.store.store import Store
from agents.tasks import read_task
from agents.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is put together from. `cast` is settled already for a new run."""

    home: Path
    store: Store
    row: RunRow
    plan: Plan
    server: ChatModel
    user: User
    log: RunLog
    control: Control
    edits: Edits
    past: Past
    cast: Cast | None
    patience: Patience
    sandbox: Sandbox | None = None  # None: the best one here


async def compose(parts: Parts) -> tuple[Run, Callable[[], Awaitable[Outcome]]]:
    """The run, and the call that carries its workflow out."""
    plan, row, log = parts.plan, parts.row, parts.log
    workflow = registry.find_workflow(plan.workflow)
    sandbox = parts.sandbox
    if sandbox is None:  # in a thread: the first time it is tried out
        sandbox = await asyncio.to_thread(best_sandbox)
    workspace = Workspace(Path(row.folder))
    totals = Totals()

    async def before_step() -> None:
        if not journal.live:
            workspace.write_out()
        if reason := parts.control.reached(totals.prompt_tokens + totals.output_tokens, totals.seconds):
            parts.control.pause()
            log.emit(RunPaused(reason=reason))
        await parts.control.passed()

    journal = Journal(log, before_step, parts.edits)
    _announce(parts, sandbox)
    stage = Stage(
        log=log,
        journal=journal,
        server=parts.server,
        cast=await _recorded_cast(journal, parts),
        user=parts.user,
        totals=totals,
        think=plan.think,
        amendments=plan.amendments,
        patience=parts.patience,
    )
    run = Run(
        stage=stage,
        prompts=Prompts.of(workflow.prompts or workflow.name),
        workspace=workspace,
        sandbox=sandbox,
        user=parts.user,
        environment=Environment(parts.home / "environments" / str(row.project)),
        consents=Consents(parts.store, row.project),
        permission=plan.permission,
        demo=plan.demo,
        random=random.Random(plan.seed),
        tests=plan.tests,
        left=partial(last_files, parts.store, plan.follows) if plan.follows else None,
    )
    parts.edits.commit = lambda message, files: run.commit(files, "user", message)
    _take_up(parts, run)
    if not sandbox.isolated:
        consent = "The demo's own programs run all the same." if plan.demo else "Each run needs your consent."
        run.notice(f"There is no sandbox on this machine. {sandbox.description} {consent}", "warning")
    options = checked_options(workflow.options, plan)
    return run, lambda: _perform(run, plan, workflow, options)


async def _perform(run: Run, plan: Plan, workflow: registry.Workflow[Any], options: BaseModel) -> Outcome:
    """Carry the workflow out; before it the clarification, where the plan has it and the method has not."""
    task = plan.task()
    if plan.clarify and not isinstance(options, ClarifyOptions):
        task = (await clarify(run, task, ClarifyOptions())).task
    return await workflow.perform(run, task, options)


def settled(plan: Plan) -> Plan:
    """`plan` with its task read from its idea, where its workflow solves tasks and it does not say one yet.

    `UsageError` when the idea is no task.
    """
    if plan.entry_point or registry.find_workflow(plan.workflow).kind != "task":
        return plan
    task = read_task(plan.idea)
    return replace(
        plan, idea=task.idea, entry_point=task.entry_point, starter=task.starter, examples=task.examples
    )


def checked_options(options: type[BaseModel], plan: Plan) -> BaseModel:
    """The workflow's options from the plan; a `UsageError` that names what is wrong with them."""
    if unknown := sorted(set(plan.options) - set(options.model_fields)):
        raise UsageError(
            f"{plan.workflow} has no option called {', '.join(unknown)}.",
            f"It has: {', '.join(options.model_fields) or 'none'}.",
        )
    try:
        return options.model_validate(plan.options)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError(
            f"An option of {plan.workflow} is wrong: {problems}.", "`troupe workflows` lists what each takes."
        ) from error


def check_roles(workflow: registry.Workflow[Any], plan: Plan) -> None:
    """Raise `UsageError` when a model is meant for a role that the plan's team has not."""
    if workflow.prepare is not None:
        return  # its roles are the plan's own, and known to `prepare` alone
    team = Prompts.of(workflow.prompts or workflow.name).roles
    known = dict.fromkeys([*team, *(Prompts.of(CLARIFYING).roles if plan.clarify else ())])
    if unknown := [role for role in plan.roles if role not in known]:
        raise UsageError(f"{plan.workflow} has no role “{unknown[0]}”.", f"It has: {', '.join(known)}.")


def check_fit(idea: str, cast: Cast) -> None:
    """Raise `ContextTooSmall` when the idea alone takes more than half of a context."""
    for model, context in cast.contexts.items():
        needed = tokens_in(len(idea))
        if needed > context // 2:
            raise ContextTooSmall(
                f"The idea has about {needed:,} tokens; that leaves no room in the {context:,} of {model}.",
                "Shorten it, ask for a larger context with --num-ctx, or choose a model that has one.",
            )


def _announce(parts: Parts, sandbox: Sandbox) -> None:
    if finished := parts.log.steps_finished():
        parts.log.emit(RunContinued(finished_steps=finished))
        return
    plan, row = parts.plan, parts.row
    started = RunStarted(
        project=row.project_name,
        idea=plan.idea,
        workflow=plan.workflow,
        title=registry.find_workflow(plan.workflow).title,
        model=parts.server.label if plan.demo else row.model,
        sandbox=sandbox.name,
        folder=row.folder,
        demo=plan.demo,
    )
    parts.log.emit(started, "run")


async def _recorded_cast(journal: Journal, parts: Parts) -> Cast:
    """The run's cast, settled once: a continued run keeps its models and their contexts."""
    plan = parts.plan

    async def perform() -> Performed:
        chosen = parts.cast or await choose(parts.server, plan.model, plan.roles, plan.num_ctx, plan.at_once)
        return Performed(chosen.to_json())

    cast = Cast.from_json(await journal.step("cast", "value", {}, perform))
    if isinstance(parts.server, KeepsModels):
        parts.server.expect(cast.at_once)
    return cast


def _take_up(parts: Parts, run: Run) -> None:
    """What the user said and changed, and nobody has taken in, waits again; so do the roles they play."""
    known = heard(parts.store, parts.row.id)
    for remark in parts.past.remarks.values():
        if remark.remark not in known:
            run.stage.inbox.put(remark.remark, remark.to, remark.text)
    for edit in parts.past.edits.values():
        if edit.edit not in known:
            parts.edits.put(edit)
    run.stage.backlog_edits += [edit for key, edit in parts.past.backlog.items() if key not in known]
    for question, answered in parts.past.late.items():
        run.stage.late_answers[question] = answered.answer  # each phase takes all of them up
    for role in parts.past.roles.values():
        run.stage.played.set(role.agent, role.taken, role.phase)
