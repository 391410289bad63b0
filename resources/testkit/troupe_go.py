"""Runs the tests of a Go project; the arguments are packages, or the files of one.

`go test -json` tells each event as a JSON object; what the tests print is passed on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from troupe_children import SECONDS, ended, report, variables
from troupe_tests import Report

FUNCTION = re.compile(r"^func\s+(Test\w*|Example\w*|Fuzz\w*)\s*\(", re.MULTILINE)


def main(packages: list[str]) -> int:
    """Run the tests; the exit code."""
    told = report()
    command = ["go", "test", "-json", "-vet=off", "-p=2", f"-timeout={int(SECONDS)}s", *packages]
    process = subprocess.Popen(
        command, env=variables(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    results = Results(told)
    assert process.stdout is not None
    for raw in process.stdout:
        results.take(raw.decode("utf-8", "replace"))
    code = process.wait()
    if code != 0 and not told.failed:
        told.add("the tests", "failed", "".join(results.loose))
    return int(ended(told))


class Results:
    """The events of a test run, put together."""

    def __init__(self, told: Report) -> None:
        self._told = told
        self._where = _files_of_tests()
        self._said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._failed: set[str] = set()
        self.loose: list[str] = []  # what belongs to no test: a compiler's complaints

    def take(self, line: str) -> None:
        """One line of output."""
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict) or "Action" not in event:
            sys.stdout.write(line)
            self.loose.append(line)
            return
        package, test = str(event.get("Package", event.get("ImportPath", ""))), str(event.get("Test", ""))
        match event["Action"]:
            case "output" | "build-output":
                sys.stdout.write(str(event["Output"]))
                self._said[package.partition(" ")[0], test].append(str(event["Output"]))
                if not test:
                    self.loose.append(str(event["Output"]))
            case "pass" | "fail" | "skip" as action if test:
                self._end(package, test, action)
            case "fail" if package not in self._failed:
                said = "".join(self._said[package, ""])
                self._told.add(package, "failed", "".join(self.loose) if "[setup failed]" in said else said)

    def _end(self, package: str, test: str, action: str) -> None:
        outcome = {"pass": "passed", "fail": "failed", "skip": "skipped"}[action]
        lines = [line for line in self._said[package, test] if not line.startswith("=== ")]
        said = "".join(lines) if outcome != "passed" else ""
        if outcome == "failed":
            # A test fails because a part of it did: that part is told, not the whole.
            if any(name.startswith(f"{test}/") for name in self._failed):
                return
            self._failed |= {package, test}
            said += "".join(
                line for line in self._said[package, ""] if "panic" in line or "goroutine" in line
            )
        file = self._where.get(test.partition("/")[0], package)
        self._told.add(f"{file}::{test}", outcome, said)


def _files_of_tests() -> dict[str, str]:
    """For each test function the path of its file."""
    found: dict[str, str] = {}
    for path in sorted(Path().rglob("*_test.go")):
        for name in FUNCTION.findall(path.read_text(encoding="utf-8", errors="replace")):
            found.setdefault(name, path.as_posix())
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
