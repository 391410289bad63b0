"""Every figure of ours beside its goal: `python -m tests.benchmarks [--list] [--whole] [NAME ...]`.

Runs the modules `bench_NAME` of this package that have `rows` (see `rows.py`), each in a process of its own,
one after the other, and prints one table. Quick sizes, unless `--whole` asks for those of the goals. The exit
code is 1 when a goal is missed, 2 when a benchmark could not be carried out.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pkgutil
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import util
from pathlib import Path

import tests.benchmarks
from tests.benchmarks.rows import rows_of, shown

PREFIX = "bench_"


def names() -> list[str]:
    """The benchmarks that have rows, found without importing them."""
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return [name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX) and _has_rows(name)]


def _source(name: str) -> str:
    found = util.find_spec(f"tests.benchmarks.{name}")
    return Path(found.origin).read_text("utf-8") if found and found.origin else ""


def _has_rows(name: str) -> bool:
    return "\ndef rows(quick: bool)" in _source(name)


def carry_out(chosen: Sequence[str], quick: bool) -> int:
    """Measure and print; the exit code."""
    code = 0
    fresh = multiprocessing.get_context("spawn")
    for name in chosen:
        with ProcessPoolExecutor(1, mp_context=fresh) as process:
            measured = process.submit(rows_of, f"tests.benchmarks.{PREFIX}{name}", quick)
        if (error := measured.exception()) is not None:
            sys.stdout.write(f"{name} could not be carried out: {error!r}\n")
            code = 2
        else:
            code = max(code, shown(measured.result()))
    return code


def main() -> int:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--list", action="store_true", help="name them, with what they measure")
    parser.add_argument("--whole", action="store_true", help="in the sizes of the goals: some minutes")
    chosen = parser.parse_args()
    known = names()
    if unknown := sorted({*chosen.names} - {*known}):
        parser.error(f"There is no benchmark {unknown[0]}; there are {', '.join(known)}.")
    if chosen.list:
        for name in known:
            first = _source(f"{PREFIX}{name}").removeprefix('"""').partition("`python")[0].strip(" :\n")
            sys.stdout.write(f"{name:<15}{first.splitlines()[0]}\n")
        return 0
    sys.stdout.write(f"{'what':<58} | {'goal':>16} | {'measured':>14} | verdict\n")
    return carry_out(chosen.names or known, not chosen.whole)


if __name__ == "__main__":
    sys.exit(main())
