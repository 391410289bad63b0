"""The runs that are reckoned with: who builds what, at how many hosts, and on which machines."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from agents.plan import Plan
from tests.benchmarks.machine.exchanges import Exchange, role_last
from tests.benchmarks.machine.forms import as_asked
from tests.benchmarks.machine.reckoning import Hardware, Reckoned, reckon
from tests.benchmarks.machine.recording import SlowUser, record
from tests.benchmarks.machine.teams import IDEA, asking_project, chain_project, long_project, sprint_team
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import company

SIZES = (3, 15, 40)
MODEL = "scripted:7b"
WRITER = "scripted:14b"
ANSWERED_IN = 90.0  # seconds

Team = Callable[[ChatCall], Scripted]
Hosts = tuple[Hardware, ...]
ONE = {"1 slot": (Hardware(),)}
ONE_TALK = "1 slot, one talk"
MACHINES: Mapping[str, Hosts] = ONE | {
    "4 slots": (Hardware(slots=4),),
    "4 slots, multiuser": (Hardware(slots=4, multiuser=True),),
}


@dataclass(frozen=True)
class Scenario:
    """A run, recorded once, and the machines on which it is reckoned, by name.

    `team` makes a fresh one, for it remembers what it was asked. `fit` is how many models a real server would
    hold, `parallel` how many requests it would answer at the same time; `asks`: the user takes their time
    over a question; `one_talk`: the team shares one.
    """

    name: str
    team: Callable[[], Team]
    workflow: str = "chatdev"
    machines: Mapping[str, Hosts] = field(default_factory=lambda: ONE)
    at_once: int = 1
    num_ctx: int = 0
    roles: Mapping[str, str] = field(default_factory=dict)
    fit: int = 3
    parallel: int = 1
    asks: bool = False
    moved: bool = False  # reckoned once more as if the role were said last
    one_talk: bool = False

    def exchanges(self) -> list[Exchange]:
        """What the run asks."""
        with tempfile.TemporaryDirectory() as name:
            options = {"one_talk": True} if self.one_talk else {}
            if self.workflow == "agilecoder":
                options |= {"sprints": 3}
            plan = Plan(
                idea=IDEA, workflow=self.workflow, model=MODEL, roles=dict(self.roles), num_ctx=self.num_ctx,
                options=options, at_once=self.at_once,
            )  # fmt: skip
            machines = list(self.machines.values())
            hosts = max(machines, key=len)
            user = SlowUser(ANSWERED_IN) if self.asks else None
            return record(
                plan,
                as_asked(self.team()),
                Path(name),
                (MODEL, WRITER),
                hosts=hosts,
                fit=self.fit,
                user=user,
                parallel=self.parallel,
                before=as_asked(self.team()) if len({*hosts}) > 1 else None,
            )

    def reckoned(self, exchanges: Sequence[Exchange]) -> dict[str, Reckoned]:
        """The run on each of its machines."""
        told = {name: reckon(exchanges, *hosts) for name, hosts in self.machines.items()}
        if self.moved:
            told["1 slot, role last"] = reckon(role_last(exchanges), Hardware())
        return told


def scenarios(sizes: Sequence[int]) -> list[Scenario]:
    """Both workflows at every size, alone and with several at once; then the long files and two models."""
    made: list[Scenario] = []
    for files in sizes:
        for workflow, team in (
            ("chatdev", lambda files=files: company(chain_project(files))),
            ("agilecoder", lambda files=files: sprint_team(files).reply),
        ):
            made += _of_one_program(f"{workflow}, {files} files", workflow, team)
    for one_talk in (False, True):
        made.append(
            Scenario(
                "chatdev, 3 files of 400 lines",
                lambda: company(long_project()),
                machines={ONE_TALK: (Hardware(),)} if one_talk else ONE,
                num_ctx=32768,
                one_talk=one_talk,
            )
        )
    for fit, roles in product((1, 2), (("Programmer",), ("Programmer", "Chief Product Officer"))):
        asker = ", also the one who asks" if len(roles) > 1 else ""
        made.append(
            Scenario(
                f"chatdev, 3 files, two models of which {fit} fit, a question of {ANSWERED_IN:.0f} s{asker}",
                lambda: company(asking_project(3)),
                machines={f"{fit} fit": (Hardware(models=fit),)},
                roles=dict.fromkeys(roles, WRITER),
                fit=fit,
                asks=True,
            )
        )
    return made


def _of_one_program(name: str, workflow: str, team: Callable[[], Team]) -> list[Scenario]:
    together: Mapping[int, Mapping[str, Hosts]] = {
        2: {"2 at once, 2 slots": (Hardware(slots=2),)},
        4: {"4 at once, 4 slots": (Hardware(slots=4),)},
    }
    alone = Scenario(name, team, workflow, MACHINES, moved=True)
    one_talk = [
        Scenario(name, team, workflow, {f"{ONE_TALK}{room}": (Hardware(),)}, num_ctx=num_ctx, one_talk=True)
        for room, num_ctx in (("", 0), (", 32k", 32768))
    ]
    two_hosts: Sequence[Mapping[str, Hosts]] = (
        {"2 hosts": (Hardware(), Hardware())},
        {"2 hosts, one slow": (Hardware(), Hardware(200, 17, 24))},
    )
    return [
        alone,
        *one_talk,
        *(
            Scenario(name, team, workflow, machines, at_once, parallel=at_once)
            for at_once, machines in together.items()
        ),
        *(Scenario(name, team, workflow, hosts, at_once=2) for hosts in two_hosts),
    ]
