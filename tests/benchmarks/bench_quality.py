"""How much of its prompts a method reads twice, and what a solved problem takes: before and after a change.

    python -m tests.benchmarks.bench_quality --save after.json --against before.json

The methods solve HumanEval's problems with the simulated model, one after the other. Its luck depends on the
role, the form and how often it was asked, not on the words of the prompt: what differs between two versions
of the engine is what they do, and the comparison is a paired one (the same problems, models and luck).

`cached` is the share of the prompts' tokens that stood at the beginning of what one slot read and wrote for
the request before (1 slot), or of any of the four before (4 slots). `again` is the same, with one slot, of
the prompts of a role that was asked before in the run, which is where a method iterates. The seconds are
those of a machine with one slot that reads 400 tokens a second, except what is cached, and writes 35. After
its code the model explains it in `--essay` tokens, as models do; an engine that ends the reply does not pay
for them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

from agents.bench import Bench, BenchPlan, Cell, Problem
from agents.contracts import Sandbox
from agents.sandboxes import best_sandbox
from agents.store.store import Store
from tests.benchmarks.bench_methods import RESAMPLED, SETTINGS, Setting, lift, say, subjects
from tests.benchmarks.simulated import Known, SimulatedModel, Skill
from tests.benchmarks.simulated.remembering import RememberingSandbox
from tests.support.ollama.scripted import (
    CHARACTERS_PER_TOKEN,
    ChatCall,
    Scripted,
    common_start,
    count_tokens,
)
from tests.support.ollama_server import OllamaServer

READS, WRITES = 400.0, 35.0  # tokens a second
SLOTS = (1, 4)
ESSAY = " In this way each argument is taken once, and the special cases fall out by themselves."
MORE = (Setting("codegen", "codegen", {}), Setting("clarifygpt", "clarifygpt", {}))
HEAD = "| method | pass@1 | calls | read | cached, 1 slot | 4 slots | again | written | s a solved problem |"
COMPARED = (
    "| method | pass@1 before → after | difference (95 %) | tokens a solved problem | seconds a solved one |"
)


class PairedModel(SimulatedModel):
    """The simulated model with a luck that no wording changes, and an explanation after its code."""

    def __init__(self, known: Sequence[Known], skill: Skill, seed: int, essay: int) -> None:
        super().__init__(known, skill, seed)
        self._essay = essay
        self._times: Counter[str] = Counter()
        self._asker = ""

    def __call__(self, call: ChatCall) -> Scripted:
        """The reply to a request, a token a line."""
        self._asker = f"{call.role} {call.title} {call.options.get('seed', '')}"
        said = super().__call__(call)
        if self._essay and said.content.rstrip().endswith("```"):
            said.content = f"{said.content}\nThis is how it works.{ESSAY * (self._essay * 4 // len(ESSAY))}\n"
        said.chunk = CHARACTERS_PER_TOKEN
        return said

    def _anew(self, known: Known, prompt: str) -> random.Random:
        mark = f"{known.key} {self._asker}"
        self._times[mark] += 1
        return self._chance(known, mark, str(self._times[mark]))


@dataclass
class Solved:
    """An answer with what it cost; `cached` are tokens by the number of slots.

    `again` and `again_cached` are the tokens of the prompts of roles that were asked before.
    """

    problem: str
    sample: int
    passed: bool
    calls: int
    prompt_tokens: int
    output_tokens: int
    cached: dict[str, int]
    again: int = 0
    again_cached: int = 0

    @property
    def seconds(self) -> float:
        """On the machine with one slot."""
        return (self.prompt_tokens - self.cached["1"]) / READS + self.output_tokens / WRITES


def prompts_of(store: Store, run: int) -> Iterator[tuple[str, str, int]]:
    """The model's calls of a run in their order: prompt, reply, tokens written."""
    for step in store.steps(run):
        if step.kind == "chat":
            request, result = json.loads(step.request), json.loads(step.result)
            said = "".join(f"<{said['role']}>{said.get('content', '')}" for said in request["messages"])
            yield said, result["text"], result["output_tokens"]


def costs(home: Path, cells: Sequence[Cell], seed: int) -> list[Solved]:
    """What the answers cost, in the order in which they were given."""
    latest = {slots: deque[str](maxlen=slots) for slots in SLOTS}
    found = []
    store = Store.open(home / "troupe.db")
    try:
        for cell in sorted(cells, key=lambda cell: cell.run):
            solved = Solved(cell.problem, seed, cell.passed, 0, 0, 0, {str(slots): 0 for slots in SLOTS})
            roles: set[str] = set()
            for prompt, reply, written in prompts_of(store, cell.run):
                role = prompt.partition(".")[0]
                for slots, texts in latest.items():
                    known = max((len(common_start(text, prompt)) for text in texts), default=0)
                    known //= CHARACTERS_PER_TOKEN
                    solved.cached[str(slots)] += known
                    if slots == 1 and role in roles:
                        solved.again += count_tokens(prompt)
                        solved.again_cached += known
                    texts.append(f"{prompt}<assistant>{reply}")
                roles.add(role)
                solved.calls += 1
                solved.prompt_tokens += count_tokens(prompt)
                solved.output_tokens += written
            found.append(solved)
    finally:
        store.close()
    return found


async def measured(
    setting: Setting,
    problems: Sequence[Problem],
    known: Sequence[Known],
    seed: int,
    essay: int,
    sandbox: Sandbox,
) -> list[Solved]:
    """Every problem by one method, one after the other."""
    model = PairedModel(known, Skill(), seed, essay)
    with OllamaServer(model) as server, tempfile.TemporaryDirectory() as home:
        plan = BenchPlan(
            tuple(problems), (setting.method,), model="scripted:7b", host=server.address, jobs=1,
            seed=seed, options={setting.method: setting.options},
        )  # fmt: skip
        cells: list[Cell] = []
        async with aclosing(Bench(plan, Path(home), sandbox).cells()) as ready:
            async for cell in ready:
                cells.append(cell)
        return costs(Path(home), cells, seed)


def share(solved: Sequence[Solved], slots: int) -> float:
    """The part of the prompts' tokens that was in a slot."""
    return sum(one.cached[str(slots)] for one in solved) / sum(one.prompt_tokens for one in solved)


def each_solved(solved: Sequence[Solved], values: Sequence[float]) -> float:
    """What a right answer cost."""
    return sum(values) / max(1, sum(one.passed for one in solved))


def row(label: str, solved: Sequence[Solved]) -> str:
    """A method's line."""
    seconds = each_solved(solved, [one.seconds for one in solved])
    one_slot, four_slots = share(solved, 1), share(solved, 4)
    asked_again = sum(one.again for one in solved)
    again = f"{sum(one.again_cached for one in solved) / asked_again:.0%}" if asked_again else "-"
    return (
        f"| {label} | {fmean(one.passed for one in solved):.1%} | {fmean(one.calls for one in solved):.1f} "
        f"| {fmean(one.prompt_tokens for one in solved):,.0f} | {one_slot:.0%} | {four_slots:.0%} | {again} "
        f"| {fmean(one.output_tokens for one in solved):,.0f} | {seconds:.1f} |"
    )


def compared(label: str, before: Sequence[Solved], after: Sequence[Solved]) -> str:
    """A method's line: the paired difference over the problems with its bootstrap interval, and the costs."""
    old, new = [as_cells(label, solved) for solved in (before, after)]
    more, low, high = lift(new, old, RESAMPLED)
    passed = [fmean(one.passed for one in solved) for solved in (before, after)]
    tokens = [
        each_solved(solved, [one.prompt_tokens + one.output_tokens for one in solved])
        for solved in (before, after)
    ]
    seconds = [each_solved(solved, [one.seconds for one in solved]) for solved in (before, after)]
    return (
        f"| {label} | {passed[0]:.1%} → {passed[1]:.1%} | {more:+.1%} ({low:+.1%} … {high:+.1%}) "
        f"| {tokens[0]:,.0f} → {tokens[1]:,.0f} | {seconds[0]:.1f} → {seconds[1]:.1f} |"
    )


def as_cells(label: str, solved: Sequence[Solved]) -> list[Cell]:
    """The answers as cells of a bench."""
    return [Cell(one.problem, label, one.sample, one.passed) for one in solved]


def read(path: Path) -> dict[str, list[Solved]]:
    """What was saved before."""
    saved = json.loads(path.read_text("utf-8"))
    return {label: [Solved(**one) for one in solved] for label, solved in saved.items()}


def main() -> int:
    """Print the table, and the comparison where there is something to compare with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=20, help="problems, evenly spread; 0: all 164")
    parser.add_argument("--seeds", type=int, default=2, help="models, each with a luck of its own")
    parser.add_argument("--only", default="", help="settings whose name contains this")
    parser.add_argument("--essay", type=int, default=120, help="tokens of explanation after the code")
    parser.add_argument("--save", type=Path, help="a file for the figures")
    parser.add_argument("--against", type=Path, help="figures that were saved before the change")
    chosen = parser.parse_args()
    started = time.monotonic()
    sandbox = RememberingSandbox(best_sandbox())
    found = subjects(chosen.limit)
    problems, known = [problem for problem, _ in found], [one for _, one in found]
    say(f"{len(found)} problems, {chosen.seeds} seeds, {Skill()}, essays of {chosen.essay} tokens\n")
    say(f"{HEAD}\n{'|---' * 9}|")
    after: dict[str, list[Solved]] = {}
    for setting in [setting for setting in (*SETTINGS, *MORE) if chosen.only in setting.label]:
        after[setting.label] = [
            solved
            for seed in range(1, chosen.seeds + 1)
            for solved in asyncio.run(measured(setting, problems, known, seed, chosen.essay, sandbox))
        ]
        say(row(setting.label, after[setting.label]))
    if chosen.save:
        plain = {label: [asdict(one) for one in solved] for label, solved in after.items()}
        chosen.save.write_text(json.dumps(plain), "utf-8")
    if chosen.against:
        before = read(chosen.against)
        say(f"\n{COMPARED}\n{'|---' * 5}|")
        for label in [label for label in after if label in before]:
            say(compared(label, before[label], after[label]))
    say(f"\nin {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
