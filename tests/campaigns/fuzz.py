"""Hostile input for everything that reads text from outside: `python -m tests.campaigns.fuzz --inputs 20000`.

Prints a line for each reader: how many inputs it was given, how many went wrong, and the slowest in seconds.
`--seed` begins elsewhere; `--only` names one reader; a failure prints the seed that repeats it with
`--inputs 1`. The exit code is 1 when something was lost or an exception escaped that is none of ours.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.support.fuzzing import TARGETS

SHOWN = 3
"""So many failures of one reader are printed whole."""


def say(line: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def readers() -> dict[str, Callable[[Random], None]]:
    """All readers; those of the window only where Qt can be loaded."""
    from app.display import display_missing

    if display_missing():
        return dict(TARGETS)
    from tests.support.fuzzing_views import VIEWS, application

    application()
    return {**TARGETS, **VIEWS}


def attack(name: str, check: Callable[[Random], None], inputs: int, seed: int) -> int:
    """Give one reader its inputs; how many went wrong."""
    wrong, slowest, slowest_seed = 0, 0.0, seed
    for number in range(seed, seed + inputs):
        begun = time.perf_counter()
        try:
            check(Random(number))
        except Exception:  # noqa: BLE001 - whatever escapes is what is looked for
            wrong += 1
            if wrong <= SHOWN:
                say(f"{name}, --seed {number}:\n{traceback.format_exc(limit=-6)[-1500:]}")
        taken = time.perf_counter() - begun
        if taken > slowest:
            slowest, slowest_seed = taken, number
    say(
        f"{name:<36} {inputs:>7,} inputs  {wrong:>5} wrong  slowest {slowest:6.2f} s (seed {slowest_seed})",
    )
    return wrong


def main() -> int:
    """Attack each reader in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="in total, shared out evenly")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="the reader whose name contains this")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # what Python thinks of hostile code is no concern here
    found = {name: check for name, check in readers().items() if chosen.only in name}
    each = -(-chosen.inputs // max(1, len(found)))
    begun = time.monotonic()
    wrong = sum(attack(name, check, each, chosen.seed) for name, check in found.items())
    say(f"{each * len(found):,} inputs, {wrong} wrong, {time.monotonic() - begun:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
