"""Which of the project's files a module's name means, when it is not found under that name."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from agents.environment import DISTRIBUTIONS, own_modules
from agents.languages.python import SERVERS, WINDOWS

SIMILAR = 0.85  # how alike two names are, from 0 to 1, when one is taken for the other
CODE = frozenset({".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".h", ".hpp", ".hh", ".java"})
# What everybody means by these names; a file of a name that is nearly that is not meant.
WELL_KNOWN = (
    frozenset(DISTRIBUTIONS)
    | WINDOWS
    | SERVERS
    | frozenset(
        {
            *("anthropic", "click", "colorama", "cryptography", "emoji", "faker", "httpx", "jinja2", "keras"),
            *("keyboard", "lxml", "markdown", "matplotlib", "mutagen", "networkx", "nltk", "numpy", "ollama"),
            *(
                "openai",
                "openpyxl",
                "pandas",
                "peewee",
                "plotly",
                "psutil",
                "pydantic",
                "pygments",
                "pymongo",
            ),
            *("pynput", "pyperclip", "pytest", "pyttsx3", "pytz", "redis", "reportlab", "requests", "rich"),
            *("scipy", "scrapy", "seaborn", "selenium", "sqlalchemy", "streamlit", "sympy", "tabulate"),
            *("tensorflow", "termcolor", "textual", "torch", "tqdm", "transformers", "typer", "urllib3"),
            *(
                "axios",
                "chalk",
                "commander",
                "express",
                "inquirer",
                "jest",
                "lodash",
                "mocha",
                "moment",
                "react",
            ),
        }
    )
)
FOLDER_FILES = frozenset({"__init__.py", "__main__.py", "index.js", "index.mjs"})


class ModuleSearch:
    """Looks for modules in the project before they are taken for somebody else's.

    `defining` gives the paths that define a name; `past` are the paths of all earlier versions.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        defining: Callable[[str], Sequence[str]],
        past: Collection[str] = (),
    ) -> None:
        self._defining = defining
        self._past = [path for path in past if path not in files and PurePosixPath(path).suffix in CODE]
        self._own = own_modules(files)
        self._stems: defaultdict[str, list[str]] = defaultdict(list)
        for path in files:
            if PurePosixPath(path).suffix in CODE:
                self._stems[stem(path)].append(path)

    def meant(self, name: str, said: str = "") -> list[str]:
        """The files that `name` most likely means; a near miss counts (`utls` for `utils`).

        `said` is the line that asks for it. A file with the right last name in another folder counts when the
        folder is nearly that one, or when it defines what the line imports from it.
        """
        if not name or f"<{name}>" in said:
            return []
        last, first = stem(name), name.partition(".")[0]
        if "." not in name or is_path(name):
            return self._called(last)
        if first in WELL_KNOWN:
            return []
        if first in self._own or _near(first, self._own):
            return self._called(last) or self._stems.get(first, [])
        imported = said.rpartition("import")[2].replace(",", " ").split()
        defined = {path for word in imported for path in self._defining(word)}
        return [path for path in self._stems.get(last, []) if path in defined]

    def lost(self, name: str) -> str:
        """The path of an earlier version that `name` means; empty when there was none."""
        parts = {stem(name), name.partition(".")[0]}
        for path in self._past:
            if stem(path) in parts or parts & set(PurePosixPath(path).parent.parts):
                return path
        return ""

    def _called(self, last: str) -> list[str]:
        if last in WELL_KNOWN:
            return []
        return self._stems.get(last) or self._stems.get(_near(last, self._stems), [])


def stem(name: str) -> str:
    """The last part of a module's name or path: `pkg.util`, `./src/util.js`, `util/__init__.py` → util."""
    path = PurePosixPath(name.replace("\\", "/").removeprefix("file://"))
    if path.name in FOLDER_FILES:
        return path.parent.name
    if path.suffix in CODE:
        return path.stem
    return path.name if "/" in name else name.rpartition(".")[2]


def whole(name: str, said: str) -> str:
    """A dotted module whole, as the line that asks for it has it: Python names the part that it misses."""
    if not name or is_path(name):
        return name
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?:\.\w+)*", said)
    return found[0] if found else name


def is_path(name: str) -> bool:
    """Whether a module is asked for by a path, as in Node or C: then it can only be the project's own."""
    return name.startswith((".", "/")) or PurePosixPath(name).suffix in CODE


def _near(name: str, among: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(among), n=1, cutoff=SIMILAR)
    return near[0] if near else ""
