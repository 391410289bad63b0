"""Every hostile program in every sandbox of this machine: `python -m tests.hostile [SANDBOX...]`.

Prints a line a program: which it is, in which sandbox, what stopped it, and the verdict that the user and the
team read. Each runs by itself, within its limits; all together take about a minute a sandbox. The exit code
is 1 when one got through, or when the victims show damage.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agents.bench.pool import WARM
from agents.contracts import Sandbox
from agents.judging import judge
from agents.registry import sandboxes
from tests.hostile.aftermath import AFTERMATHS
from tests.hostile.attempts import ATTEMPTS
from tests.hostile.programs import PROGRAMS
from tests.hostile.running import carry_out, try_alone
from tests.hostile.victims import victims
from tests.hostile.warm import CANDIDATES, try_warm

Row = tuple[str, str, bool, str]  # what, stopped by, whether it was, verdict


def say(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def rows(sandbox: Sandbox, folder: Path) -> Iterator[Row]:
    """Carry out everything in one sandbox; at last what the victims show."""
    project = folder / "project"
    project.mkdir()
    with victims(folder, project) as found:
        for attempt in ATTEMPTS:
            told = try_alone(sandbox, project, found, attempt)
            yield attempt.what, attempt.layer, told.stopped, told.verdict
        for program in PROGRAMS:
            command, execution = carry_out(sandbox, project, program)
            verdict = judge(command, execution)
            layer = "watch" if execution.exit_code is None else "limits"
            yield program.what, layer, not verdict.passed, verdict.reason
        for what, (layer, leave) in AFTERMATHS.items():
            place = project / f"after-{layer}"
            place.mkdir()
            told = leave(sandbox, place)
            yield what, layer, told.stopped, told.verdict
        if sandbox.name in WARM:
            for candidate in CANDIDATES:
                told = try_warm(sandbox, project, candidate)
                yield candidate.what, "warm", told.stopped, told.verdict
        damage = found.damage()
        yield "after all of them", "", not damage, "; ".join(damage) or "Nothing outside was reached."


def main(names: list[str]) -> int:
    """Print the table; see above for the exit code."""
    through = 0
    for kind in sandboxes():
        if names and kind.name not in names:
            continue
        if refusal := kind.probe():
            say(f"{kind.name}: cannot be used here. {refusal}")
            continue
        sandbox = kind.build()
        if not sandbox.isolated:
            say(f"{kind.name}: contains nothing, so nothing hostile is run in it.")
            continue
        with tempfile.TemporaryDirectory(prefix="troupe-hostile-") as folder:
            for what, layer, stopped, verdict in rows(sandbox, Path(folder)):
                mark = "stopped" if stopped else "THROUGH"
                say(f"{mark}  {kind.name:<11} {layer:<10} {what:<38} {verdict}")
                through += not stopped
    say(f"{through} got through.")
    return int(through > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
