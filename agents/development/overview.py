"""A program without asking a model: what it offers, what a goal speaks of, what is wrong at a glance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from agents.codegraph import CodeGraph
from agents.context import SMALL, portion
from agents.development.work import sources
from agents.findings import findings
from agents.programs import entry, is_test
from agents.run import Run

MOST_FACTS = 12  # findings of our own analysis that a review is told of
WORD = re.compile(r"[a-z]{4,}")


def mentioned(graph: CodeGraph, files: Mapping[str, str], goal: str) -> tuple[list[str], list[str]]:
    """The files that a goal speaks of: which are to be read, and which it is enough to know by signatures.

    What starts the program comes first, then the files whose names or definitions have words of the goal; a
    word counts the less the more files have it. Those to be read are no larger than `context.portion` [ours].
    """
    words = set(WORD.findall(goal.lower()))
    spoken = {path: words & _words_of(graph, path) for path in files if not is_test(path)}
    having = Counter(word for found in spoken.values() for word in found)
    weights = {path: sum(1 / having[word] for word in found) for path, found in spoken.items() if found}
    start = entry(files)
    ranked = sorted(weights, key=lambda path: (path != start, -weights[path], path))
    if start and start not in weights:
        ranked.insert(0, start)
    left, read = portion(files), list[str]()
    for path in ranked:
        if not read or len(files[path]) <= left:
            left -= len(files[path])
            read.append(path)
    return read, [path for path in ranked if path not in read]


def _words_of(graph: CodeGraph, path: str) -> set[str]:
    """The words in a file's name and in those of its definitions."""
    names = [path, *(symbol.name for symbol in graph.symbols(path))]
    return set(WORD.findall(" ".join(names).lower()))


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
