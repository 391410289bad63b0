"""How much of a run's prompts the server has read before: `python -m tests.benchmarks.bench_cached`.

ChatDev's chain and three sprints of AgileCoder build a program on the scripted server, alone and with four
requests at once, and with one talk for the team; a simulated machine with one slot, or four, reckons which of
the prompt tokens are a prefix that a slot holds (`bench_machine` tells where the time goes). Where talks are
apart a role's name stands in the first words of its prompts, so a cache can hold hardly more of them than
what the same role was sent, or said, before: that bound, and how much of it was found, stand beside. Exit
code 1 when the goal is missed, whatever the bound.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.benchmarks.machine.reckoning import Reckoned
from tests.benchmarks.machine.scenarios import SIZES, scenarios
from tests.benchmarks.rows import Row, shown

GOAL = 80.0  # percent of the prompt tokens
AT_ONCE = 4


def rows(quick: bool) -> Iterator[Row]:
    """A row a workflow, size and number of slots."""
    for scenario in scenarios(SIZES[:1] if quick else SIZES):
        if scenario.moved or scenario.one_talk or scenario.parallel == AT_ONCE:
            machine, told = next(iter(scenario.reckoned(scenario.exchanges()).items()))
            yield row(f"{scenario.name}, {machine}", told)


def row(run: str, told: Reckoned) -> Row:
    """The share that was cached, beside what bounds it."""
    bound = told.sent_before / max(1, told.prompt_tokens)
    found = f"{bound:.0%} were sent to their role before, {told.found:.0%} of these found"
    beside = f"of {told.prompt_tokens:,}, {found}"
    return Row(f"prompt tokens cached, {run}", told.cached * 100, GOAL, "%", True, beside)


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
