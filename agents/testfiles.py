"""Which files are tests, by their names.

`is_test`: Troupe can run it, so a team that may change tests only may change it. `is_test_of_any_language`
takes in what a reader would call one as well: of languages only read, helpers in a folder of tests.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from agents.languages import LANGUAGES

_NAMES = re.compile(
    r".*[._-](test|spec)\.[cm]?[jt]sx?|test[._-].*\.[cm]?[jt]sx?|.*_test\.(go|rs|c|cc|cpp|cxx)"
    r"|test_.*\.(rs|c|cc|cpp|cxx)|.*Tests?\.java|Test[A-Z].*\.java"
)
_FOLDERS = frozenset({"__tests__", "test", "tests"})
_TESTED = frozenset(
    {".c", ".cc", ".cpp", ".cxx", ".cjs", ".java", ".js", ".jsx", ".mjs", ".rs", ".ts", ".tsx"}
)


def is_test(path: str) -> bool:
    """Whether `path` is a file of tests in any of the languages that are run, by its name."""
    return any(language.is_test(path) for language in LANGUAGES)


def is_test_of_any_language(path: str) -> bool:
    """Whether `path` is a file of tests: by its name, or as code in a folder of tests where this is usual."""
    known = PurePosixPath(path)
    if is_test(path) or _NAMES.fullmatch(known.name):
        return True
    return known.suffix in _TESTED and not _FOLDERS.isdisjoint(known.parts[:-1])
