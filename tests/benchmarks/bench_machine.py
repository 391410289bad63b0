"""Where a run's time goes on a local machine: `python -m tests.benchmarks.bench_machine [SIZE ...]`.

ChatDev's chain and an AgileCoder run of three sprints build a ledger of 3, 15 and 40 files at scripted
servers, which a simulated machine then reckons with: 400 tokens/s read unless the slot has them, 35 tokens/s
written, both shared by those at work at the same time, 12 s to load. Then three long files with two small
changes, and a run on two models in which the user takes 90 s for an answer.

Seconds: `whole` is read + write + load + user + ours, each the time in which nothing before it in that row
(write, read, user, load) went on; `ours` is the real time of the sandbox and of Troupe. `queue` is what
requests waited, `idle` what hosts did. Tokens: of all `prompts`, `cached` is the share that a slot had; of
what a slot could have had, since the same role had been sent the same beginning before, `found` is the share
that was there; `again` were read though their role had been sent these lines before.

"role last" asks what one slot would find again if the role were said at the end of the prompt and not in its
first words. `--json FILE` keeps the figures, `--against FILE` prints them beside earlier ones:
`machine/at_65e9af4.json` has those from before steps ran at once and changes were written as blocks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.machine.reckoning import Read, Reckoned
from tests.benchmarks.machine.scenarios import ONE, SIZES, scenarios
from tests.benchmarks.machine.table import AGAINST, HEAD, Figures, compared, expensive, figures, line

AT_ONCE = 4  # runs that are recorded at the same time: they mostly wait for their sandboxes


def main(arguments: Sequence[str]) -> int:
    """Print every run on every machine."""
    chosen = _chosen(arguments)
    sizes = tuple(chosen.sizes or SIZES)
    kept: dict[str, Figures] = {}
    reads: list[tuple[str, Read]] = []
    printed = ""
    _say(HEAD)
    names = [scenario.name for scenario in scenarios(sizes)]
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        for name, told in zip(names, pool.map(partial(reckoned, sizes), range(len(names))), strict=True):
            if name != printed:
                printed = name
                _say(f"{name}: {next(iter(told.values())).calls} calls")
            for machine, of_it in told.items():
                _say(line(machine, of_it))
                kept[f"{name} | {machine}"] = figures(of_it)
            if first := told.get(next(iter(ONE))):
                reads += [(name, read) for read in first.reads]
    _say("\nThe prompts that took longest to read, on one slot:")
    _say(*expensive(reads))
    if chosen.json:
        chosen.json.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    if chosen.against:
        _say(f"\nAgainst {chosen.against}:", AGAINST)
        _say(*compared(json.loads(chosen.against.read_text("utf-8")), kept))
    return 0


def reckoned(sizes: Sequence[int], number: int) -> dict[str, Reckoned]:
    """One of the runs, recorded in a process of its own."""
    scenario = scenarios(sizes)[number]
    return scenario.reckoned(scenario.exchanges())


def _chosen(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Where a run's time goes on a local machine.")
    parser.add_argument(
        "sizes", nargs="*", type=int, help="files of the program; 3, 15 and 40 if none is said"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--against", type=Path, help="compare with the figures in this file")
    return parser.parse_args(arguments)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{one}\n" for one in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
