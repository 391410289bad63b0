"""The figures of reckoned runs as tables for the terminal, and as data to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from tests.benchmarks.machine.reckoning import Read, Reckoned

Figures: TypeAlias = dict[str, float]

HEAD = (
    f"{'':<20}{'whole':>6}{'read':>6}{'write':>6}{'load':>5}{'user':>5}{'ours':>5}{'queue':>6}{'idle':>6}"
    f"  {'loads':<11}{'prompts':>8}{'cached':>7}{'found':>7}{'again':>8}"
)
COMPARED = ("whole", "reading", "writing", "loading", "ours", "prompts", "cached", "again")
AGAINST = f"{'':<20}" + "".join(f"{name:>11}" for name in COMPARED)


def line(machine: str, told: Reckoned) -> str:
    """One run on one machine, in 110 columns."""
    loads = " ".join(f"{model.partition(':')[2]}:{count}" for model, count in sorted(told.loads.items()))
    return (
        f"{machine:<20}{told.whole:>6.0f}{told.reading:>6.0f}{told.writing:>6.0f}{told.loading:>5.0f}"
        f"{told.answering:>5.0f}{told.ours:>5.0f}{told.queued:>6.0f}{told.idle:>6.0f}  {loads:<11}"
        f"{told.prompt_tokens:>8,}{told.cached:>7.0%}{told.found:>7.0%}{told.again:>8,}"
    )


def expensive(reads: Iterable[tuple[str, Read]], most: int = 10) -> list[str]:
    """The prompts that took longest to read, with their runs, roles and phases."""
    found = sorted(reads, key=lambda named: -named[1].seconds)[:most]
    return [
        f"{read.seconds:>5.1f} s{read.tokens - read.cached:>8,} of {read.tokens:>7,} tokens,"
        f"{read.again:>7,} again  {run[:24]:<25}{read.role[:19]:<20}{read.phase[-17:]}"
        for run, read in found
    ]


def figures(told: Reckoned) -> Figures:
    """What is compared later."""
    return {
        "whole": round(told.whole, 1),
        "reading": round(told.reading, 1),
        "writing": round(told.writing, 1),
        "loading": round(told.loading, 1),
        "answering": round(told.answering, 1),
        "ours": round(told.ours, 1),
        "queued": round(told.queued, 1),
        "idle": round(told.idle, 1),
        "loads": told.loads.total(),
        "calls": told.calls,
        "prompts": told.prompt_tokens,
        "written": told.written_tokens,
        "cached": round(told.cached, 3),
        "found": round(told.found, 3),
        "again": told.again,
    }


def compared(before: Mapping[str, Figures], after: Mapping[str, Figures]) -> list[str]:
    """What has changed: each run's figures before, after, and by how much."""
    lines: list[str] = []
    for name, now in after.items():
        run, _, machine = name.partition(" | ")
        if (then := before.get(name)) is None:
            lines.append(f"{run}, {machine}: there was none before")
            continue
        lines.append(f"{run}, {machine}")
        lines += [
            f"{what:<20}" + "".join(f"{_shown(key, of[key]):>11}" for key in COMPARED)
            for what, of in (("  before", then), ("  after", now))
        ]
        lines.append(f"{'  difference':<20}" + "".join(f"{_change(key, then, now):>11}" for key in COMPARED))
    return lines


def _shown(key: str, value: float) -> str:
    return f"{value:.0%}" if key == "cached" else f"{value:,.0f}"


def _change(key: str, then: Figures, now: Figures) -> str:
    if key == "cached":
        return f"{(now[key] - then[key]) * 100:+.0f} points"
    return f"{(now[key] - then[key]) / then[key]:+.0%}" if then[key] else f"{now[key]:+,.0f}"
