"""Are all references judged right and all wrong programs wrong? `python -m tests.campaigns.references`.

HumanEval's solutions and QuixBugs' corrections must pass their hidden tests as the bench runs them, in the
sandbox; an empty body and QuixBugs' bugs must fail. The exit code is 1 when one of them is judged wrongly.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

from agents.bench import load_problems
from tests.support.humaneval import shared_data
from tests.support.trying import tried

SLOW = frozenset({"knapsack", "levenshtein"})  # have a case that is slow even when correct


def judged_humaneval(data: Path, folder: Path, step: int = 1) -> list[str]:
    """The problems that are judged wrongly, of every `step`-th one."""
    path = data / "humaneval" / "HumanEval.jsonl"
    rows = {row["task_id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    wrongly: list[str] = []
    for problem in load_problems(path)[::step]:
        row = rows[problem.key]
        right, wrong = row["prompt"] + row["canonical_solution"], f"{row['prompt']}    return None\n"
        for code, expected in ((right, True), (wrong, False)):
            [result] = tried(folder, code, problem.task.entry_point, *problem.tests)
            if (result["kind"] == "passed") is not expected:
                wrongly.append(f"{problem.key}: {result}")
    return wrongly


def judged_quixbugs(data: Path, folder: Path, only: Collection[str] = ()) -> list[str]:
    """The programs that are judged wrongly, of those named or all."""
    wrongly: list[str] = []
    for problem in load_problems(data / "quixbugs"):
        name = problem.task.entry_point
        if only and name not in only:
            continue
        for part, expected in (("correct_python_programs", True), ("python_programs", False)):
            code = (data / "quixbugs" / part / f"{name}.py").read_text("utf-8")
            seconds = 5.0 if expected else 1.0
            results = tried(folder, code, name, *problem.tests, seconds=seconds)
            kinds = [result["kind"] for result in results]
            passed = all(kind == "passed" for kind in kinds)
            if expected and name in SLOW:
                passed = all(kind in ("passed", "timeout") for kind in kinds)
            if passed is not expected:
                wrongly.append(f"{problem.key}: {part} gives {kinds}")
    return wrongly


def main() -> int:
    """Print what is judged wrongly, and how long it took."""
    data = shared_data()
    if data is None:
        sys.stdout.write("The shared data is not there; name its folder in TROUPE_SHARED.\n")
        return 1
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        wrongly = [*judged_humaneval(data, Path(name)), *judged_quixbugs(data, Path(name))]
    for line in wrongly:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(wrongly)} judged wrongly, in {time.monotonic() - started:.0f} s\n")
    return int(bool(wrongly))


if __name__ == "__main__":
    sys.exit(main())
