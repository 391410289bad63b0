"""The studio: what the window and the commands share. It starts, continues and remembers runs."""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from agents import registry
from agents.cast import Cast, choose, tokens_in
from agents.contracts import ChatModel, Consumer, Outcome, Sandbox, Task, User
from agents.environment import Environment
from agents.errors import ContextTooSmall, StoreError, UsageError, UserFacingError, WorkspaceError
from agents.events import ErrorRaised, RunContinued, RunStarted, UserStepped
from agents.home import home_folder
from agents.journal import Journal, Performed
from agents.live import Control, LiveRun
from agents.models.demo import check_demo
from agents.plan import Plan
from agents.prompts import Prompts
from agents.run import Run
from agents.sandboxes import best_sandbox
from agents.stage import Inbox, Stage
from agents.store.lease import Lease
from agents.store.rows import RunRow
from agents.store.runlog import RunLog
from agents.store.store import Store
from agents.workspace import Workspace


class Studio:
    """The store and the runs under way. Open it with `Studio.open`, on the loop that the runs live on."""

    def __init__(self, home: Path, store: Store) -> None:
        self.home = home
        self.store = store
        self._live: dict[int, LiveRun] = {}

    @classmethod
    def open(cls, home: Path | None = None) -> Studio:
        """The studio in `home`; raises the `StoreError` that says why its database cannot be used."""
        folder = home or home_folder()
        return cls(folder, Store.open(folder / "troupe.db"))

    @property
    def live(self) -> tuple[LiveRun, ...]:
        """The runs that this studio is carrying out."""
        return tuple(run for run in self._live.values() if not run.finished)

    def server(self, host: str = "", demo: bool = False) -> ChatModel:
        """A connection to a model server, or the demo's recorded team."""
        return registry.model_kinds()["demo" if demo else "ollama"].build(host)

    async def start(self, plan: Plan, user: User, *consumers: Consumer) -> LiveRun:
        """Begin a run. Everything that can be wrong with the plan is found before anything is stored."""
        plan = plan.checked()
        workflow = registry.find_workflow(plan.workflow)
        _options(workflow.options, plan)
        if plan.demo:
            check_demo(plan)
        server = self.server(plan.host, plan.demo)
        try:
            cast = await choose(server, plan.model, plan.roles, plan.num_ctx)
            _fits(plan.idea, cast)
            folder = self._folder(plan)
            project = self.store.create_project(plan.title(), str(folder))
            number = self.store.create_run(
                project,
                idea=plan.idea,
                workflow=plan.workflow,
                model=cast.default,
                settings=plan.to_json(),
            )
            return await self._begin(self.store.run(number), plan, server, user, consumers, cast)
        except (UserFacingError, OSError):
            await server.close()
            raise

    async def resume(self, run: int, user: User, *consumers: Consumer) -> LiveRun:
        """Continue a run where it stopped: finished steps are not repeated, no model is asked twice."""
        row = self.store.run(run)
        plan = Plan.from_json(row.settings)
        registry.find_workflow(plan.workflow)
        return await self._begin(row, plan, self.server(plan.host, plan.demo), user, consumers)

    async def close(self) -> None:
        """Stop what is going on and let go of the database."""
        for run in self.live:
            await run.stop()
        self.store.close()

    # --- putting a run together --------------------------------------------------------------------

    def _folder(self, plan: Plan) -> Path:
        """The project's folder, made if needed; refused when it holds something and must not."""
        folder = Path(plan.out).expanduser().resolve() if plan.out else self._own_folder(plan)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            occupied = any(folder.iterdir())
        except OSError as error:
            raise WorkspaceError(
                f"The folder {folder} cannot be used: {error.strerror or error}.", "Choose another folder."
            ) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise WorkspaceError(f"The folder {folder} cannot be written to.", "Choose another folder.")
        if occupied and not plan.existing:
            raise UsageError(
                f"The folder {folder} is not empty.",
                "Choose an empty one, or say --incremental to change the program in it.",
            )
        if plan.existing and not occupied:
            raise UsageError(
                f"The folder {folder} is empty; there is no program to change.",
                "Choose the folder of a program, or leave --incremental away.",
            )
        return folder

    def _own_folder(self, plan: Plan) -> Path:
        name = re.sub(r"[^a-z0-9]+", "-", plan.title().lower()).strip("-") or "project"
        projects = self.home / "projects"
        for number in range(1, 10_000):
            folder = projects / (name if number == 1 else f"{name}-{number}")
            if not folder.exists():
                return folder
        raise WorkspaceError(f"There are too many projects called {name}.", "Choose a folder with --out.")

    async def _begin(
        self,
        row: RunRow,
        plan: Plan,
        server: ChatModel,
        user: User,
        consumers: tuple[Consumer, ...],
        cast: Cast | None = None,
    ) -> LiveRun:
        lease = self.store.lease(row.id)
        try:
            log = self.store.log(row.id)
            for consumer in consumers:
                log.subscribe(consumer)
            await self._discard_useless(log)
            control = Control()
            run, perform = await self._compose(row, plan, server, user, log, control, cast)
        except BaseException:
            lease.release()
            await server.close()
            raise
        live = LiveRun(
            number=row.id,
            project=row.project,
            run=run,
            log=log,
            control=control,
            perform=perform,
            release=lambda: self._release(row.id, log, server, lease),
        )
        self._live[row.id] = live
        return live

    async def _compose(
        self,
        row: RunRow,
        plan: Plan,
        server: ChatModel,
        user: User,
        log: RunLog,
        control: Control,
        cast: Cast | None,
    ) -> tuple[Run, Callable[[], Awaitable[Outcome]]]:
        """The parts of a run handed to each other, and the call that carries its workflow out."""
        workflow = registry.find_workflow(plan.workflow)
        sandbox = await asyncio.to_thread(best_sandbox)  # the first time it is tried out
        workspace = Workspace(Path(row.folder))
        started = log.steps_finished() > 0

        async def before_step() -> None:
            if not journal.live:
                workspace.write_out()
            await control.passed()

        journal = Journal(log, before_step)
        self._announce(row, plan, log, server, sandbox, started)
        cast = await _recorded_cast(journal, server, plan, cast)
        stage = Stage(log, journal, server, cast, self._inbox(row.id, journal), think=plan.think)
        run = Run(
            stage=stage,
            prompts=Prompts.of(plan.workflow),
            workspace=workspace,
            sandbox=sandbox,
            user=user,
            environment=Environment(self.home / "environments" / str(row.project)),
            permission=plan.permission,
            demo=plan.demo,
            random=random.Random(plan.seed),
        )
        if not sandbox.isolated:
            consent = (
                "The demo's own programs run all the same." if plan.demo else "Each run needs your consent."
            )
            run.notice(f"There is no sandbox on this machine. {sandbox.description} {consent}", "warning")
        options = _options(workflow.options, plan)
        task = Task(plan.idea.strip(), plan.existing)
        return run, lambda: workflow.perform(run, task, options)

    def _announce(
        self, row: RunRow, plan: Plan, log: RunLog, server: ChatModel, sandbox: Sandbox, continued: bool
    ) -> None:
        if continued:
            log.emit(RunContinued(finished_steps=log.steps_finished()))
            return
        started = RunStarted(
            project=row.project_name,
            idea=plan.idea,
            workflow=plan.workflow,
            title=registry.find_workflow(plan.workflow).title,
            model=server.label if plan.demo else row.model,
            sandbox=sandbox.name,
            folder=row.folder,
            demo=plan.demo,
        )
        log.emit(started, "run")

    async def _discard_useless(self, log: RunLog) -> None:
        """Forget the useless replies that a run failed for; what the user said meanwhile stays said."""
        retry = ""
        remarks: list[UserStepped] = []
        for stamped in self.store.events(log.run):
            match stamped.event:
                case ErrorRaised(retry_from=key):
                    retry = key
                case RunContinued():
                    retry = ""
                case UserStepped() as remark:
                    remarks.append(remark)
        if retry and log.finished(retry):
            await log.discard_from(retry)
            for remark in remarks:
                log.emit(remark, remark.remark)
            await log.flush()

    def _inbox(self, run: int, journal: Journal) -> Inbox:
        """What the user said and no finished step has heard."""
        heard = {
            remark
            for step in self.store.steps(run)
            for remark, _ in (journal.recorded(step.key) or {}).get("remarks", [])
        }
        inbox = Inbox()
        for stamped in self.store.events(run):
            match stamped.event:
                case UserStepped(remark=remark, to=to, text=text) if remark not in heard:
                    inbox.put(remark, to, text)
        return inbox

    async def _release(self, run: int, log: RunLog, server: ChatModel, lease: Lease) -> None:
        self._live.pop(run, None)
        try:
            await log.close()
        except StoreError:
            pass  # the run's own end has told it already
        finally:
            lease.release()
            await server.close()


async def _recorded_cast(journal: Journal, server: ChatModel, plan: Plan, cast: Cast | None) -> Cast:
    """The run's cast, settled once: a continued run keeps its models and their contexts."""

    async def perform() -> Performed:
        chosen = cast or await choose(server, plan.model, plan.roles, plan.num_ctx)
        return Performed(chosen.to_json())

    return Cast.from_json(await journal.step("cast", "value", {}, perform))


def _fits(idea: str, cast: Cast) -> None:
    """Raise `ContextTooSmall` when the idea alone takes more than half of a context."""
    for model, context in cast.contexts.items():
        needed = tokens_in(len(idea))
        if needed > context // 2:
            raise ContextTooSmall(
                f"The idea has about {needed:,} tokens; that leaves no room in the {context:,} of {model}.",
                "Shorten it, ask for a larger context with --num-ctx, or choose a model that has one.",
            )


def _options(options: type[BaseModel], plan: Plan) -> BaseModel:
    """The workflow's options from the plan; a `UsageError` that names what is wrong with them."""
    if unknown := sorted(set(plan.options) - set(options.model_fields)):
        raise UsageError(
            f"{plan.workflow} has no option called {', '.join(unknown)}.",
            f"It has: {', '.join(options.model_fields)}.",
        )
    try:
        return options.model_validate(plan.options)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError(f"An option of {plan.workflow} is wrong: {problems}.") from error
