"""Compiles and runs the tests of a C or C++ project, each file a program of its own.

    troupe_c TEST... -- COMPILER OPTION... SOURCE...    each TEST is compiled with the rest and run
    troupe_c --make TARGET                              the Makefile's target, in a copy of the project

A test that prints in TAP (`ok 1 - adds`, `not ok 2 - divides`) is told line by line, any other one by how
it ends.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from troupe_children import EACH, SECONDS, Done, build_folder, ended, report, run
from troupe_tests import Report

TAP = re.compile(
    r"^(not ok|ok)\b(?:\s+\d+)?(?:\s+-)?\s*([^#\n]*?)\s*(#\s*skip.*)?$", re.IGNORECASE | re.MULTILINE
)


def main(arguments: list[str]) -> int:
    """Run the tests; the exit code."""
    told = report()
    if arguments[:1] == ["--make"]:
        _make(arguments[1], told)
    else:
        at = arguments.index("--")
        for test in arguments[:at]:
            _test(test, arguments[at + 1 :], told)
    return int(ended(told))


def _test(test: str, compiling: list[str], told: Report) -> None:
    program = build_folder() / "tests" / Path(test).with_suffix("")
    program.parent.mkdir(parents=True, exist_ok=True)
    libraries = [part for part in compiling if part.startswith("-l")]
    others = [part for part in compiling if part not in libraries]
    folder = Path(test).parent
    built = run([*others, f"-I{folder}", "-o", str(program), test, *libraries], seconds=SECONDS)
    if built.code != 0:
        told.add(test, "failed", f"It could not be compiled.\n{built.output}")
        return
    _tell(test, run([str(program)], seconds=EACH), told)


def _make(target: str, told: Report) -> None:
    copy = build_folder() / "make"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(Path.cwd(), copy, ignore=shutil.ignore_patterns(".git"), symlinks=True)
    _tell(f"make {target}", run(["make", target], seconds=SECONDS, folder=copy), told)


def _tell(name: str, done: Done, told: Report) -> None:
    lines = TAP.findall(done.output)
    for outcome, what, skipped in lines:
        state = "skipped" if skipped else "passed" if outcome.lower() == "ok" else "failed"
        told.add(f"{name}::{what or outcome}", state, done.output if state == "failed" else "")
    failed_in_tap = any(outcome.lower() != "ok" and not skipped for outcome, _, skipped in lines)
    if done.trouble and not failed_in_tap:
        told.add(name, "failed", f"{done.output}\n{done.trouble}")
    elif not lines:
        told.add(name, "passed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
