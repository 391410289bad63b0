"""Runs tests written for Node's own test runner; the arguments are their files.

The results come through a reporter of ours (`troupe_node.mjs`) that writes one JSON object a line.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from troupe_children import EACH, ended, report, run
from troupe_tests import Report


def main(files: list[str]) -> int:
    """Run the tests; the exit code."""
    told = report()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results")
        results.touch()
        reporter = Path(__file__).with_name("troupe_node.mjs").as_uri()
        options = [
            *("--test-reporter=spec", "--test-reporter-destination=stdout"),
            *(f"--test-reporter={reporter}", f"--test-reporter-destination={results}"),
        ]
        done = run(["node", "--test", *_timeout(), *options, *files], seconds=EACH * 3)
        _read(results, told)
    if not told.failed and done.code != 0:
        told.add("the tests", "failed", f"{done.output}\n{done.trouble}")
    return int(ended(told))


def _timeout() -> list[str]:
    """How Node is told to end a test that hangs, since 20.11; before, all tests are ended with it."""
    version = run(["node", "--version"], show=False).output.strip().lstrip("v").split(".")
    new = tuple(int(part) for part in version[:2] if part.isdigit()) >= (20, 11)
    return [f"--test-timeout={EACH * 1000:.0f}"] if new else []


def _read(results: Path, told: Report) -> None:
    """The results in their order. A file of tests is a test itself: it counts when nothing in it does."""
    here = f"{Path.cwd()}/"
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    inner = {line["file"] for line in lines if not line["whole"]}
    failed = {line["file"] for line in lines if not line["whole"] and line["outcome"] == "failed"}
    for line in lines:
        path = line["file"].removeprefix(here)
        if not line["whole"]:
            told.add(f"{path}::{line['name']}", line["outcome"], line["message"])
        elif line["outcome"] == "failed" and line["file"] not in failed:
            told.add(path, "failed", line["message"])
        elif line["file"] not in inner and line["outcome"] == "passed":
            told.add(path, "passed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
