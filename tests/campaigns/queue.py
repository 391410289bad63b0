"""Stress the queue: `python -m tests.campaigns.queue [--acts 300] [--seed 0] [--granted 1,3]`.

Two runs and a bench share one server, or two, in one program. At random moments they are paused, their calls
stopped, or they are ended and continued. Each time nothing of what was stopped may be left in a queue; in the
end everything has come to its end, and no place is taken and nobody waits. The exit code is 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.bench import Bench, BenchPlan, Problem
from agents.cli.answers import NobodyAnswers
from agents.contracts import Task
from agents.errors import RunStopped
from agents.live import LiveRun
from agents.models.admission import Ticket
from agents.models.host import Host
from agents.studio import Studio
from tests.support.at_once import REPLIES, plan_for
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.schemas import filled
from tests.support.solving import RIGHT, module

WAIT, BETWEEN, BOUND = 0.01, 0.06, 120.0  # seconds
TURNS = 40  # of the loop, in which a stopped call has left the queue
BENCHED = "bench:7b"
METHODS = ("direct", "codechain", "mapcoder")
TASK = Task("Double a number.", entry_point="double", examples=("assert double(2) == 4",))


def reply(call: ChatCall) -> Scripted:
    """What whoever plays the asked model says."""
    workflow = call.model.partition(":")[0]
    if workflow in REPLIES:
        return replace(REPLIES[workflow](call), wait=WAIT)
    return Scripted(json.dumps(filled(call.format)) if call.format else module(RIGHT), wait=WAIT)


@dataclass
class Stress:
    """One studio under stress; `broken` says what went wrong."""

    home: Path
    address: str
    dice: random.Random
    acts: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    _begun: int = 0

    async def carried_out(self, acts: int) -> None:
        """Begin everything, disturb it so many times, and wait for its end."""
        studio = Studio.open(self.home)
        try:
            async with asyncio.timeout(BOUND + acts * BETWEEN * 4):
                async with asyncio.TaskGroup() as group:
                    for workflow in REPLIES:
                        group.create_task(self._runs(studio, workflow, acts // 3))
                    group.create_task(self._benches(studio, acts // 3))
        except TimeoutError:
            self.broken["somebody waited for ever"] += 1
        finally:
            await studio.close()
        for host in self._hosts(studio):
            if host.queue.at_hand or host.queue.waiting:
                self.broken[f"left behind: {host.queue.at_hand} at hand, {host.queue.waiting} wait"] += 1

    async def _pause(self) -> None:
        await asyncio.sleep(self.dice.uniform(0, BETWEEN))

    async def _runs(self, studio: Studio, workflow: str, acts: int) -> None:
        """Runs of one method after each other, disturbed so many times in all."""
        left, model = acts, f"{workflow}:7b"
        while left > 0:
            self._begun += 1
            plan = plan_for(workflow, self.address, str(self.home / f"out{self._begun}"), 4)
            live = await studio.start(replace(plan, model=model), NobodyAnswers())
            while left > 0 and not live.finished:
                await self._pause()
                left -= 1
                act = self.dice.choice(["pause", "stop_call", "abort", "double", "late"])
                self.acts[act] += 1
                live = await self._disturbed(studio, live, act, model)
            live.proceed()
            outcome = await live.outcome()
            self.ended += 1
            if not outcome.passed:
                self.broken[f"{workflow} failed: {outcome.summary}"] += 1

    async def _disturbed(self, studio: Studio, live: LiveRun, act: str, model: str) -> LiveRun:
        """The run after one act; another one where it was ended and continued."""
        match act:
            case "pause":
                live.pause()
                await self._pause()
                live.proceed()
            case "stop_call" | "double":
                for _ in range(2 if act == "double" else 1):
                    live.stop_call()
                    if not live.finished:
                        await self._gone(studio, model, act)
                live.proceed()
            case "abort" | "late":
                if act == "late":
                    live.stop_call()  # and is ended while it ends its calls
                await live.stop()
                await self._gone(studio, model, act, turns=1)
                with suppress(RunStopped):
                    await live.outcome()
                    return live  # it had come to its end
                return await studio.resume(live.number, NobodyAnswers())
        return live

    async def _benches(self, studio: Studio, acts: int) -> None:
        """Benches after each other, closed and gone on with so many times in all."""
        left = acts
        while left > 0:
            self._begun += 1
            home = self.home / f"bench{self._begun}"
            problems = tuple(Problem(f"double {n}", TASK, ("assert double(3) == 6",)) for n in range(3))
            plan = BenchPlan(problems, METHODS, model=BENCHED, host=self.address, jobs=3)
            done = False
            while not done:
                task = asyncio.create_task(_cells(Bench(plan, home, hosts=studio.hosts)))
                if left > 0:
                    left -= 4  # it takes longer than to pause
                    await asyncio.wait([task], timeout=self.dice.uniform(0, 20 * BETWEEN))
                    if not task.done():
                        self.acts["close"] += 1
                        task.cancel()
                        await asyncio.wait([task])
                        await self._gone(studio, BENCHED, "close", turns=1)
                        continue
                cells = await task
                done = True
                self.ended += 1
                if len(cells) != len(problems) * len(METHODS):
                    self.broken["cells are missing"] += 1

    async def _gone(self, studio: Studio, model: str, act: str, turns: int = TURNS) -> None:
        """Whether whoever was stopped is out of the queue, and has no place, at once."""
        for _ in range(turns):
            if not self._left(studio, model):
                return
            await asyncio.sleep(0)
        if left := self._left(studio, model):
            self.broken[f"after {act}: {left} of {model} left in a queue"] += 1

    def _left(self, studio: Studio, model: str) -> int:
        waiting: list[Ticket] = [one for host in self._hosts(studio) for one in host.queue._open()]
        return sum(ticket.kind[0] == model for ticket in waiting)

    def _hosts(self, studio: Studio) -> list[Host]:
        return list(studio.hosts._known.values())


async def _cells(bench: Bench) -> list[object]:
    async with aclosing(bench.cells()) as ready:
        return [cell async for cell in ready]


def stressed(folder: Path, granted: int, acts: int, seed: int, hosts: int = 1, fitting: int = 3) -> Stress:
    """Everything under stress at servers that grant so many; `fitting` models fit beside each other."""
    models = [ServedModel(name) for name in (*(f"{workflow}:7b" for workflow in REPLIES), BENCHED)]
    with ExitStack() as held:
        servers = [
            held.enter_context(OllamaServer(reply, models, parallel=granted, slots=fitting))
            for _ in range(hosts)
        ]
        address = ",".join(server.address for server in servers)
        stress = Stress(folder, address, random.Random(seed))
        asyncio.run(stress.carried_out(acts))
    return stress


def main() -> int:
    """Carry it out for each number of granted requests and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--granted", default="1,3", help="requests that the server answers at once")
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--fitting", type=int, default=3, help="models that fit into memory")
    chosen = parser.parse_args()
    fine = True
    for granted in map(int, chosen.granted.split(",")):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            told = stressed(Path(folder), granted, chosen.acts, chosen.seed, chosen.hosts, chosen.fitting)
        fine = fine and not told.broken
        mark = "MISS" if told.broken else "ok  "
        acts = ", ".join(f"{times} {act}" for act, times in sorted(told.acts.items()))
        print(  # noqa: T201
            f"{mark} {granted} granted, {chosen.hosts} host(s): {told.ended} ended after {acts} "
            f"in {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        for problem, times in told.broken.items():
            print(f"     {times} x {problem}", flush=True)  # noqa: T201
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
