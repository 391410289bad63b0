"""What a file's text alone says, and what a language has to know: the plain data of the code graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Key = tuple[str, str]
"""Something that a file may offer to others, and that others ask for: its kind and its name."""


class Symbol(NamedTuple):
    """Something that a file defines.

    `kind` is "class", "function", "method", "constant", "field" or another word of the language ("struct",
    "interface", …); `line` counts from 1; `signature` is one line; `parent` is the class that it belongs to,
    empty at the top; `about` is the first line of its description.
    """

    name: str
    kind: str
    line: int
    signature: str
    parent: str = ""
    about: str = ""


class Reference(NamedTuple):
    """What a file says that it needs, in the words of its language.

    `target` is a module, a path or a package; `names` are what is taken from it as (name, name here), and `*`
    stands for everything; `level` counts the dots before it; `kind` tells ways of asking apart.
    """

    target: str
    names: tuple[tuple[str, str], ...] = ()
    level: int = 0
    kind: str = "import"


class Reading(NamedTuple):
    """What a file's text says without the others: nothing in here depends on any other file or on its path.

    `module` is the package or module that the text itself says it belongs to, `exported` what it says that it
    gives to others, and `problem` why not everything could be read, empty when it could.
    """

    references: tuple[Reference, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    module: str = ""
    exported: tuple[str, ...] = ()
    problem: str = ""


class Links(NamedTuple):
    """What a file has to do with others.

    `imports` are those that it names itself, `runs` those that run before it without being named by it, and
    `behind` those that stand behind it: who depends on it depends on them (a header and its implementation).
    """

    imports: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()


class Project(Protocol):
    """What resolving may ask of the project. Every question is noted, so that a new answer is noticed."""

    def has(self, path: str) -> bool:
        """Whether there is a file of this path."""

    def offering(self, kind: str, name: str) -> list[str]:
        """The files that offer this, sorted."""

    def reading(self, path: str) -> Reading | None:
        """What another file says; None when there is no such file."""


@dataclass(frozen=True, slots=True)
class Language:
    """How one language is read.

    `read` takes a text and its file's suffix; `offers` says what a file offers besides its path; `resolve`
    finds the project's files behind the references. `comment` begins a comment in its signatures. `code` is
    false for files that only help to find others (`go.mod`).
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[str, str], Reading]
    offers: Callable[[str, Reading], Iterable[Key]]
    resolve: Callable[[str, Reading, Project], Links]
    comment: str = "//"
    code: bool = True


def nothing_offered(path: str, reading: Reading) -> Iterable[Key]:
    """For languages whose files are found by their paths alone."""
    return ()
