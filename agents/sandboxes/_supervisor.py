"""Runs one program and watches over it: time, memory, number of processes, output, and its end.

What differs between sandboxes is how the program is started (`Launch`) and which processes are its own
(`Family`). Nothing here blocks the event loop; the program is started from the loop's own thread, which
lives as long as the run: bubblewrap's `--die-with-parent` follows the thread that started it.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agents.contracts import Command, EndedBy, Execution, OnOutput
from agents.errors import SandboxError
from agents.sandboxes._disk import Disk
from agents.sandboxes._output import Transcript
from agents.sandboxes._processes import proportional, resident, send

WATCH_SECONDS = 0.05
GRACE_SECONDS = 0.5  # between the polite signal and the last one
TELLS_ITS_STACK = "PYTHONFAULTHANDLER"  # a Python that has it set does so when it is aborted
PIPE_SECONDS = 1.0  # how long output may still come after every process has gone
END_ROUNDS = 60


class Family(Protocol):
    """Every process of one program, however it was started."""

    def members(self) -> list[int]:
        """The program's own processes, without those of the sandbox."""

    def kill(self) -> None:
        """End all of them at once."""

    def gone(self) -> bool:
        """None of them is left."""

    def exit_code(self, returncode: int) -> int:
        """The program's own exit code; `SandboxError` when the sandbox did not get as far as starting it."""


class Process(Protocol):
    """What is used of `asyncio.subprocess.Process`."""

    @property
    def stdin(self) -> asyncio.StreamWriter | None:
        """Where its input is written."""

    @property
    def stdout(self) -> asyncio.StreamReader | None:
        """Where its output is read."""

    @property
    def stderr(self) -> asyncio.StreamReader | None:
        """Where its errors are read."""

    @property
    def pid(self) -> int:
        """Its number, which nobody else gets while `returncode` is None."""

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it has not."""

    async def wait(self) -> int:
        """Wait for its end."""

    async def communicate(self) -> tuple[bytes, bytes]:
        """Read its output to the end, and wait for that."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a program is started. `family` gets the number of the process that this starts.

    `flags` are those of Windows for a new process. `start` starts it in another way than asyncio's own.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    family: Callable[[int], Family]
    pass_fds: tuple[int, ...] = ()
    flags: int = 0
    start: Callable[[], Awaitable[Process]] | None = None


async def supervise(launch: Launch, command: Command, on_output: OnOutput) -> Execution:
    """Run `command` as `launch` says; returns when the program and all that it started have gone."""
    started = time.monotonic()
    process = await _start(launch)
    family = launch.family(process.pid)
    disk = Disk(launch.cwd, command.limits, *command.writable)
    transcript = Transcript(command.limits.output, on_output)
    assert process.stdin and process.stdout and process.stderr
    pipes = [
        asyncio.create_task(transcript.follow(process.stdout, False)),
        asyncio.create_task(transcript.follow(process.stderr, True)),
    ]
    feeding = asyncio.create_task(_feed(process.stdin, command))
    try:
        ended_by = await _watch(process, family, transcript, disk, command)
        if ended_by in ("timeout", "settled"):
            hangs = ended_by == "timeout" and TELLS_ITS_STACK in command.env
            await _ask_to_end(process, family, signal.SIGABRT if hangs else signal.SIGTERM)
    finally:
        await _end(process, family)
        await disk.close()
        feeding.cancel()  # nobody is left to read what may still be typed
        await asyncio.wait(pipes, timeout=PIPE_SECONDS)
        for pipe in pipes:
            pipe.cancel()
        await asyncio.gather(*pipes, feeding, return_exceptions=True)
    transcript.close()
    seconds = time.monotonic() - started
    if ended_by != "exit":
        return Execution(None, transcript.output, transcript.errors, seconds, ended_by)
    try:
        code = family.exit_code(process.returncode or 0)
    except SandboxError as error:
        raise SandboxError(error.message, error.hint, transcript.errors or error.detail) from error
    return Execution(
        code, transcript.output, transcript.errors, seconds, ended_by="signal" if code < 0 else "exit"
    )


async def _start(launch: Launch) -> Process:
    """The started process. Cancelled while it starts, it is ended before this returns: it is nobody's yet."""
    starting = asyncio.ensure_future(_started(launch))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(SandboxError):
            process = await starting
            if process.stdin:
                process.stdin.close()
            await _end(process, launch.family(process.pid))
            with suppress(TimeoutError):  # its pipes are read to their end, which closes them
                await asyncio.wait_for(process.communicate(), PIPE_SECONDS)
        raise


async def _started(launch: Launch) -> Process:
    if launch.start:
        return await launch.start()
    try:
        return await asyncio.create_subprocess_exec(
            *launch.argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=launch.cwd,
            env=launch.env,
            start_new_session=True,
            pass_fds=launch.pass_fds,
            creationflags=launch.flags,
        )
    except (OSError, ValueError) as error:
        if not launch.cwd.is_dir():
            raise SandboxError(
                f"The folder {launch.cwd} is gone.", "Continue the run: it writes the project's files again."
            ) from error
        raise SandboxError(f"The program '{launch.argv[0]}' could not be started: {error}.") from error


async def _feed(stdin: asyncio.StreamWriter, command: Command) -> None:
    """Give the program its input and then the end of it; a program need not read it."""
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            await _give(stdin, command.stdin)
            if command.typed is not None:
                async for text in command.typed:
                    await _give(stdin, text)
    finally:
        stdin.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.wait_closed()


async def _give(stdin: asyncio.StreamWriter, text: str) -> None:
    if text:
        stdin.write(text.encode("utf-8", "replace"))
        await stdin.drain()


async def _watch(
    process: Process, family: Family, transcript: Transcript, disk: Disk, command: Command
) -> EndedBy:
    """Wait until the program ends or has to be ended, and say why."""
    now = asyncio.get_running_loop().time
    patience = command.limits.wall_seconds
    if command.stays_open:
        patience = min(patience, command.settle_seconds)
    deadline = now() + patience
    exited = asyncio.ensure_future(process.wait())
    try:
        while True:
            await asyncio.wait({exited}, timeout=max(0.0, min(WATCH_SECONDS, deadline - now())))
            # Some versions of asyncio let `wait` go on while a child of the program holds its output open.
            if exited.done() or process.returncode is not None:
                return await disk.exceeded(at_once=True) or "exit"
            if now() >= deadline:
                return "settled" if command.stays_open else "timeout"
            if transcript.endless:
                return "output"
            if reason := _exceeded(family.members(), command):
                return reason
            if too_much := await disk.exceeded():
                return too_much
    finally:
        exited.cancel()


def _exceeded(members: list[int], command: Command) -> EndedBy | None:
    """What the program holds too much of. The kernel limits only single processes, so all are summed."""
    if len(members) > command.limits.processes:
        return "processes"
    # The quick figure counts shared memory for each process; only when it is too high the exact one is read.
    if resident(members) > command.limits.memory and proportional(members) > command.limits.memory:
        return "memory"
    return None


async def _ask_to_end(process: Process, family: Family, how: signal.Signals) -> None:
    send(family.members(), how)
    for _ in range(int(GRACE_SECONDS / 0.01)):
        if process.returncode is not None:
            return
        await asyncio.sleep(0.01)


async def _end(process: Process, family: Family) -> None:
    """End whatever is left. The first round happens at once, even in a task that is being cancelled."""
    for attempt in range(END_ROUNDS):
        family.kill()
        if process.returncode is not None and family.gone():
            return
        await asyncio.sleep(min(0.05, 0.001 * 2**attempt))
