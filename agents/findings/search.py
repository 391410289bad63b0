"""All findings of a project."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from agents.codegraph import CodeGraph
from agents.findings.assets import missing_files
from agents.findings.finding import Finding, Kind
from agents.findings.likeness import duplicates
from agents.findings.names import names_in
from agents.findings.unused import unused_files
from agents.gaps import gaps_in

_PLACED = re.compile(r"line (\d+): (.*)", re.DOTALL)
_SYNTAX = "the syntax is wrong"


def findings(
    files: Mapping[str, str], graph: CodeGraph | None = None, assets: Collection[str] = ()
) -> list[Finding]:
    """What is wrong in the files (path → text), sorted by place.

    `graph` is brought up to date with the files; `assets` are paths of the project that are no text.
    """
    known = (graph or CodeGraph()).updated(files)
    found = {
        *_unfinished(files),
        *(finding for path in files if path.endswith(".py") for finding in names_in(path, files, known)),
        *missing_files(files, known, assets),
        *duplicates(files),
        *unused_files(files, known),
    }
    return sorted(found)


def _unfinished(files: Mapping[str, str]) -> Iterator[Finding]:
    for path, text in files.items():
        for told in gaps_in(path, text):
            if place := _PLACED.match(told):
                kind: Kind = "syntax" if place[2].startswith(_SYNTAX) else "unfinished"
                yield Finding(path, int(place[1]), kind, f"{place[2]}.")
