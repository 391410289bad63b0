"""A program without asking a model: what it offers, what a goal speaks of, what is wrong at a glance."""

from __future__ import annotations

import re
from collections.abc import Collection

from agents.context import SMALL
from agents.development.work import sources
from agents.findings import findings
from agents.programs import entry, is_test
from agents.run import Run

MOST_FACTS = 12  # findings of our own analysis that a review is told of
WORD = re.compile(r"[a-z]{4,}")


def mentioned(run: Run, goal: str) -> list[str]:
    """The files whose names or definitions have a word of the goal, and those that start the program."""
    words = set(WORD.findall(goal.lower()))

    def speaks(path: str) -> bool:
        names = [path, *(symbol.name for symbol in run.graph.symbols(path))]
        return not words.isdisjoint(WORD.findall(" ".join(names).lower()))

    files = sources(run)
    return [path for path in files if path == entry(files) or (speaks(path) and not is_test(path))]


def facts_of(run: Run, *, existing: bool) -> list[str]:
    """What our own analysis of the code shows to be wrong, the first of it.

    The pictures of an `existing` program are no texts, so they are not among the run's files and not missing.
    """
    found = findings(sources(run), run.graph)
    return [str(one) for one in found if not (existing and one.kind == "missing file")][:MOST_FACTS]


def offered(run: Run, about: Collection[str] = ()) -> str:
    """Every file by what it offers, without tests; of a large program only those `about` which it is.

    The others are named [ours].
    """
    files = [path for path in sources(run) if not is_test(path)]
    parts = {path: f"{path}\n{run.graph.signatures(path)}".strip() for path in files}
    if about and sum(map(len, parts.values())) > SMALL:
        parts = {path: text if path in about else path for path, text in parts.items()}
    return "\n\n".join(parts.values()) or "(no files yet)"
