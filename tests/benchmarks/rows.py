"""What a benchmark has measured: rows of "what | goal | measured | verdict".

A module `bench_NAME` takes part in `python -m tests.benchmarks` by having a function `rows(quick)`, which
measures and yields a `Row` for each figure; `quick` asks for a smaller size, never for another limit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its limit. `beside` tells of a peer in the same run, or of what was measured."""

    what: str
    value: float
    limit: float
    unit: str
    at_least: bool = False
    beside: str = ""

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def goal(self) -> str:
        """The limit in words."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:,g} {self.unit}"

    @property
    def measured(self) -> str:
        """The figure in words."""
        digits = 0 if self.value >= 100 or self.value == int(self.value) else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}"

    def __str__(self) -> str:
        """The row as a line of a table."""
        verdict = "ok" if self.met else "MISS"
        line = f"{self.what:<58} | {self.goal:>16} | {self.measured:>14} | {verdict:<4}"
        return f"{line} | {self.beside}" if self.beside else line


def rows_of(module: str, quick: bool) -> list[Row]:
    """Everything that a benchmark measures."""
    return list(import_module(module).rows(quick))


def shown(rows: Iterable[Row]) -> int:
    """Print each row as soon as it is measured; the exit code, 1 when a limit is missed."""
    kept = True
    for row in rows:
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
        kept = kept and row.met
    return 0 if kept else 1
