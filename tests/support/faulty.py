"""Runs whose server fails at one call, or from it on: do they go on, or end so that they can be continued?

All times are a hundredth of what they are in earnest: a server is away for 0.3 s instead of 30, the first
token takes 3 s instead of 5 minutes, a silence within a reply counts as an end after 1.2 s instead of 2
minutes.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from agents.cli.answers import NobodyAnswers
from agents.contracts import ChatModel
from agents.errors import UserFacingError
from agents.models.ollama import OllamaModel
from agents.models.pool import OllamaPool, hosts_in
from agents.patience import Patience
from agents.plan import Plan
from agents.studio import Studio
from tests.support.killing import asked
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import GREETER, Project, company

MODEL = "scripted:7b"
PATIENCE = Patience(server_seconds=1.2, again=3, first_delay=0.005, longest_delay=0.08)
GAP, FIRST_TOKEN, AWAY = 1.2, 3.0, 0.3
BOUND = 60.0
"""Seconds after which a run counts as one that hangs."""

ONCE = (
    "down", "cut", "no_done", "error_line", "http_error", "busy", "garbage", "hang", "empty", "invalid_json",
    "truncated", "endless", "reload", "deleted", "slow",
)  # fmt: skip
ALWAYS = (
    "down", "cut", "no_done", "error_line", "http_error", "busy", "garbage", "empty", "invalid_json",
    "truncated", "endless", "deleted",
)  # fmt: skip
# At every call it costs 5 s or more: `hang` waits for the gap at each attempt.


class PatientStudio(Studio):
    """A studio whose connections to servers count in hundredths."""

    def server(self, host: str = "", demo: bool = False, cloud: bool = False) -> ChatModel:
        """A connection that takes a silence for an end sooner."""
        servers = [
            OllamaModel(address, gap_seconds=GAP, retry_delays=(), cloud=cloud) for address in hosts_in(host)
        ]
        return OllamaPool(servers, self.hosts)


class Faulty:
    """A script that is `project`'s company, but fails at the call number `at`, or from it on until mended.

    Calls are counted over all its servers; the one that fails is that which the call came to.
    """

    def __init__(self, project: Project, fault: str, at: int, always: bool) -> None:
        self.server: OllamaServer | None = None
        self.servers: list[OllamaServer] = []
        self.calls = 0
        self._usual = company(project)
        self._fault, self._at, self._always = fault, at, always

    def mend(self) -> None:
        """No more faults."""
        assert self.server
        self._at = 0
        self.server.down = False
        self.server.models[MODEL] = ServedModel(MODEL)

    def serving(self, hosts: int, held: ExitStack) -> str:
        """The addresses of so many servers that follow this script."""
        for place in range(hosts):
            server = OllamaServer(partial(self._replied, place), [ServedModel(MODEL)])
            self.servers.append(held.enter_context(server))
        self.server = self.servers[0]
        return ",".join(server.address for server in self.servers)

    def _replied(self, place: int, call: ChatCall) -> Scripted:
        self.calls += 1
        usual = self._usual(call)
        if self.calls == self._at:
            self.server = self.servers[place]
        on = self._always and 0 < self._at <= self.calls and self.servers[place] is self.server
        return self._befallen(usual) if self.calls == self._at or on else usual

    def _befallen(self, usual: Scripted) -> Scripted:
        assert self.server
        match self._fault:
            case "down":
                threading.Thread(target=self._go_away, daemon=True).start()
                return replace(usual, wait=BOUND)
            case "reload":
                self.server.forget(MODEL)
                return usual
            case "deleted":
                self.server.models.pop(MODEL, None)
                return replace(usual, fault="not_found")
            case "hang":
                return replace(
                    usual, fault="hang", chunk=2
                )  # after some of it: before, it would be slow only
            case "slow":
                return replace(usual, wait=FIRST_TOKEN)
            case fault:
                return replace(usual, fault=fault)

    def _go_away(self) -> None:
        assert self.server
        self.server.down = True
        if not self._always:
            time.sleep(AWAY)
            with suppress(RuntimeError):  # the run has gone on elsewhere, and is over
                self.server.down = False


@dataclass
class Course:
    """How a run went: `continued` by itself, or `ended` with a sentence and was continued; what is wrong."""

    continued: bool = False
    said: str = ""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def mark(self) -> str:
        """One letter for a matrix: `.` it went on, `e` it ended and was continued, `X` something is wrong."""
        return "X" if self.wrong else "." if self.continued else "e"


def undisturbed_calls(folder: Path, project: Project = GREETER) -> int:
    """How many calls a run makes to which nothing happens."""
    script = Faulty(project, "", 0, always=False)
    with ExitStack() as held:
        plan = _plan(script.serving(1, held), folder, project)
        asyncio.run(_carried(folder / "home", plan, run=0))
    return script.calls


def course(
    folder: Path, fault: str, at: int, always: bool = False, project: Project = GREETER, hosts: int = 1
) -> Course:
    """Carry a run out in which `fault` happens at call `at` (or from it on), and examine what is left."""
    script, told = Faulty(project, fault, at, always), Course()
    begun = time.monotonic()
    with ExitStack() as held:
        plan = _plan(script.serving(hosts, held), folder, project)
        try:
            asyncio.run(_carried(folder / "home", plan, run=0))
            told.continued = True
        except UserFacingError as error:
            told.said = str(error)
            _check_end(folder / "home", error, told)
            script.mend()
            _continue(folder / "home", plan, script, told)
        except Exception as error:  # noqa: BLE001 - it is what the matrix shows
            told.wrong.append(f"{type(error).__name__}: {error}")
        _check_files(folder / "home", plan, project, told)
    told.seconds = time.monotonic() - begun
    return told


def _plan(host: str, folder: Path, project: Project) -> Plan:
    return Plan(idea=project.idea, host=host, model=MODEL, out=str(folder / "out"))


async def _carried(home: Path, plan: Plan, run: int) -> None:
    studio = PatientStudio.open(home, PATIENCE)
    try:
        begin = studio.resume(run, NobodyAnswers()) if run else studio.start(plan, NobodyAnswers())
        live = await asyncio.wait_for(begin, BOUND)
        outcome = await asyncio.wait_for(live.outcome(), BOUND)
        assert outcome.passed, outcome.summary
    finally:
        await studio.close()


def _check_end(home: Path, error: UserFacingError, told: Course) -> None:
    if not (error.message and error.hint):
        told.wrong.append(f"it does not say what to do: {error!r}")
    studio = PatientStudio.open(home, PATIENCE)
    try:
        row = studio.store.run(1)
        kinds = [stamped.event.kind for stamped in studio.store.events(1)]
    finally:
        studio.store.close()
    if row.state != "failed" or kinds[-2:] != ["error_raised", "run_ended"]:
        told.wrong.append(f"it ended as {row.state} with {kinds[-2:]}")


def _continue(home: Path, plan: Plan, script: Faulty, told: Course) -> None:
    studio = PatientStudio.open(home, PATIENCE)
    kept = {step.key for step in studio.store.steps(1)}
    studio.store.close()
    before = [len(server.requests) for server in script.servers]
    try:
        asyncio.run(_carried(home, plan, run=1))
    except Exception as error:  # noqa: BLE001 - it is what the matrix shows
        told.wrong.append(f"continued: {type(error).__name__}: {error}")
        return
    again = [
        asked(call.messages)
        for server, known in zip(script.servers, before, strict=True)
        for call in server.requests[known:]
    ]
    if len(again) != len(set(again)):
        told.wrong.append("continued, a call was made twice")
    if not kept:
        told.wrong.append("nothing was kept")


def _check_files(home: Path, plan: Plan, project: Project, told: Course) -> None:
    out = Path(plan.out)
    for path, text in {**project.files, **project.repair}.items():
        if not (out / path).exists() or (out / path).read_text() != text:
            told.wrong.append(f"{path} is not as it was written")
    studio = PatientStudio.open(home, PATIENCE)
    try:
        events = list(studio.store.events(1)) if studio.store.runs() else []
    finally:
        studio.store.close()
    if [stamped.seq for stamped in events] != list(range(1, len(events) + 1)):
        told.wrong.append("the events are not numbered one after the other")
    ends = [stamped.event.state for stamped in events if stamped.event.kind == "run_ended"]  # type: ignore[union-attr]
    # A run that failed for want of a usable reply is taken back to before the first of these replies.
    if ends != ["succeeded"] and (told.continued or ends != ["failed", "succeeded"]):
        told.wrong.append(f"it ended as {ends}")
