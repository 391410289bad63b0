"""Files that nobody imports, starts or names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from agents.codegraph import CodeGraph
from agents.findings.finding import Finding
from agents.programs import entry
from agents.testfiles import is_test_of_any_language

_JUDGED = frozenset({".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".css", ".h", ".hpp"})
_STARTED = re.compile(r"""^if\s+__name__\s*==\s*['"]__main__['"]""", re.MULTILINE)
_BY_NAME = re.compile(r"__init__|__main__|conftest|setup|manage|wsgi|asgi|\.?[\w.-]*config|index|main")


def unused_files(files: Mapping[str, str], graph: CodeGraph) -> Iterator[Finding]:
    """Code that no other file imports or names, and that is neither a program of its own nor a test.

    Nothing is told of a project without a main file: it may be a library, whose parts others use.
    """
    main = entry(files)
    if not main:
        return
    for path, text in files.items():
        known = PurePosixPath(path)
        if (
            path == main
            or known.suffix not in _JUDGED
            or is_test_of_any_language(path)
            or _BY_NAME.fullmatch(known.stem)
            or _STARTED.search(text)
            or graph.importers(path)
            or _named(path, files)
        ):
            continue
        yield Finding(path, 1, "unused file", "no other file imports or names this file.")


def _named(path: str, files: Mapping[str, str]) -> bool:
    """Whether another file has its name in it, as one that is loaded by its name would be."""
    known = PurePosixPath(path)
    name = re.compile(rf"(?<![\w]){re.escape(known.stem if known.suffix == '.py' else known.name)}(?![\w])")
    return any(name.search(text) for other, text in files.items() if other != path)
