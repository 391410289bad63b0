"""Programs that really fail in the sandbox, and the faults that this is routed to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agents.codegraph import CodeGraph
from agents.contracts import Command, Limits
from agents.programs import read_report
from agents.routing import Fault, Router
from agents.sandboxes import best_sandbox
from tests.support.sandboxes import run, write

QUICK = Limits(wall_seconds=20)


def router(files: Mapping[str, str], past: tuple[str, ...] = ()) -> Router:
    """A router over a project of `files`, which once had those of the paths `past`."""
    return Router(files, CodeGraph(files), past)


def of_program(
    folder: Path, files: Mapping[str, str], *argv: str, limits: Limits = QUICK, past: tuple[str, ...] = ()
) -> Fault:
    """The first fault of a program that is really run and fails."""
    command = Command(argv or ("python", "main.py"), limits=limits)
    execution = run(best_sandbox(), write(folder, files), command)
    assert execution.ended_by != "exit" or execution.exit_code != 0, execution.output
    faults = router(files, past).of_program(execution)
    assert all(path in files for fault in faults for path in fault.files)
    return faults[0]


def of_tests(folder: Path, files: Mapping[str, str]) -> list[Fault]:
    """The faults of a project's tests, which are really run."""
    command = Command(("python", "-m", "troupe_tests"), tests=True, limits=QUICK)
    execution = run(best_sandbox(), write(folder, files), command)
    return router(files).of_tests(read_report(execution), execution)
