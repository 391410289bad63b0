"""Which of the project's files a Python import means."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from agents.codegraph.parts import Key, Links, Project, Reading, Reference

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
DEEPEST = 16  # re-exports are followed so far
TOP = PurePosixPath()


def offers(path: str, reading: Reading) -> Iterator[Key]:
    """A file is found by each ending of its dotted name, and defines its module's name."""
    parts = _dotted(path)
    for start in range(1, len(parts)):
        yield "python ending", ".".join(parts[start:])
    if parts:
        yield "defines", parts[-1]
        yield "defines", ".".join(parts)


def resolve(path: str, reading: Reading, project: Project) -> Links:
    """The files behind a file's imports, re-exports of packages followed to where they come from.

    What runs before it without being named are the packages of what it imports, and `conftest.py` for tests.
    """
    importer = _Importer(path, project)
    found: set[str] = set()
    for reference in reading.references:
        found |= importer.files_of(reference)
    runs = {init for target in found for init in _packages_of(target, project)}
    return Links(frozenset(found), frozenset(runs | _conftests(path, project)))


def module_file(path: str, name: str, level: int, project: Project) -> str:
    """The file of a module that is imported in `path`; empty when it is none of the project's."""
    return _Importer(path, project).module(name, level)


class _Importer:
    """Looks for modules as Python would when it runs one file."""

    def __init__(self, path: str, project: Project) -> None:
        self._path = path
        self._folder = PurePosixPath(path).parent
        self._project = project

    def files_of(self, reference: Reference, deep: int = 0) -> set[str]:
        """The files of one import; of a package also those from which it has the names."""
        module = self.module(reference.target, reference.level)
        if reference.kind != "from":
            return {module} if module else set()
        found = {module} if module and reference.target else set()
        for name, _ in reference.names:
            dotted = f"{reference.target}.{name}".strip(".")
            if name != "*" and (submodule := self.module(dotted, reference.level)):
                found.add(submodule)
            elif module:
                found.add(module)
                found |= self._passed_on(module, name, deep)
        return found

    def _passed_on(self, module: str, name: str, deep: int) -> set[str]:
        """Where a package has a name from that it only passes on."""
        if deep > DEEPEST or not module.endswith("/__init__.py") or module == self._path:
            return set()
        reading = self._project.reading(module)
        package = _Importer(module, self._project)
        found: set[str] = set()
        for reference in reading.references if reading else ():
            given = {here for _, here in reference.names}
            if reference.kind == "from" and (name == "*" or name in given or "*" in given):
                taken = tuple(pair for pair in reference.names if name in ("*", pair[1]) or pair[0] == "*")
                found |= package.files_of(reference._replace(names=taken), deep + 1)
        if name == "*" and reading:
            names = tuple((given, given) for given in reading.exported)
            submodules = (package.module(given, 1) for given, _ in names)
            found |= {path for path in submodules if path}
        return found

    def module(self, name: str, level: int) -> str:
        """The file of a module; empty when it is none of the project's."""
        if level:
            folder = self._folder
            for _ in range(level - 1):
                folder = folder.parent
            return self._at(folder, name)
        if not name:
            return ""
        for root in self._roots():
            if target := self._at(root, name):
                return target
        return self._only_ending(name)

    def _at(self, folder: PurePosixPath, name: str) -> str:
        plain = folder.joinpath(*name.split(".")) if name else folder
        candidates = [f"{plain}/__init__.py"] if plain != TOP else ["__init__.py"]
        if name:
            candidates += [f"{plain}.py", f"{plain}.pyi"]
        return next((path for path in candidates if self._project.has(path)), "")

    def _roots(self) -> Iterator[PurePosixPath]:
        """Where Python would look: beside a file outside a package, in the project, in the folders above."""
        in_package = self._project.has((self._folder / "__init__.py").as_posix())
        if not in_package:
            yield self._folder
        yield TOP
        if any(self._project.has(name) for name in PROJECT_FILES):
            yield PurePosixPath("src")
        yield self._folder
        yield from self._folder.parents

    def _only_ending(self, name: str) -> str:
        """The one file whose dotted name ends so: its folder is on the search path in a way unknown here."""
        if name.partition(".")[0] in sys.stdlib_module_names:
            return ""
        known = self._project.offering("python ending", name)
        return known[0] if len(known) == 1 else ""


def _packages_of(path: str, project: Project) -> Iterator[str]:
    """The `__init__` files that run before a module."""
    for folder in PurePosixPath(path).parents:
        init = (folder / "__init__.py").as_posix()
        if init != path and project.has(init):
            yield init


def _conftests(path: str, project: Project) -> set[str]:
    """What pytest runs before a file of tests."""
    if not PurePosixPath(path).name.startswith("test") and not path.endswith("_test.py"):
        return set()
    found: Iterable[str] = ((folder / "conftest.py").as_posix() for folder in PurePosixPath(path).parents)
    return {conftest for conftest in found if project.has(conftest)}


def _dotted(path: str) -> tuple[str, ...]:
    plain = PurePosixPath(path).with_suffix("")
    return plain.parent.parts if plain.name == "__init__" else plain.parts
