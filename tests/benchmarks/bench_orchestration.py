"""What a model call costs of our own: `python -m tests.benchmarks.bench_orchestration [--calls 500]`.

An agent is asked so many times in a whole run: prompt, journal, streamed events, store. The scripted server
has no latency and is a process of its own, so that its work does not count. Beside it stands what the bare
Ollama client costs for the same requests. Processor time of this process, the start of the run taken off by
a shorter one. Exit code 1 when the limit is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ollama import AsyncClient

from agents.plan import Plan
from tests.benchmarks.rows import Row, shown
from tests.support.carrying_out import carry_out
from tests.support.killing import with_methods
from tests.support.ollama.scripted import ChatCall, Scripted

LIMIT = 2.0  # milliseconds of CPU a call, the HTTP client's own taken off
CHARACTERS = 8_000
REPEATS = 3  # the least of them counts: a busy machine makes the others longer
MODEL = "scripted:7b"
REPLY = "def part():\n    return 1\n" * 20


def reply(_: ChatCall) -> Scripted:
    """Half a kilobyte in a few lines of the stream."""
    return Scripted(REPLY, chunk=64)


@contextmanager
def server() -> Iterator[str]:
    """The scripted server in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.support.ollama_server", "--script", f"{__spec__.name}:reply"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def of_a_run(host: str, calls: int) -> float:
    """Seconds of CPU that a run with so many calls takes."""
    with tempfile.TemporaryDirectory() as name:
        options = {"rounds": calls, "characters": CHARACTERS}
        plan = Plan(
            idea="Parts", workflow="calls", options=options, host=host, model=MODEL, out=f"{name}/out"
        )
        begun = time.process_time()
        assert carry_out(plan, Path(name) / "home").outcome.passed
        return time.process_time() - begun


async def of_the_client(host: str, calls: int) -> float:
    """Seconds of CPU that the bare client takes for the same requests."""
    client = AsyncClient(host)
    begun = time.process_time()
    for number in range(calls):
        prompt = f"Part {number} of Parts: ".ljust(CHARACTERS, "x")
        messages = [{"role": "system", "content": "You are Programmer."}, {"role": "user", "content": prompt}]
        async for _ in await client.chat(MODEL, messages, stream=True, options={"num_ctx": 16384}):
            pass
    return time.process_time() - begun


def rows(quick: bool) -> Iterator[Row]:
    """A call's own CPU."""
    yield measured(250 if quick else 500)


def measured(calls: int) -> Row:
    """What one of so many calls costs."""
    with_methods()
    few = max(1, calls // 10)
    with server() as host:
        of_a_run(host, few)  # imports
        whole, start = (min(of_a_run(host, number) for _ in range(REPEATS)) for number in (calls + few, few))
        bare = min(asyncio.run(of_the_client(host, calls)) for _ in range(REPEATS))
    per_call, client = (whole - start) / calls * 1000, bare / calls * 1000
    beside = f"{per_call:.2f} ms in all, of which the Ollama client alone takes {client:.2f}"
    return Row("CPU of our own a model call", per_call - client, LIMIT, "ms", beside=beside)


def main() -> int:
    """Measure, print, and say by the exit code whether the limit is kept."""
    parser = argparse.ArgumentParser(description="What a model call costs of our own.")
    parser.add_argument("--calls", type=int, default=500)
    return shown([measured(parser.parse_args().calls)])


if __name__ == "__main__":
    sys.exit(main())
