"""Who defines a name, found by the words that define it in each language; who imports whom, in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from agents.codegraph import edges

_SCRIPT = (
    r"\b(?:function\*?|class|const|let|var|interface|type|enum)\s+{name}\b"
    r"|^[ \t]*(?:static |async |get |set )*{name}[ \t]*\([^;{{]*\{{"
)
_TYPE = (
    r"\b(?:class|struct|enum|union|interface|record|namespace)\b[^;{{(]*\b{name}\b[^;{{(]*\{{"
    r"|\}}[ \t]*{name}[ \t]*;"
)
_C = (
    r"^(?![ \t]*(?:return|else|case)\b)[\w:<>,*&\[\] \t]*[\w>][ \t*&]+{name}[ \t]*\([^;]*;?$"
    r"|^[ \t]*#define[ \t]+{name}\b"
)
_GO = (
    r"^(?:func(?:[ \t]*\([^)]*\))?|type|var|const)[ \t]+{name}\b"
    r"|^\t{name}\b[^\n]*=|^\t{name}[ \t]+(?:struct|interface)"
)
# How a name is defined, by the ending of the file.
_WORDS = {
    (".py",): r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b|^{name}[ \t]*(?::[^=\n]+)?=(?!=)",
    (
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".jsx",
        ".tsx",
    ): f"{_SCRIPT}|^[ \\t]*(?:static |async |get |set )*{{name}}[ \\t]*\\([^;]*{{{{",
    (".go",): _GO,
    (".c", ".h", ".cc", ".cpp", ".hpp", ".hh", ".cxx"): f"{_C}|{_TYPE}",
    (".java",): f"{_TYPE}|{_C}",
}


class Definitions:
    """What routing asks of a code graph, read off the files (path → text) when it is asked."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def defining(self, name: str) -> list[str]:
        """The files that define a class, function or variable called `name`, in the order of their paths."""
        found: list[str] = []
        if not re.fullmatch(r"[\w$]+", name):
            return found
        for endings, words in _WORDS.items():
            pattern = re.compile(words.format(name=re.escape(name)), re.MULTILINE)
            found += [
                path
                for path, text in self._files.items()
                if PurePosixPath(path).suffix in endings and name in text and pattern.search(text)
            ]
        return sorted(found)

    def imports(self, path: str) -> list[str]:
        """The project's files that a Python file imports."""
        return sorted(edges(self._files).get(path, ()))
