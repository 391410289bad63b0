"""A simulated model that reads HumanEval as the prompt lets it: for measuring when clarification asks.

It knows of each problem the reference and other readings: mutants that differ from it, on as few of the
tests' inputs as could be found. It writes the reference when the problem's key sentence stands in its prompt,
but for slips; without that sentence it takes any of the readings, each as likely. What it does depends on the
prompt and the request's seed alone.
"""

from __future__ import annotations

import ast
import itertools
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.clarifying.inputs import arguments_in, call_of
from agents.contracts import Answer, Question
from agents.tasks import with_docstring
from agents.trials import Observation, alike
from tests.support.humaneval import Problem
from tests.support.mutants import mutants
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.solver import written
from tests.support.trying import behaviour

TRIES = 8  # mutants of a problem that are tried as readings
EXAMPLE = re.compile(r"^\s*(>>>|\w+\(.*\)\s*(==?>?|-+>|➞|→)|(for )?examples?\b|e\.?g\b)", re.IGNORECASE)
READING = re.compile(r"as reading (\d+)")


@dataclass(frozen=True)
class Ambiguous:
    """A problem in two versions. `readings` begin with the reference; `calls` are inputs of its tests.

    `subtlety` is the share of these inputs on which the subtlest other reading differs.
    """

    problem: Problem
    clear: str
    vague: str
    key: str
    calls: tuple[str, ...]
    readings: tuple[str, ...]
    subtlety: float


def prepared(problem: Problem, folder: Path, chance: random.Random, most: int = 2) -> Ambiguous | None:
    """The problem with up to `most` other readings; None when it has no key sentence, inputs or readings."""
    prose, key = key_sentence(problem)
    calls = [
        call_of(problem.entry_point, arguments) for arguments in arguments_in([problem.test], "candidate")
    ][:20]
    if not key or len(calls) < 4:
        return None
    right = _seen(folder, problem.reference, problem.entry_point, calls)
    if not all(seen.kind == "value" for seen in right):
        return None
    found: list[tuple[float, str, tuple[Observation, ...]]] = []
    tries = itertools.islice(mutants(problem.reference, problem.entry_point, chance), TRIES)
    for mutant in tries:
        seen = _seen(folder, mutant, problem.entry_point, calls)
        other = sum(not alike(*pair) for pair in zip(seen, right, strict=True)) / len(calls)
        known = any(_alike(seen, earlier) for _, _, earlier in found)
        if other and not known and all(one.kind == "value" for one in seen):
            found.append((other, mutant, seen))
    if not found:
        return None
    found.sort(key=lambda one: one[0])  # the subtlest readings: they differ on the fewest inputs
    readings = (problem.reference, *(mutant for _, mutant, _ in found[:most]))
    words = prose.replace(key, "").strip() or f"Write {problem.entry_point}."
    vague = with_docstring(problem.prompt, problem.entry_point, words)
    return Ambiguous(problem, problem.prompt, vague, key, tuple(calls), readings, found[0][0])


def key_sentence(problem: Problem) -> tuple[str, str]:
    """The docstring's prose without its examples, and of this the longest sentence: what says most.

    [ours] Nothing in the data says which sentence a problem cannot do without.
    """
    tree = ast.parse(problem.prompt)
    function = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == problem.entry_point
    )
    lines: list[str] = []
    for line in (ast.get_docstring(function) or "").splitlines():
        if EXAMPLE.match(line):
            break
        lines.append(line)
    prose = " ".join(" ".join(lines).split())
    sentences = [found.strip() for found in re.split(r"(?<=[.!?;:])\s+", prose) if len(found.split()) > 3]
    return prose, max(sentences, key=len, default="")


def _seen(folder: Path, code: str, entry: str, calls: Sequence[str]) -> tuple[Observation, ...]:
    return tuple(behaviour(folder, code, entry, calls, seconds=1.0))


def _alike(one: Sequence[Observation], other: Sequence[Observation]) -> bool:
    return all(map(alike, one, other))


class Model:
    """Replies for one problem at a time.

    `slips`: how often a sample of a clear task is wrong all the same; `proposed`: the inputs it thinks of.
    """

    def __init__(self, seed: int, slips: float, proposed: int) -> None:
        self._seed = seed
        self._slips = slips
        self._proposed = proposed
        self.subject: Ambiguous | None = None

    def __call__(self, call: ChatCall) -> Scripted:
        assert self.subject is not None
        subject, prompt = self.subject, "\n".join(message["content"] for message in call.messages)
        chance = random.Random(f"{self._seed} {subject.problem.task_id} {call.options.get('seed')}")
        match call.title:
            case "TestInputs":
                proposed = chance.sample(subject.calls, min(self._proposed, len(subject.calls)))
                return _typed({"calls": proposed})
            case "AmbiguityQuestion":
                return _typed(
                    {
                        "difference": "They differ.",
                        "question": "Which one is meant?",
                        "readings": shown(subject, prompt),
                    }
                )
            case "RefinedTask":
                answer = READING.search(prompt.partition("The answer:")[2])
                return _typed({"requirement": f"Write it as reading {answer.group(1) if answer else 0}."})
            case _:
                return Scripted(written(subject.readings[self._reading(subject, prompt, chance)]))

    def _reading(self, subject: Ambiguous, prompt: str, chance: random.Random) -> int:
        """Which reading a programmer takes, by what the prompt says."""
        if told := READING.search(prompt):
            return int(told.group(1))
        everything = range(len(subject.readings))
        if " ".join(subject.key.split()) not in " ".join(prompt.split()):
            return chance.choice(everything)
        return chance.choice(everything[1:]) if chance.random() < self._slips else 0


def shown(subject: Ambiguous, prompt: str) -> list[str]:
    """The readings whose code the prompt shows, in its order."""
    places = [(prompt.find(code.strip()), number) for number, code in enumerate(subject.readings)]
    return [f"as reading {number}" for place, number in sorted(places) if place >= 0]


class Customer:
    """Wants the reference: takes the option that stands for it, or says so."""

    def __init__(self) -> None:
        self.asked = 0

    async def answer(self, question: Question) -> Answer:
        """What the customer says."""
        self.asked += 1
        return Answer("as reading 0")


def _typed(answer: object) -> Scripted:
    return Scripted(json.dumps(answer))
