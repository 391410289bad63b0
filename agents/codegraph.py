"""Who imports whom among the project's own files (AgileCoder's dependency graph, arXiv:2406.11912)."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from agents.programs import imported_names, parsed


def edges(files: Mapping[str, str]) -> dict[str, set[str]]:
    """For each Python file of `files` (path → text) the paths of those that it imports.

    Packages and relative imports are followed. A file that is no valid Python imports nothing, and what lies
    outside `files` is left out.
    """
    modules = _Modules(files)
    return {path: modules.imported_by(path, text) for path, text in files.items() if path.endswith(".py")}


class _Modules:
    """The project's modules by their dotted names, counted from the project's folder."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._paths = {_dotted(path): path for path in files if path.endswith(".py")}
        self._folders = {PurePosixPath(path).parent for path in files if path.endswith("/__init__.py")}
        self._endings: defaultdict[str, set[str]] = defaultdict(set)
        for name, path in self._paths.items():
            parts = name.split(".")
            for start in range(1, len(parts)):
                self._endings[".".join(parts[start:])].add(path)

    def imported_by(self, path: str, text: str) -> set[str]:
        """The project's files that a file imports."""
        tree = parsed(text)
        found = (self._found(path, name, level) for name, level in imported_names(tree)) if tree else ()
        return {target for target in found if target and target != path}

    def _found(self, path: str, name: str, level: int) -> str:
        """The file of a module; empty when it is none of the project's."""
        folder = PurePosixPath(path).parent
        if level:
            for _ in range(level - 1):
                folder = folder.parent
            return self._paths.get(_joined(folder, name), "")
        for root in self._roots(folder):
            if target := self._paths.get(_joined(root, name)):
                return target
        return self._only_ending(name)

    def _roots(self, folder: PurePosixPath) -> Iterator[PurePosixPath]:
        """Where Python would look: beside a file outside a package, in the project, in the folders above."""
        if folder not in self._folders:
            yield folder
        yield PurePosixPath(".")
        yield folder
        yield from folder.parents

    def _only_ending(self, name: str) -> str:
        """The one file whose dotted name ends so: its folder is on the search path in a way unknown here."""
        known = self._endings.get(name, set())
        if len(known) != 1 or name.partition(".")[0] in sys.stdlib_module_names:
            return ""
        return next(iter(known))


def _dotted(path: str) -> str:
    plain = PurePosixPath(path).with_suffix("")
    parts = plain.parent.parts if plain.name == "__init__" else plain.parts
    return ".".join(parts)


def _joined(folder: PurePosixPath, name: str) -> str:
    return ".".join([*folder.parts, *([name] if name else [])])
