"""How long the command line takes to start: `python -m tests.benchmarks.bench_commands`.

Each command is run as a user runs it, in a home of its own, with no model server and compiled modules, in
turns with the bare interpreter. The least counts, of two times: the clock's, which other people's work makes
longer, and the processor's with that of the programs it starts, which counts twice what happens at the same
time. Then each is run once more under `-X importtime`: no heavy module is imported. What carries runs out, or
tells the methods' options, loads the whole engine and has a limit of its own; it is measured until it says
that no server answers. Exit code 1 when a limit is missed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from tests.benchmarks.rows import Row, shown

LIMIT, ENGINE_LIMIT = 150.0, 350.0  # milliseconds
NOWHERE = "127.0.0.1:1"
COMMANDS = (
    ("--help",),
    ("runs",),
    ("companies",),
    ("models", "--host", NOWHERE),
    ("doctor", "--host", NOWHERE),
)
ENGINE = (
    ("workflows",),
    ("solve", "Double a number.", "--host", NOWHERE),
    ("build", "A calculator", "--host", NOWHERE),
)
HEAVY = {
    *("PySide6", "qasync", "pydantic", "ollama", "httpx", "tree_sitter", "sklearn", "numpy", "pytest"),
    *("dulwich", "sqlite_utils", "markdown_it", "pygments", "doctest"),
}
ROOT = Path(__file__).parents[2]


def started(environment: dict[str, str], *arguments: str) -> str:
    """Run the interpreter; what it said on standard error."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stderr


def cost(environment: dict[str, str], *arguments: str) -> tuple[float, float]:
    """Milliseconds of the processor and of the clock that a start takes."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    started(environment, *arguments)
    after, clock = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter() - begun
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken * 1000, clock * 1000


def imported(told: str) -> set[str]:
    """The first names of the modules of which `-X importtime` told."""
    lines = [line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")]
    return {name.partition(".")[0] for name in lines}


def environment_in(home: str) -> dict[str, str]:
    """A home of its own, in which modules stay compiled."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "OLLAMA_HOST", "XDG_DATA_HOME", "TROUPE_CACHE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    own = {"TROUPE_HOME": f"{home}/troupe", "PYTHONPYCACHEPREFIX": f"{home}/compiled"}
    return kept | own | {"TROUPE_PATIENCE": "0"}


def rows(quick: bool) -> Iterator[Row]:
    """Every command's start."""
    times = 7 if quick else 21
    with tempfile.TemporaryDirectory() as home:
        environment = environment_in(home)
        for command in (*COMMANDS, *ENGINE):
            program = ("-m", "app", *command)
            for _ in range(2):  # compiles the modules, makes what is made once
                started(environment, *program)
            turns = [(cost(environment, "-c", ""), cost(environment, *program)) for _ in range(times)]
            bare = min(min(alone) for alone, _ in turns)
            cpu, clock = (min(ours[which] for _, ours in turns) for which in (0, 1))
            name = f"troupe {command[0]}"
            beside = f"CPU {cpu:.0f} ms, clock {clock:.0f} ms; bare interpreter {bare:.0f} ms"
            limit = ENGINE_LIMIT if command in ENGINE else LIMIT
            yield Row(f"start of `{name}`", min(cpu, clock), limit, "ms", beside=beside)
            if command in ENGINE:
                continue
            heavy = sorted(imported(started(environment, "-X", "importtime", *program)) & HEAVY)
            yield Row(f"heavy imports of `{name}`", len(heavy), 0, "", beside=", ".join(heavy))


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
