"""Does clarification ask where it should? `python -m tests.benchmarks.bench_clarify [--problems N] …`.

Each HumanEval problem comes in two versions: as it is, and without its examples and its key sentence. On both
the method `clarifygpt` is carried out for real (server, database, sandbox) with the simulated model of
`clarify_model`. Told are precision and recall of "asks", with the ambiguous version as the positive, the
questions a task, and how often the answer passes the problem's hidden tests.

What this shows: whether the inputs, their mutation, the grouping and the question do their work, how many
samples that takes, and what slips of the model cost. What it does not show: whether a real model's samples
disagree where a task is ambiguous, and whether its questions are good.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agents.plan import Plan
from tests.benchmarks.clarify_model import Ambiguous, Customer, Model, prepared
from tests.support.carrying_out import carry_out
from tests.support.humaneval import Problem, problems
from tests.support.ollama_server import OllamaServer
from tests.support.trying import tried

PROPOSED = 4
PATIENCE = 600.0  # seconds for one task: many samples, of which some may be endless


@dataclass
class Tally:
    """What was counted for one setting."""

    asked: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    right: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    tasks: int = 0
    calls: int = 0
    seconds: float = 0.0

    @property
    def precision(self) -> float:
        """Of the tasks that were asked about, the share that is ambiguous."""
        total = sum(self.asked.values())
        return self.asked[True] / total if total else 1.0

    @property
    def recall(self) -> float:
        """Of the ambiguous tasks, the share that was asked about."""
        return self.asked[True] / self.tasks if self.tasks else 0.0


@dataclass(frozen=True)
class Setting:
    """How the method is carried out."""

    samples: int
    inputs: int
    tolerated: int


def measured(subjects: Sequence[Ambiguous], setting: Setting, seed: int, slips: float) -> Tally:
    """Both versions of every problem."""
    tally = Tally(tasks=len(subjects))
    model = Model(seed, slips, PROPOSED)
    started = time.perf_counter()
    with OllamaServer(model) as server:
        for subject in subjects:
            model.subject = subject
            for vague in (True, False):
                with tempfile.TemporaryDirectory() as home:
                    _carry_out(subject, vague, setting, server.address, Path(home), tally)
        tally.calls = len(server.requests)
    tally.seconds = time.perf_counter() - started
    return tally


def _carry_out(
    subject: Ambiguous, vague: bool, setting: Setting, address: str, home: Path, tally: Tally
) -> None:
    customer = Customer()
    plan = Plan(
        idea=subject.vague if vague else subject.clear,
        workflow="clarifygpt",
        host=address,
        options={"samples": setting.samples, "inputs": setting.inputs, "tolerated": setting.tolerated},
        seed=len(subject.problem.task_id),
    )
    told = carry_out(plan, home, customer, within=PATIENCE)
    tally.asked[vague] += customer.asked
    tally.right[vague] += passes(subject, told.read("solution.py"), home)


def passes(subject: Ambiguous, code: str, folder: Path) -> bool:
    """Whether code passes the problem's hidden tests."""
    entry = subject.problem.entry_point
    [result] = tried(folder, code, entry, f"{subject.problem.test}\ncheck({entry})", seconds=10.0)
    return bool(result["kind"] == "passed")


def say(line: str) -> None:
    """Print one line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Print a line for each setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=40, help="how many, evenly spread; 164 are all")
    parser.add_argument("--samples", default="5", help="sample sizes, with commas")
    parser.add_argument("--tolerated", default="0", help="samples that may differ, with commas")
    parser.add_argument("--inputs", default=f"{PROPOSED},20", help="test inputs after mutation, with commas")
    parser.add_argument("--slips", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    every = problems()
    step = max(1, len(every) // min(chosen.problems, len(every)))
    picked = every[::step][: chosen.problems]
    with tempfile.TemporaryDirectory() as name:
        made = [prepared(problem, Path(name), _chance(chosen.seed, problem)) for problem in picked]
    subjects = [subject for subject in made if subject is not None]
    one = sum(1 / len(subject.readings) for subject in subjects) / len(subjects)
    subtle = sum(subject.subtlety for subject in subjects) / len(subjects)
    say(f"{len(subjects)} of {len(picked)} problems have a key sentence, literal tests and other readings;")
    say(f"the subtlest other reading differs on {subtle:.0%} of a problem's test inputs.")
    say(
        f"One sample alone would be right on {one:.0%} of the ambiguous, {1 - chosen.slips:.0%} of the clear."
    )
    say("samples inputs tolerated | precision recall | questions: ambiguous clear | right: ambiguous clear")
    for setting in _settings(chosen):
        tally = measured(subjects, setting, chosen.seed, chosen.slips)
        count = tally.tasks
        say(
            f"{setting.samples:7} {setting.inputs:6} {setting.tolerated:9} | "
            f"{tally.precision:9.1%} {tally.recall:6.1%} | "
            f"{tally.asked[True] / count:20.2f} {tally.asked[False] / count:5.2f} | "
            f"{tally.right[True] / count:16.1%} {tally.right[False] / count:5.1%}   "
            f"({tally.calls / count / 2:.1f} calls a task, {tally.seconds:.0f} s)"
        )
    return 0


def _chance(seed: int, problem: Problem) -> random.Random:
    return random.Random(f"{seed} {problem.task_id}")


def _settings(chosen: argparse.Namespace) -> list[Setting]:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(",")]

    return [
        Setting(samples, inputs, tolerated)
        for samples in numbers(chosen.samples)
        for inputs in numbers(chosen.inputs)
        for tolerated in numbers(chosen.tolerated)
    ]


if __name__ == "__main__":
    sys.exit(main())
