"""Runs in processes of their own that are killed, and what must hold of them afterwards.

The processes are forked from one that has everything imported, so that killing two hundred costs minutes, not
an hour; they are killed with SIGKILL all the same, and nothing of them is shared but their imports.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import os
import signal
import sys
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from pkgutil import iter_modules

from agents import models, sandboxes, workflows
from agents.cli.answers import FileAnswers
from agents.contracts import Json
from agents.events import Ephemeral, RunRewound, Stamped
from agents.history import files_at
from agents.models._ollama import connection  # noqa: F401 - heavy, so before the processes are forked
from agents.plan import Plan
from agents.store.codec import encode
from agents.store.rows import Step
from agents.store.store import Store
from agents.studio import Studio
from tests.support.ollama.scripted import ChatCall, Scripted

METHODS = Path(__file__).with_name("methods")
ANSWERS = {"colour": "red", "May the team": "yes"}
FINISHED = frozenset({"message_completed", "command_finished", "question_answered"})


def with_methods() -> None:
    """Let the registry find the tests' own methods in this process."""
    if str(METHODS) not in workflows.__path__:
        workflows.__path__.append(str(METHODS))


@cache
def nursery() -> ForkServerContext:
    """Where the processes come from."""
    found_later = [
        f"{package.__name__}.{found.name}"
        for package in (workflows, models, sandboxes)
        for found in iter_modules(package.__path__)
    ]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.killing", "sqlite_utils", *found_later])
    return context


# --- in the process that is killed -----------------------------------------------------------------


class Witness:
    """Writes down each event that was shown, before anything else happens; kills its own process at one.

    `die_at` is the number of finished steps shown in this session at which it does, 0 for never.
    """

    def __init__(self, written: Path, die_at: int) -> None:
        self._file = os.open(written, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._die_at = die_at
        self._finished = 0

    def receive(self, stamped: Stamped) -> None:
        if isinstance(stamped.event, RunRewound):
            os.write(self._file, b'"rewound"\n')
        if isinstance(stamped.event, Ephemeral):
            return
        os.write(self._file, f"{json.dumps([stamped.seq, encode(stamped.event)])}\n".encode())
        self._finished += stamped.event.kind in FINISHED
        if self._die_at and self._finished >= self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def drive(home: Path, run: int, plan: Plan, die_at: int, printed: Path) -> None:
    """Start a run (number 0) or continue one; the process ends with 0 when it was carried out."""
    with printed.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    with_methods()

    async def work() -> bool:
        studio = Studio.open(home)
        user, witness = FileAnswers(ANSWERS), Witness(home / "shown", die_at)
        live = await (studio.resume(run, user, witness) if run else studio.start(plan, user, witness))
        try:
            return (await live.outcome()).passed
        finally:
            await studio.close()

    sys.exit(0 if asyncio.run(work()) else 1)


# --- outside of it ---------------------------------------------------------------------------------


def scripted(call: ChatCall, wait: float = 0.0) -> Scripted:
    """What the roles of `branches` say; it depends on nothing but who is asked for which part."""
    last = call.messages[-1]["content"]
    name = last.partition("part ")[2].partition(" ")[0].rstrip(";")
    match call.role:
        case "Lead":
            return Scripted("Let us begin.", wait=wait)
        case "Reviewer":
            return Scripted(json.dumps({"verdict": f"good {name}"}), wait=wait)
        case _:
            path = f"part_{name.partition('.')[0]}.py"
            return Scripted(f"{path}\n```python\nprint('part {name}')\n```\n", wait=wait)


def asked(messages: object) -> str:
    """The fingerprint of a request."""
    return hashlib.sha256(json.dumps(messages, sort_keys=True).encode()).hexdigest()


@dataclass
class Kept:
    """What a database held when its run was killed."""

    events: list[tuple[int, str]]
    steps: list[Step]


@dataclass
class Victim:
    """One run that is killed again and again; `server` gets its requests."""

    home: Path
    plan: Plan
    number: int = 0
    kills: int = 0
    broken: list[str] = field(default_factory=list)
    _kept: Kept = field(default_factory=lambda: Kept([], []))
    _paid: set[str] = field(default_factory=set)
    _requests: int = 0

    def begin(self, die_at: int = 0) -> BaseProcess:
        """Start or continue the run in a new process."""
        self.home.mkdir(parents=True, exist_ok=True)
        arguments = (self.home, self.number, self.plan, die_at, self.home / "printed")
        process = nursery().Process(target=drive, args=arguments)
        process.start()
        return process

    def examine(self, requests: list[ChatCall]) -> None:
        """After the process is gone: nothing that was shown or stored is lost, nothing paid for twice."""
        again = [asked([call.messages, call.options.get("seed")]) for call in requests[self._requests :]]
        self._requests = len(requests)
        self.broken += ["a finished call was asked again" for request in again if request in self._paid]
        if not (self.home / "troupe.db").exists():
            return
        store = Store.open(self.home / "troupe.db")
        try:
            if not store.runs():
                return
            self.number = store.runs()[0].id
            now = Kept(
                [(s.seq, encode(s.event)) for s in store.events(self.number)], store.steps(self.number)
            )
        finally:
            store.close()
        self._compare(now)
        self._kept = now
        self._paid = {asked(sent(step)) for step in now.steps if step.kind == "chat"}

    def _compare(self, now: Kept) -> None:
        before = self._kept
        if now.events[: len(before.events)] != before.events:
            self.broken.append("stored events were lost or changed")
        if now.steps[: len(before.steps)] != before.steps:
            self.broken.append("stored steps were lost or changed")
        if [seq for seq, _ in now.events] != list(range(1, len(now.events) + 1)):
            self.broken.append("the events are not numbered one after the other")
        told = [text for _, text in now.events if _told_once(text)]
        if len(told) != len(set(told)):
            self.broken.append("an event is told twice")
        shown = (self.home / "shown").read_text().splitlines() if (self.home / "shown").exists() else []
        if '"rewound"' in shown:
            self.broken.append("finished steps were discarded")
        stored = dict(now.events)
        for line in shown:
            if line != '"rewound"' and line.endswith("]"):
                seq, text = json.loads(line)
                if stored.get(seq) != text:
                    self.broken.append(f"event {seq} was shown and is not stored")

    def files(self) -> dict[str, str]:
        """The files in the project's folder; `broken` when they are not those of the last version."""
        folder = Path(self.plan.out)
        found = {path.name: path.read_text() for path in sorted(folder.glob("*.*"))}
        store = Store.open(self.home / "troupe.db")
        try:
            versions = [s.event for s in store.events(self.number) if s.event.kind == "files_committed"]
            numbers = [version.version for version in versions]  # type: ignore[union-attr]
            if numbers != list(range(1, len(numbers) + 1)):
                self.broken.append(f"the versions are numbered {numbers}")
            if files_at(store, self.number, len(numbers)) != found:
                self.broken.append("the folder does not hold the last stored version")
        finally:
            store.close()
        return found


def sent(step: Step) -> list[object]:
    """The messages of a recorded call as they were sent, and its seed."""
    request: Json = json.loads(step.request)
    messages = [{"role": said["role"], "content": said["content"]} for said in request["messages"]]
    return [messages, request["options"]["seed"]]


def _told_once(text: str) -> bool:
    """Whether an event is one that a run tells once; one about the driving itself may be told again."""
    return json.loads(text)["kind"] not in {
        "run_continued", "run_ended", "run_paused", "message_begun", "message_cut",
    }  # fmt: skip


def comparable(files: dict[str, str]) -> dict[str, object]:
    """A run's files without the order of what was written at the same time."""
    return {path: sorted(text.splitlines()) for path, text in files.items()}
