"""Which files are tests, by their names, in every language that the code graph reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from agents.programs import is_test

_NAMES = re.compile(
    r".*[._-](test|spec)\.[cm]?[jt]sx?|test[._-].*\.[cm]?[jt]sx?|.*_test\.(go|rs|c|cc|cpp|cxx)"
    r"|test_.*\.(rs|c|cc|cpp|cxx)|.*Tests?\.java|Test[A-Z].*\.java"
)
_FOLDERS = frozenset({"__tests__", "test", "tests"})
_TESTED = frozenset(
    {".c", ".cc", ".cpp", ".cxx", ".cjs", ".java", ".js", ".jsx", ".mjs", ".rs", ".ts", ".tsx"}
)


def is_test_of_any_language(path: str) -> bool:
    """Whether `path` is a file of tests: by its name, or as code in a folder of tests where this is usual."""
    known = PurePosixPath(path)
    if is_test(path) or _NAMES.fullmatch(known.name):
        return True
    return known.suffix in _TESTED and not _FOLDERS.isdisjoint(known.parts[:-1])
