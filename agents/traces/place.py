"""A place in the project's own code, and an error with the places that led to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Place:
    """A line of one of the project's files; `name` is the function there, where it is known."""

    path: str
    line: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """One error: its type (`NameError`; `error` for a compiler's), what it says, and where it came from.

    `places` are the project's own, the innermost last.
    """

    error: str
    message: str
    places: tuple[Place, ...] = ()

    @property
    def told(self) -> str:
        """The error as a program says it."""
        return ": ".join(filter(None, (self.error, self.message)))


class OwnPaths:
    """Finds the project's file that a path in a program's output means.

    Programs run in a folder that is called otherwise in the sandbox, so a path counts by its end.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            self._by_name[path.rpartition("/")[2]].append(path)

    def find(self, told: str) -> str:
        """The project's path for `told`; empty when it is none of the project's files, or not clear which."""
        plain = unquote(told.removeprefix("file://")).replace("\\", "/").removeprefix("./")
        if plain in self._paths:
            return plain
        if "/site-packages/" in plain or "/node_modules/" in plain or plain.startswith(("/usr/", "node:")):
            return ""
        candidates = self._by_name.get(plain.rpartition("/")[2], [])
        ends = [path for path in candidates if plain.endswith(f"/{path}")]
        if ends:
            return max(ends, key=len)
        longer = [path for path in candidates if path.endswith(f"/{plain}")]
        return longer[0] if len(longer) == 1 else ""

    def place(self, told: str, line: str | int = 0, name: str = "") -> Place | None:
        """The place in the project's own code; None when it lies outside."""
        path = self.find(told)
        return Place(path, int(line or 0), name) if path else None
