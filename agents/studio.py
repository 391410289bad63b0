"""The studio: what the window and the commands share. It starts, continues, branches and remembers runs."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from agents import registry
from agents.cast import Cast, choose
from agents.composing import Parts, check_fit, check_roles, checked_options, compose, settled
from agents.contracts import ChatModel, Consumer, Sandbox, User
from agents.errors import StoreError, UsageError, UserFacingError, WorkspaceError
from agents.events import MessageCompleted
from agents.folders import open_folder
from agents.history import Past, changed_outside, last_files, past_of
from agents.home import home_folder
from agents.journal import Edits
from agents.live import Control, LiveRun, edited, late_key
from agents.models.demo import check_demo
from agents.models.hosts import Hosts
from agents.paths import typed_path
from agents.patience import Patience
from agents.plan import Plan
from agents.store.recovery import Recovered, open_or_recover
from agents.store.rows import RunRow
from agents.store.runlog import RunLog
from agents.store.store import Store
from agents.trust import load_trust
from agents.warmth import Ahead, Needs, preload
from agents.workspace import Workspace

LONGEST_NAME = 80  # characters of a folder that is named by itself; file systems allow 255


class Studio:
    """The store and the runs under way. Open it with `Studio.open`, on the loop that the runs live on.

    `patience` is how long its runs wait for a model server; `hosts` the servers, whose queues they share.
    """

    def __init__(
        self, home: Path, store: Store, patience: Patience | None = None, hosts: Hosts | None = None
    ) -> None:
        self.home = home
        self.hosts = hosts or Hosts(home)
        self.store = store
        self.patience = patience or Patience.chosen(os.environ)
        self.recovered: Recovered | None = None
        self.latest = 0  # the run that was stored or continued last, also while it is put together
        self.sandbox: Sandbox | None = None  # in which its runs' programs run; None: the best one here
        self._live: dict[int, LiveRun] = {}
        self._needs = Needs()

    @classmethod
    def open(
        cls, home: Path | None = None, patience: Patience | None = None, hosts: Hosts | None = None
    ) -> Studio:
        """The studio in `home`; raises the `StoreError` that says why its database cannot be used.

        A damaged database is set aside and what can be read of it kept: `recovered` tells of it.
        """
        folder = home or home_folder()
        store, recovered = open_or_recover(folder / "troupe.db")
        studio = cls(folder, store, patience, hosts)
        studio.recovered = recovered
        return studio

    @property
    def live(self) -> tuple[LiveRun, ...]:
        """The runs that this studio is carrying out."""
        return tuple(run for run in self._live.values() if not run.finished)

    def server(self, host: str = "", demo: bool = False, cloud: bool = False) -> ChatModel:
        """A connection to a model server, or the demo's recorded team.

        `cloud`: its cloud models may be asked, which the user's `Trust` may allow as well.
        """
        kind = registry.model_kinds()["demo" if demo else "ollama"]
        return kind.build(host, cloud or load_trust().cloud, self.hosts)

    async def warm(self, plan: Plan) -> None:
        """Load the model of a run that may begin soon, while its idea is still being written."""
        server = self.server(plan.host, plan.demo)
        try:
            self._needs.expect(plan.host, await preload(server, plan, self._needs.at(plan.host)))
        finally:
            await server.close()

    # --- runs --------------------------------------------------------------------------------------

    async def start(self, plan: Plan, user: User, *consumers: Consumer) -> LiveRun:
        """Begin a run. Everything that can be wrong with the plan is found before anything is stored."""
        plan = settled(self._following(plan.checked()))
        workflow = registry.find_workflow(plan.workflow)
        if workflow.prepare is not None:
            plan = await asyncio.to_thread(workflow.prepare, plan, self.home)
        checked_options(workflow.options, plan)
        check_roles(workflow, plan)
        if plan.demo:
            check_demo(plan)
        server = self.server(plan.host, plan.demo, plan.allow_cloud)
        try:
            cast = await choose(server, plan.model, plan.roles, plan.num_ctx, plan.at_once)
            check_fit(f"{plan.idea}\n{plan.starter}", cast)
            folder = self._folder(plan)
            if plan.existing:  # what cannot be taken in is said before anything is stored
                await asyncio.to_thread(Workspace(folder).read_existing)
            if plan.follows:
                project = self.store.run(plan.follows).project
            else:
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

    def _following(self, plan: Plan) -> Plan:
        """A plan that goes on with a run's project works in its folder, which is written again if lost."""
        if not plan.follows:
            return plan
        row = self.store.run(plan.follows)
        if row.driven:
            raise UsageError(f"Run {row.id} is still going on.", "Wait for its end, or say it to that run.")
        folder = Path(row.folder)
        if not folder.is_dir() or not any(folder.iterdir()):
            with open_folder(folder) as opened:
                for path, text in last_files(self.store, row.id).items():
                    opened.write(path, text.encode())
        return replace(plan, out=row.folder, existing=True, name=plan.name or row.project_name)

    def plan(self, run: int) -> Plan:
        """What a stored run was asked to be."""
        return Plan.from_json(self.store.run(run).settings)

    async def resume(
        self, run: int, user: User, *consumers: Consumer, host: str = "", cloud: bool = False
    ) -> LiveRun:
        """Continue a run where it stopped: finished steps are not repeated, no model is asked twice.

        `host` is asked this time instead of the plan's; `cloud` allows its cloud models, for this time.
        """
        row = self.store.run(run)
        plan = Plan.from_json(row.settings)
        plan = replace(plan, host=host or plan.host)
        registry.find_workflow(plan.workflow)
        server = self.server(plan.host, plan.demo, cloud or plan.allow_cloud)
        return await self._begin(row, plan, server, user, consumers)

    def branch(self, run: int, at: int, text: str | None = None) -> int:
        """A new run that is like `run` up to its event `at`, in a project and a folder of its own.

        With `text`, `at` is a message, which says that instead; what came after it is not taken along. The
        new run's number: it is continued by `resume`. `UsageError` when `at` is no such event.
        """
        row = self.store.run(run)
        plan = Plan.from_json(row.settings)
        event = None
        if at <= self.store.last_event(run):
            event = next((s.event for s in self.store.events(run, after=at - 1, upto=at)), None)
        upto = at
        if text is not None:
            if not isinstance(event, MessageCompleted):
                raise UsageError(
                    f"Event {at} of run {run} is no message that could be rewritten.", "Choose a message."
                )
            plan = replace(plan, amendments={**plan.amendments, event.message: text})
            upto = at - 1
        elif event is None:
            raise UsageError(f"Run {run} has no event {at}.", f"See: troupe runs show {run} --events")
        name = f"{row.project_name} · branch"
        folder = self._own_folder(replace(plan, name=name))
        plan = replace(plan, out=str(folder), name=name)
        project = self.store.create_project(name, str(folder))
        return self.store.branch(run, upto, project=project, settings=plan.to_json())

    async def edit(self, run: int, files: Mapping[str, str | None], message: str = "Your edit") -> None:
        """Change files of a run that is not going on, in its folder; a version once the run is continued.

        Raises `PathRefused`, `WorkspaceError`, or `RunIsDriven` when the run goes on somewhere.
        """
        row = self.store.run(run)
        with self.store.lease(run):
            log = self.store.log(run)
            try:
                edit = edited(f"edit@{sum(1 for _ in self.store.events(run))}", message, files)
                with open_folder(Path(row.folder)) as folder:
                    for file in edit.files:
                        if file.text is None:
                            folder.delete(file.path)
                        else:
                            folder.write(file.path, file.text.encode())
                log.emit(edit, edit.edit)
                await log.flush()
            finally:
                await log.close()

    async def close(self) -> None:
        """Stop what is going on and let go of the database."""
        for run in self.live:
            await run.stop()
        await self._needs.leave(self.server)
        self.store.close()

    # --- putting a run together --------------------------------------------------------------------

    def _folder(self, plan: Plan) -> Path:
        """The project's folder, made if needed; refused when it holds something and must not."""
        folder = typed_path(plan.out) if plan.out else self._own_folder(plan)
        try:
            folder = folder.resolve()
            folder.mkdir(parents=True, exist_ok=True)
            occupied = any(folder.iterdir())
        except FileExistsError as error:
            raise UsageError(f"{folder} is a file, and no folder.", "Choose another folder.") from error
        except OSError as error:
            raise WorkspaceError(
                f"The folder {folder} cannot be used: {error.strerror or error}.", "Choose another folder."
            ) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise WorkspaceError(f"The folder {folder} cannot be written to.", "Choose another folder.")
        if occupied and not plan.existing:
            raise UsageError(
                f"The folder {folder} is not empty.",
                "Choose an empty one, or have the program in it improved (--incremental).",
            )
        if plan.existing and not occupied:
            raise UsageError(
                f"The folder {folder} is empty; there is no program to change.",
                "Choose the folder of a program, or let a new one be built (without --incremental).",
            )
        return folder

    def _own_folder(self, plan: Plan) -> Path:
        name = re.sub(r"[^a-z0-9]+", "-", plan.title().lower())[:LONGEST_NAME].strip("-") or "project"
        projects = self.home / "projects"
        taken = {project.folder for project in self.store.projects()}
        for number in range(1, 10_000):
            folder = projects / (name if number == 1 else f"{name}-{number}")
            if not folder.exists() and str(folder) not in taken:
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
        self.latest = row.id
        async with AsyncExitStack() as held:  # given back when the run cannot begin, else at its end
            held.push_async_callback(server.close)
            held.callback(self.store.lease(row.id).release)
            log = self.store.log(row.id)
            held.push_async_callback(_let_go, log)
            for consumer in consumers:
                log.subscribe(consumer)
            past = past_of(self.store, row.id)
            await _discard_useless(log, past)
            await self._take_changes(row, log, past)
            control = Control(plan.max_tokens, plan.max_minutes * 60)
            parts = Parts(
                home=self.home,
                store=self.store,
                row=row,
                plan=plan,
                server=server,
                user=user,
                log=log,
                control=control,
                edits=Edits(),
                past=past,
                cast=cast,
                patience=self.patience,
                sandbox=self.sandbox,
            )
            run, perform = await compose(parts)
            if not plan.demo:
                self._needs.begin(row.id, plan.host, run.stage.cast.contexts)
            held.push_async_callback(self._needs.end, row.id, server)
            others = partial(self._needs.at, plan.host, row.id)
            ahead = Ahead(server, run.stage.cast, run.roles, others)
            held.push_async_callback(ahead.close)
            log.subscribe(ahead)
            if cast is None and len(ahead.cast.contexts) == 1:
                ahead.ready()  # the finished steps are read meanwhile
            released = held.pop_all()
        live = LiveRun(
            number=row.id,
            project=row.project,
            run=run,
            log=log,
            control=control,
            edits=parts.edits,
            perform=perform,
            ahead=ahead,
            release=lambda: self._release(row.id, released),
        )
        self._live[row.id] = live
        return live

    async def _take_changes(self, row: RunRow, log: RunLog, past: Past) -> None:
        """What the user changed in the folder since the run stood still is an edit of theirs."""
        if changed := await asyncio.to_thread(changed_outside, self.store, row.id, Path(row.folder)):
            key = f"outside@{log.steps_finished()}.{len(past.edits)}"
            past.edits[key] = edited(key, "Changed in the folder", changed)
            log.emit(past.edits[key], key)

    async def _release(self, run: int, held: AsyncExitStack) -> None:
        self._live.pop(run, None)
        await held.aclose()


async def _let_go(log: RunLog) -> None:
    with suppress(StoreError):  # whoever drives the run has told it already
        await log.close()


async def _discard_useless(log: RunLog, past: Past) -> None:
    """Forget the useless replies that a run failed for; what the user said and did meanwhile stays."""
    if past.useless and log.finished(past.useless):
        kept = await log.discard_from(past.useless)
        for remark in past.remarks.values():
            log.emit(remark, remark.remark)
        for edit in past.edits.values():
            log.emit(edit, edit.edit)
        for change in past.backlog.values():
            log.emit(change, change.edit)
        for question, answered in past.late.items():
            if log.finished(question):  # else it is asked again
                log.emit(answered, late_key(question))
        for number, role in past.roles.items():
            if number > kept:
                log.emit(role)
        await log.flush()
