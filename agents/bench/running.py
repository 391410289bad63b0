"""The bench: each problem solved by each method, so many at a time, and gone on with after a stop.

A bench has a home of its own (database, folders), so that its hundreds of runs do not stand among one's
projects. Each answer is a durable run like any other: what is finished is not paid for again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.bench.pool import PooledSandbox
from agents.bench.problems import Problem
from agents.bench.reading import is_settled, named, read_cell
from agents.bench.results import Cell
from agents.composing import checked_options
from agents.contracts import Answer, Question, Sandbox
from agents.errors import ModelUnavailable, RunStopped, StoreError, UsageError, UserFacingError
from agents.models.hosts import Hosts
from agents.plan import Plan
from agents.registry import find_workflow
from agents.sandboxes import best_sandbox
from agents.store.rows import RunRow
from agents.studio import Studio

LONGEST_NAME = 60
ANOTHER_NAME = "Give this one another name, or ask for the same as before."


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """What is compared: `methods` over `problems`, `samples` answers each, `jobs` at a time.

    `options` are by method; the rest is as in `agents.plan.Plan`. `seed` is the first sample's.
    """

    problems: tuple[Problem, ...]
    methods: tuple[str, ...]
    model: str = ""
    host: str = ""
    samples: int = 1
    jobs: int = 2
    num_ctx: int = 0
    think: bool | None = None
    seed: int = 0
    allow_cloud: bool = False
    options: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def checked(self) -> BenchPlan:
        """This plan; `UsageError` for a method that solves no tasks, wrong options or bounds."""
        for method in self.methods:
            if find_workflow(method).kind != "task":
                raise UsageError(
                    f"{method} builds projects and solves no tasks.",
                    "Leave it out; `troupe workflows` lists others.",
                )
        for method, options in self.options.items():
            checked_options(find_workflow(method).options, Plan(idea="", workflow=method, options=options))
        if not self.methods:
            raise UsageError("There is no method to compare.", "Name some with --methods.")
        if self.samples < 1 or self.jobs < 1:
            raise UsageError("A bench needs at least one sample and one job.", "Take a larger number.")
        return self


class Nobody:
    """Who answers in a bench: the team decides."""

    async def answer(self, question: Question) -> Answer:
        """Let the team decide."""
        del question
        return Answer("", by="team")


class Bench:
    """Carries a plan out in `home`. `cells` gives the answers as they come, those of earlier starts first."""

    def __init__(
        self, plan: BenchPlan, home: Path, sandbox: Sandbox | None = None, hosts: Hosts | None = None
    ) -> None:
        """`sandbox`: in which all programs run; else the best one here, its trials served by warm workers.

        `hosts`: the model servers, whose queues it shares with other runs; else servers of its own.
        """
        self.plan = plan.checked()
        self.home = home
        self._sandbox = sandbox
        self._hosts = hosts

    @property
    def total(self) -> int:
        """How many answers there are to be."""
        return len(self.plan.problems) * len(self.plan.methods) * self.plan.samples

    async def cells(self) -> AsyncGenerator[Cell, None]:
        """Every answer once, as they are ready. Closing it stops what goes on, to be continued later.

        A server that cannot be reached ends the bench with its error; any other failure is the cell's own.
        `UsageError` where answers of earlier starts were asked for otherwise than now.
        """
        studio = Studio.open(self.home, hosts=self._hosts)
        pool: PooledSandbox | None = None
        try:
            if self._sandbox is None:
                pool = PooledSandbox(await asyncio.to_thread(best_sandbox), self.plan.jobs)
            studio.sandbox = self._sandbox or pool
            known = {row.project_name: row for row in studio.store.runs()}
            waiting = [
                (problem, method, sample)
                for sample in range(self.plan.samples)
                for problem in self.plan.problems
                for method in self.plan.methods
            ]
            self._refuse_others(known, waiting)
            places = asyncio.Semaphore(self.plan.jobs)
            tasks = [asyncio.create_task(self._cell(studio, known, places, *cell)) for cell in waiting]
            try:
                for ready in asyncio.as_completed(tasks):
                    yield await ready
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            await studio.close()
            if pool is not None:
                await pool.close()

    async def _cell(
        self,
        studio: Studio,
        known: Mapping[str, RunRow],
        places: asyncio.Semaphore,
        problem: Problem,
        method: str,
        sample: int,
    ) -> Cell:
        name = named(problem.key, method, sample)
        cell = Cell(problem.key, method, sample, passed=False)
        async with places:
            row = known.get(name)
            if row is not None and is_settled(studio.store, row.id):
                return read_cell(studio.store, row.id, cell)
            plan = self._plan_for(problem, method, sample)
            plan = replace(plan, out=str(self._folder(name)))
            try:
                live = await (studio.resume(row.id, Nobody()) if row else studio.start(plan, Nobody()))
            except UserFacingError as error:
                if isinstance(error, ModelUnavailable | StoreError):
                    raise
                return replace(cell, error=error.message)
            try:
                with suppress(RunStopped):
                    await live.outcome()
            except ModelUnavailable:
                raise
            except UserFacingError as error:
                return replace(read_cell(studio.store, live.number, cell), error=error.message)
            except asyncio.CancelledError:
                await live.stop()
                raise
            return read_cell(studio.store, live.number, cell)

    def _refuse_others(
        self, known: Mapping[str, RunRow], waiting: Sequence[tuple[Problem, str, int]]
    ) -> None:
        """Raise `UsageError` where the answers that are there would be taken for those of this plan."""
        for problem, method, sample in waiting:
            plan = self._plan_for(problem, method, sample)
            row = known.get(plan.name)
            if row is None:
                continue
            before = replace(Plan.from_json(row.settings), model=plan.model, host=plan.host, out="")
            other_model = plan.model not in ("", row.model)
            if other_model or replace(before, allow_cloud=plan.allow_cloud) != plan:
                what = (
                    f"are of {row.model}" if other_model else "were asked for with other problems or options"
                )
                raise UsageError(f"Answers of this bench's name are there, and they {what}.", ANOTHER_NAME)

    def _plan_for(self, problem: Problem, method: str, sample: int) -> Plan:
        task = problem.task
        return Plan(
            idea=task.idea,
            name=named(problem.key, method, sample),
            workflow=method,
            options=dict(self.plan.options.get(method, {})),
            model=self.plan.model,
            host=self.plan.host,
            allow_cloud=self.plan.allow_cloud,
            num_ctx=self.plan.num_ctx,
            think=self.plan.think,
            seed=self.plan.seed + sample,
            entry_point=task.entry_point,
            starter=task.starter,
            examples=task.examples,
            tests=problem.tests,
            turns=task.turns,
            script=task.script,
        )

    def _folder(self, name: str) -> Path:
        """A folder of its own for an answer."""
        place = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:LONGEST_NAME]
        answers = self.home / "answers"
        names = (place if number == 1 else f"{place}-{number}" for number in range(1, 10_000))
        return next(folder for name in names if not (folder := answers / name).exists())
