"""Warm workers for trials: as isolated as a run of its own, without its start.

A worker is a sandbox that was started before (`resources/testkit/troupe_pool.py`) and serves one trial after
the other; between two of them it is swept and emptied. Its results count only when every case has a line that
is signed with the trial's own secret. Whatever else happens (a program that ends the worker, a limit, a time
out) the trial is run once more in a sandbox of its own, so that its result is what it would have been.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from agents.contracts import Command, Execution, Limits, OnOutput, Sandbox
from agents.errors import SandboxError
from agents.programs import unsealed

TRIALS = "troupe_trials"
WARM = frozenset({"bubblewrap", "namespaces"})  # what gives a worker namespaces of its own
JOBS = 200  # after which a worker is replaced [ours]
LIFE_SECONDS = 3600.0
PATIENCE = 1.0  # seconds a trial may take longer here than its own limit
SPARE = 4.0  # seconds a case may: longer than the clerk waits for the worker, after which it ends them both
CASE, APART = "case", "apart"  # what the clerk says before each case, and before a trial with its own limits


class Worker:
    """One warm sandbox. `run` serves a trial; None when it could not: then the worker is of no more use."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._inputs: asyncio.Queue[str | None] = asyncio.Queue()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()  # None: it has ended, and says no more
        self._rest = ""
        self._served = 0
        self._folder = tempfile.TemporaryDirectory(prefix="troupe-pool-")
        self._closed = False
        self._task = asyncio.create_task(self._carried_out(sandbox))
        self._task.add_done_callback(lambda _: self._lines.put_nowait(None))
        self._task.add_done_callback(self._over)

    @property
    def usable(self) -> bool:
        """Whether it can serve another trial."""
        return self._served < JOBS and not self._task.done()

    async def run(self, command: Command) -> Execution | None:
        """The trial's execution; its report is signed as that of any other."""
        self._served += 1
        started = time.monotonic()
        secret, _, text = command.stdin.partition("\n")
        job = json.loads(text)
        self._inputs.put_nowait(f"j{len(command.stdin.encode()):>12}{command.stdin}")
        report: list[str] = []
        try:
            async with asyncio.timeout(command.limits.wall_seconds + PATIENCE) as bound:
                latest = bound.when() or 0.0
                while not (line := await self._line()).startswith("done "):
                    if line == CASE:  # a program may stop the clerk, which then says nothing more
                        bound.reschedule(min(latest, self._now() + job["seconds"] + SPARE))
                    elif line == APART:
                        bound.reschedule(latest)
                    else:
                        report.append(line)
        except (TimeoutError, SandboxError):
            return None
        told = [json.loads(line) for line in unsealed("\n".join(report), secret).splitlines()]
        if len({one["index"] for one in told}) != len(job["cases"]):
            return None
        output = "".join(f"{one['kind']:8} {one['name'][:200]}\n" for one in told)
        code = int(line.removeprefix("done "))
        return Execution(code, output, "", time.monotonic() - started, "exit", "\n".join(report))

    async def close(self) -> None:
        """End it. Whoever is cancelled meanwhile does not disturb its end, and may wait for it once more."""
        if not self._closed:
            self._closed = True
            self._task.cancel()
        await asyncio.wait([self._task])

    def _over(self, task: asyncio.Task[Execution]) -> None:
        self._folder.cleanup()
        if not task.cancelled():
            task.exception()  # whoever waits for a line has been told

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _line(self) -> str:
        """The next line that it says; `SandboxError` when it has ended."""
        line = await self._lines.get()
        if line is None:
            self._lines.put_nowait(None)
            raise SandboxError("The warm worker has ended.")
        return line

    async def _carried_out(self, sandbox: Sandbox) -> Execution:
        limits = Limits(wall_seconds=LIFE_SECONDS, cpu_seconds=int(LIFE_SECONDS))
        argv = ("python", "-P", "-m", "troupe_pool")
        command = Command(argv, limits=limits, tests=True, typed=self._typed())
        return await sandbox.run(command, Path(self._folder.name), self._hear)

    async def _typed(self) -> AsyncIterator[str]:
        while (text := await self._inputs.get()) is not None:
            yield text

    def _hear(self, text: str, error: bool) -> None:
        if not error:
            *lines, self._rest = (self._rest + text).split("\n")
            for line in lines:
                self._lines.put_nowait(line)


class PooledSandbox:
    """A sandbox whose trials are served by up to `size` warm workers; anything else runs as before.

    `close` ends the workers. It belongs to one event loop.
    """

    def __init__(self, real: Sandbox, size: int = 2) -> None:
        self._real = real
        self.name, self.isolated, self.description = real.name, real.isolated, real.description
        self._places = asyncio.Semaphore(size)
        self._idle: list[Worker] = []
        self._ending: list[Worker] = []
        self.served = self.run_again = 0

    async def run(self, command: Command, folder: Path, on_output: OnOutput) -> Execution:
        """See `contracts.Sandbox.run`. A trial sees nothing of the project's folder."""
        if TRIALS not in command.argv or not command.sealed or self._real.name not in WARM:
            return await self._real.run(command, folder, on_output)
        async with self._places:
            worker = self._idle.pop() if self._idle else Worker(self._real)
            async with AsyncExitStack() as ending:
                ending.push_async_callback(self._end, worker)
                execution = await worker.run(command)
                if execution is not None and worker.usable:
                    self._idle.append(worker)
                    ending.pop_all()
        if execution is None:
            self.run_again += 1
            return await self._real.run(command, folder, on_output)
        self.served += 1
        on_output(execution.output, False)
        return execution

    async def close(self) -> None:
        """End all workers, and wait for those whose end nobody waited for."""
        for worker in (*self._idle, *self._ending):
            await worker.close()
        self._idle.clear()

    async def _end(self, worker: Worker) -> None:
        self._ending.append(worker)
        await worker.close()
        self._ending.remove(worker)
