"""A run: what a workflow works with. It hires, opens phases, asks the user, runs programs, keeps files."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from agents.agent import Agent
from agents.branch import current_branch
from agents.calls import Dismissed
from agents.codegraph import CodeGraph
from agents.consent import CHOICES, Consents, about_packages, about_program
from agents.contracts import Answer, Command, Execution, Json, Question, Sandbox, User
from agents.environment import Environment
from agents.events import (
    USER,
    AgentHired,
    BacklogChanged,
    BacklogItem,
    CommandStarted,
    FiguresReported,
    FilesCommitted,
    Level,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    Purpose,
    QuestionAnswered,
    QuestionAsked,
    Reading,
    TestCase,
    TestsReported,
)
from agents.execution import Ran, perform
from agents.journal import Performed
from agents.judging import judge
from agents.languages import in_one_line
from agents.loops import Repetitions
from agents.meanwhile import Meanwhile
from agents.one_talk import OneTalk
from agents.phases import Phase, current_phase, decided_late, enter_phase, know_decided
from agents.places import LEAST_PLACES
from agents.plan import Permission
from agents.prompts import Prompts
from agents.stage import Stage
from agents.workspace import Version, Workspace

ValueT = TypeVar("ValueT")


@dataclass(slots=True)
class Run:
    """One run of a workflow. Everything here is durable: called again, it returns what it returned before."""

    stage: Stage
    prompts: Prompts
    workspace: Workspace
    sandbox: Sandbox
    user: User
    environment: Environment
    consents: Consents
    permission: Permission = "auto"
    demo: bool = False
    random: random.Random = field(default_factory=random.Random)
    tests: tuple[str, ...] = ()  # a task's hidden tests: for judging its answer, never for a prompt
    left: Callable[[], dict[str, str]] | None = None  # the files that the run before this one left
    graph: CodeGraph = field(default_factory=CodeGraph)  # of the files when it was last asked for
    roles: dict[str, str] = field(default_factory=dict)  # the titles of those who were hired, by their paths
    failures: Repetitions = field(default_factory=Repetitions)
    _phases: dict[str, int] = field(default_factory=dict)
    _notices: dict[str, int] = field(default_factory=dict)
    _running: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while a program has the folder
    meanwhile: Meanwhile = field(init=False)  # what the user did while the team worked

    def __post_init__(self) -> None:
        self.meanwhile = Meanwhile(self.stage)

    @property
    def at_once(self) -> int:
        """How many steps may ask a model at the same time; the same in every replay."""
        return 1 if self.stage.one_talk else self.stage.cast.at_once

    @property
    def parts_at_once(self) -> int:
        """In how many parts one work may be done at the same time."""
        return 1 if self.stage.one_talk else self.stage.cast.parts_at_once

    # --- the team ----------------------------------------------------------------------------------

    def hire(self, role: str, manager: Agent | None = None, system: str = "") -> Agent:
        """A new agent under `manager`; the same role twice under one manager becomes `role-2`.

        `system` is its system message where the workflow's own prompts do not have the role.
        """
        name = "-".join(re.findall(r"[^\s/#$?!%+@~]+", role.lower())) or "agent"
        path = f"{manager.path}/{name}" if manager else name
        number, first = 1, path
        while path in self.roles:
            number += 1
            path = f"{first}-{number}"
        self.roles[path] = role
        agent = Agent(self.stage, path, role, system or self.prompts.system(role))
        hired = AgentHired(agent=path, role=role, manager=manager.path if manager else "", model=agent.model)
        self.stage.log.emit(hired, f"hired:{path}")
        return agent

    def share_one_talk(self) -> None:
        """Let all who are hired from now on share one talk (`agents.one_talk`), and speak one at a time."""
        if self.at_once > 1:
            self.notice("The team shares one talk, so its steps ask the model one after the other.")
        self.stage.one_talk = OneTalk()

    def keep_apart(self, *agents: Agent, others: Agent) -> None:
        """Keep places of the server's prompt cache for `agents`, the most talkative first.

        One place is left for everybody else, of whom `others` is one. Nothing is kept where there are so few
        places that steps at the same time would take them from each other.
        """
        kept = agents[: self.at_once - 1] if self.at_once >= LEAST_PLACES else ()
        words = [agent.first_words() for agent in (others, *kept)] if kept else []
        self.stage.places.keep([agent.path for agent in kept], words)

    @asynccontextmanager
    async def phase(
        self,
        name: str,
        title: str,
        *,
        round: int = 1,  # noqa: A002 - the field's own word
        rounds: int = 1,
        instructor: Agent | None = None,
        assistant: Agent | None = None,
    ) -> AsyncIterator[Phase]:
        """A phase around the steps taken within it. It ends when its block does, or is not needed."""
        outer = current_phase()
        path = f"{outer}/{name}" if outer else name
        path += f"/{round}" if rounds > 1 else ""
        self._phases[path] = self._phases.get(path, 0) + 1
        if self._phases[path] > 1:
            path = f"{path}-{self._phases[path]}"
        phase = Phase(path)
        before = decided_late()
        decided = await self.meanwhile.hear_late_answers(path)
        begun = PhaseBegun(
            phase=path,
            title=title,
            parent=outer,
            round=round,
            rounds=rounds,
            instructor=instructor.path if instructor else "",
            assistant=assistant.path if assistant else "",
        )
        self.stage.log.emit(begun, f"phase:{path}")
        enter_phase(path)
        know_decided(decided)
        dismissed = False
        try:
            yield phase
        except Dismissed:
            dismissed = True
            phase.conclude("Another one holds already.")
        finally:
            enter_phase(outer)
            know_decided(before)
        self.stage.log.emit(PhaseEnded(phase=path, conclusion=phase.conclusion), f"ended:{path}")
        if dismissed:
            raise Dismissed

    def notice(self, text: str, level: Level = "info") -> None:
        """Tell the user something about how the run goes."""
        phase = current_phase()
        self._notices[phase] = self._notices.get(phase, 0) + 1
        key = f"notice:{phase}:{self._notices[phase]}"
        self.stage.log.emit(NoticeGiven(text=text, level=level, phase=phase), key)

    # --- the user ----------------------------------------------------------------------------------

    async def ask_user(
        self,
        agent: Agent,
        text: str,
        *,
        options: Sequence[str] = (),
        context: str = "",
        details: str = "",
        purpose: Purpose = "clarify",
        inputs: Sequence[str] = (),
        readings: Sequence[Reading] = (),
    ) -> Answer:
        """The user's answer, as long as it takes. An empty text by `team` lets the team decide.

        `details` are shown with the context and are no part of the question: they may differ in a replay.
        `inputs` and `readings` show how attempts read the task differently, see `events.QuestionAsked`.
        """
        shown = f"{context}\n{details}".strip()
        question = Question(
            agent.next_key("?"),
            agent.path,
            text,
            tuple(options),
            shown,
            purpose,
            inputs=tuple(inputs),
            readings=tuple(readings),
        )
        phase = current_phase()

        async def perform() -> Performed:
            asked = QuestionAsked(
                question=question.key,
                agent=question.agent,
                phase=phase,
                text=text,
                options=question.options,
                context=shown,
                purpose=purpose,
                inputs=question.inputs,
                readings=question.readings,
            )
            self.stage.log.emit(asked, f"asked:{question.key}")
            answer = await self.user.answer(question)
            answered = QuestionAnswered(question=question.key, answer=answer.text, by=answer.by)
            return Performed(asdict(answer), [(answered, f"answered:{question.key}")])

        request: Json = {"text": text, "options": list(options), "context": context, "purpose": purpose}
        if readings:
            request["readings"] = [asdict(reading) for reading in readings]
        return Answer(**await self.stage.journal.step(question.key, "answer", request, perform))

    # --- files -------------------------------------------------------------------------------------

    @property
    def files(self) -> Mapping[str, str]:
        """The project's files as they are now: path → text."""
        return self.workspace.files

    def commit(self, files: Mapping[str, str | None], author: str, message: str) -> Version | None:
        """A version with these files (None: deleted) that the branch may write; None when nothing changes."""
        if author != USER and (branch := current_branch()):
            files = branch.granted(files, self.notice)
        version = self.workspace.commit(files, author=author, message=message)
        if version is None:
            return None
        for content in version.contents.values():
            if content is not None:
                self.stage.log.keep(content.encode())
        number, changes = version.number, version.changes
        committed = FilesCommitted(version=number, author=author, message=message, changes=changes)
        self.stage.log.emit(committed, f"version:{number}")
        if self.stage.journal.live and not self._running.locked():
            self.workspace.write_out()
        return version

    async def take_existing(self) -> tuple[str, ...]:
        """The program that the folder holds already becomes the first version, by the user.

        Where this run follows another one, the first version is what that one left, and what the user changed
        since is the second. The paths that they changed; the workflow tells the team to keep these changes.
        """
        found = await self._recorded("existing", self.workspace.read_existing)
        left = await self._recorded("left", self.left) if self.left else {}
        if not left:
            self.commit(dict(found), USER, "The existing program")
            return ()
        self.commit(dict(left), USER, "As the run before left it")
        gone = {path: None for path in left if path not in found}
        changed = self.commit({**found, **gone}, USER, "Changed in the folder since")
        return tuple(changed.contents) if changed else ()

    async def _recorded(self, key: str, find_out: Callable[[], ValueT]) -> ValueT:
        """What was found out about the world at this point, the same in every replay."""

        async def perform() -> Performed:
            return Performed({"value": find_out()})

        value: ValueT = (await self.stage.journal.step(key, "value", {}, perform))["value"]
        return value

    async def lacking(self, agent: Agent, find_out: Callable[[], str]) -> str:
        """What this machine lacks for a program, as `find_out` says it; the same in every replay."""
        return await self._recorded(agent.next_key("+"), find_out)

    # --- programs ----------------------------------------------------------------------------------

    async def execute(self, agent: Agent, command: Command) -> Ran:
        """Run a program of the project in the sandbox, with the user's consent where that is needed."""
        key = agent.next_key("$")
        if not await self._may_run(agent, command):
            nothing = Execution(exit_code=None, output="", errors="", seconds=0.0, ended_by="stop")
            return Ran(nothing, False, "It was not run: the user did not allow it.", key, allowed=False)
        # As it was asked for: a prepared command names places of this machine.
        request: Json = {
            "argv": [part.replace(str(self.environment.folder), "{environment}") for part in command.argv],
            "stdin": command.stdin,
            "network": command.network,
            "version": len(self.workspace.versions),
        }
        command = self.environment.prepared(command)
        phase = current_phase()
        stored = await self.stage.journal.step(
            key, "command", request, lambda: self._alone(key, agent, phase, command)
        )
        execution = Execution(**stored)
        self.stage.totals.seconds += execution.seconds
        verdict = judge(command, execution)
        return Ran(execution, verdict.passed, verdict.reason, key)

    async def _alone(self, key: str, agent: Agent, phase: str, command: Command) -> Performed:
        """Run one program at a time: no branch changes the folder under another one's program."""
        async with self._running:
            self.workspace.write_out()
            performed = await self._perform(key, agent, phase, command)
        self.workspace.write_out()  # what was committed meanwhile
        return performed

    async def _perform(self, key: str, agent: Agent, phase: str, command: Command) -> Performed:
        started = CommandStarted(
            command=key,
            agent=agent.path,
            phase=phase,
            title=command.title,
            argv=command.argv,
            sandbox=self.sandbox.name,
        )
        return await perform(
            self.stage, self.sandbox, self.workspace.folder, started, command, dict(self.workspace.files)
        )

    async def _may_run(self, agent: Agent, command: Command) -> bool:
        if command.network:
            return True  # consent to an installation is asked for by name, before it comes here
        not_run = f"Not run, as you chose: {command.title or ' '.join(command.argv)}"
        if self.permission == "never":
            self.notice(not_run)
            return False
        contained = self.sandbox.isolated or self.demo
        if self.permission == "auto" and contained:
            return True
        why = "You asked to be asked before each run." if contained else self.sandbox.description
        question = f"May the team run `{in_one_line(command)}`?"
        details = about_program(command, self.workspace.folder, self.sandbox)
        allowed = await self._allowed(agent, "execute", "execute", question, why, details)
        if not allowed:
            self.notice(not_run)
        return allowed

    async def _allowed(
        self, agent: Agent, what: str, purpose: Purpose, question: str, why: str, details: str
    ) -> bool:
        """Whether the user allows `what`: as they decided for the project, or asked now."""
        decided = await self._recorded(agent.next_key("+"), lambda: self.consents.recall(what))
        if decided is not None:
            return decided
        answer = await self.ask_user(
            agent, question, options=CHOICES, context=why, details=details, purpose=purpose
        )
        return self.consents.decide(what, answer.text)

    async def install(self, agent: Agent, requirements: Sequence[str]) -> bool:
        """Install packages into the project's own environment, when the user consents to these names."""
        names = ", ".join(requirements)
        question = f"The program needs packages from the network: `{names}`. May they be installed?"
        why = "They go into this project's own environment and are not part of Troupe's."
        details = about_packages(requirements, self.environment)
        if not await self._allowed(agent, f"install {names}", "install", question, why, details):
            self.notice(f"Not installed: {names}")
            return False
        existed = await self._recorded(agent.next_key("+"), lambda: self.environment.exists)
        make = [] if existed else [self.environment.create_command()]
        for command in [*make, self.environment.install_command(requirements)]:
            if not (await self.execute(agent, command)).passed:
                self.notice(f"Could not be installed: {names}", "warning")
                return False
        return True

    def report_tests(self, ran: Ran, cases: Sequence[TestCase]) -> None:
        """Show the tests of a program's run, one by one."""
        reported = TestsReported(command=ran.key, phase=current_phase(), cases=tuple(cases))
        self.stage.log.emit(reported, f"tests:{ran.key}")

    # --- the end -----------------------------------------------------------------------------------

    def change_backlog(self, author: Agent, items: Sequence[BacklogItem], taken: Sequence[str] = ()) -> None:
        """Show the backlog as it is now; `taken` are the user's edits that it takes up."""
        changed = BacklogChanged(items=tuple(items), taken=tuple(taken))
        self.stage.log.emit(changed, author.next_key("%"))

    def report_figures(self, figures: FiguresReported) -> None:
        """Show what the run made and what it cost."""
        self.stage.log.emit(figures, "figures")
