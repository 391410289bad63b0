"""Function-sized tasks solved by a method against the scripted Ollama server, in the real sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agents.contracts import Task
from agents.events import NoticeGiven, PhaseBegun
from agents.plan import Plan
from agents.tasks import read_task
from tests.support.carrying_out import Told, carry_on, carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import rendered

DOUBLE = read_task("Double a number.\n\n- `double(2)` → 4\n- `double(0)` → 0\n", entry_point="double")
RIGHT = "def double(number):\n    return 2 * number\n"
WRONG = "def double(number):\n    return number + 2\n"  # right for 2, wrong for 0
WORSE = "def double(number):\n    return number\n"


def module(code: str) -> str:
    """A module as a model writes it."""
    return rendered({"solution.py": code})


@dataclass
class Solved:
    """A method's run: how it ended, and what the model was asked, in order."""

    told: Told
    calls: list[ChatCall]
    home: Path
    server_reply: Callable[[ChatCall], Scripted] = field(repr=False)

    @property
    def passed(self) -> bool:
        return self.told.outcome.passed

    @property
    def code(self) -> str:
        return self.told.read("solution.py")

    @property
    def order(self) -> list[str]:
        """Who was asked for what: the role, and the form's title where there was one."""
        return [f"{call.role}: {call.title}" if call.title else call.role for call in self.calls]

    @property
    def asked(self) -> list[str]:
        """The last message of each call."""
        return [call.messages[-1]["content"] for call in self.calls]

    @property
    def notices(self) -> str:
        return "\n".join(notice.text for notice in self.told.recorder.of(NoticeGiven))

    @property
    def phases(self) -> list[str]:
        return [phase.title for phase in self.told.recorder.of(PhaseBegun)]


def solve(
    tmp_path: Path,
    method: str,
    reply: Callable[[ChatCall], object],
    task: Task = DOUBLE,
    tests: Sequence[str] = (),
    **options: object,
) -> Solved:
    """Solve `task` by `method`; a reply may be text, or a value that is sent as JSON.

    The run is continued once it has ended: a replay asks the model nothing and comes to the same end.
    """

    def replied(call: ChatCall) -> Scripted:
        given = reply(call)
        return Scripted(given if isinstance(given, str) else json.dumps(given))

    home = tmp_path / "home"
    with OllamaServer(replied) as server:
        plan = Plan(
            idea=task.idea,
            workflow=method,
            host=server.address,
            model="scripted:7b",
            out=str(tmp_path / "out"),
            options=options,
            entry_point=task.entry_point,
            starter=task.starter,
            examples=task.examples,
            tests=tuple(tests),
            turns=task.turns,
            script=task.script,
        )
        told = carry_out(plan, home)
        calls = list(server.requests)
        again = carry_on(told.number, home)
        assert len(server.requests) == len(calls), "a replay asked the model again"
        assert again.outcome == told.outcome
    return Solved(told, calls, home, replied)


def in_turn(*replies: object) -> Callable[[ChatCall], object]:
    """The replies one after the other; the last one again and again."""
    waiting = list(replies)
    return lambda call: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def without_examples(task: Task = DOUBLE) -> Task:
    """The task with nothing to try it on."""
    return Task("Double a number.", entry_point=task.entry_point)


def characters(calls: Sequence[ChatCall]) -> int:
    """What was sent in all."""
    return sum(len(message["content"]) for call in calls for message in call.messages)
