"""Files that are nearly the same, by the runs of tokens that they share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import PurePosixPath
from zlib import crc32

from agents.codegraph import is_code
from agents.findings.finding import Finding
from agents.testfiles import is_test_of_any_language

ALIKE = 0.85  # the share of runs in common (Jaccard) from which two files are told
RUN = 6  # tokens
FEWEST = 60  # runs: shorter files are alike by chance
SKETCH = 12  # so many of the smallest runs of a file are compared first
_TOKEN = re.compile(r"\w+|[^\w\s]")
_COMMENT = re.compile(r"^\s*(#|//).*$", re.MULTILINE)


def duplicates(files: Mapping[str, str]) -> Iterator[Finding]:
    """Files of one language that are nearly the same, each told at the later one."""
    runs = {
        path: found
        for path, text in sorted(files.items())
        if is_code(path) and not is_test_of_any_language(path) and len(found := _runs(text)) >= FEWEST
    }
    alike: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for path, found in runs.items():
        for run in sorted(found)[:SKETCH]:
            alike[PurePosixPath(path).suffix, run].append(path)
    pairs = {pair for paths in alike.values() for pair in combinations(paths, 2)}
    for first, second in sorted(pairs):
        share = len(runs[first] & runs[second]) / len(runs[first] | runs[second])
        if share >= ALIKE:
            told = f"this file is nearly the same as {first}; keep what both need in one place."
            yield Finding(second, 1, "duplicate", told)


def _runs(text: str) -> frozenset[int]:
    tokens = _TOKEN.findall(_COMMENT.sub("", text))
    starts = range(len(tokens) - RUN + 1)
    return frozenset(
        crc32(" ".join(tokens[start : start + RUN]).encode(errors="replace")) for start in starts
    )
