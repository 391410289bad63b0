"""Python: the language that the team takes when nothing speaks for another one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from agents.contracts import Command, Limits
from agents.languages.language import TEST_SECONDS, Files, named, nearness, only_one
from agents.syntax import module_of

START_NAMES = ("main.py", "app.py", "run.py", "__main__.py", "game.py", "start.py", "cli.py")
WINDOWS = frozenset(
    {
        *("arcade", "customtkinter", "dearpygui", "flet", "gi", "kivy", "pygame", "pyglet"),
        *("PyQt5", "PyQt6", "PySide2", "PySide6", "tkinter", "turtle", "ursina", "wx"),
    }
)
DISPLAYS = frozenset({"customtkinter", "gi", "tkinter", "turtle", "wx"})  # cannot do without an X display
SERVERS = frozenset(
    {
        *("aiohttp", "bottle", "cherrypy", "django", "fastapi", "flask", "sanic"),
        *("socketserver", "starlette", "tornado", "uvicorn", "waitress"),
    }
)
# Modules of the standard library that hold a server beside other things.
SERVER_MODULES = frozenset({"http.server", "wsgiref.simple_server", "xmlrpc.server"})
MAIN_GUARD = re.compile(r"""^if\s+__name__\s*==\s*['"]__main__['"]""", re.MULTILINE)
NO_PROGRAMS = frozenset({"__init__", "conftest", "setup"})


class Python:
    """See `agents.languages.language.Language`."""

    name = "Python"
    testing = (
        "Python's unittest, in files tests/test_*.py that import the program's modules from the project's "
        "root"
    )

    def entry(self, files: Files) -> str:
        """By its name, then by `if __name__ == "__main__"`; the nearest to the project's folder first."""
        programs = self._programs(files)
        return named(programs, START_NAMES) or only_one(
            [path for path in programs if MAIN_GUARD.search(files[path])]
        )

    def likely_entry(self, files: Files) -> str:
        """The one file that no other imports, where no name and no other language says more."""
        return self.entry(files) or only_one(_not_imported(files, self._programs(files)))

    def owns(self, path: str) -> bool:
        """By the ending."""
        return path.endswith(".py")

    def is_test(self, path: str) -> bool:
        """As pytest and unittest find them."""
        name = PurePosixPath(path).name
        return name.endswith(".py") and (
            name.startswith("test_") or name.endswith("_test.py") or name in ("test.py", "tests.py")
        )

    def build(self, files: Files) -> None:
        """Nothing is built."""

    def start(self, files: Files) -> Command | None:
        """As a file, or as a module of its package."""
        main = self.likely_entry(files)
        if not main:
            return None
        imported = _all_imports(files)
        arguments, search = _arguments(main, files)
        return Command(
            ("python", *arguments),
            title="Start the program",
            # A crash then tells the functions on the stack.
            env={"PYTHONFAULTHANDLER": "1", **({"PYTHONPATH": search} if search else {})},
            stays_open=_uses(imported, WINDOWS | SERVERS) or bool(imported & SERVER_MODULES),
            display=_uses(imported, DISPLAYS),
        )

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """With pytest, which runs unittest's too."""
        if not any(map(self.is_test, files)):
            return None
        return Command(
            ("python", "-m", "troupe_tests", *only),
            title="Run the tests",
            tests=True,
            limits=Limits(wall_seconds=TEST_SECONDS, cpu_seconds=int(TEST_SECONDS)),
            display=_uses(_all_imports(files), DISPLAYS),
        )

    def lacking(self) -> str:
        """Troupe runs on Python itself."""
        return ""

    def _programs(self, files: Files) -> list[str]:
        return sorted((path for path in files if self.owns(path) and not self.is_test(path)), key=nearness)


PYTHON = Python()


def imported_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, dotted, with its level: 0, or the number of dots before it.

    A name that is imported from a module may be a module itself, so it is given as well.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module:
                yield module, node.level
            for alias in node.names:
                yield f"{module}.{alias.name}".strip("."), node.level


def _not_imported(files: Files, programs: list[str]) -> list[str]:
    """The programs that no other file imports, without those that only make a folder a package."""
    imported: set[str] = set()
    for path in programs:
        if tree := module_of(files[path]):
            imported |= {name.rpartition(".")[2] for name, _ in imported_names(tree)}
    stems = {path: PurePosixPath(path).stem for path in programs}
    return [path for path, stem in stems.items() if stem not in imported | NO_PROGRAMS]


def _arguments(main: str, files: Files) -> tuple[tuple[str, ...], str]:
    """How Python is told to start `main`, and the folder that it has to find modules in besides.

    A file inside a package is started as a module, so that the package finds its own parts, unless it imports
    the files beside it as if it lay in the project's folder.
    """
    path = PurePosixPath(main)
    package = path.parent
    in_package = path.name == "__main__.py" or f"{package}/__init__.py" in files
    if package == PurePosixPath(".") or not in_package or _imports_siblings(main, files):
        return (main,), ""
    root = package
    while f"{root.parent}/__init__.py" in files:
        root = root.parent
    parts = package.relative_to(root.parent).parts
    module = parts if path.name == "__main__.py" else (*parts, path.stem)
    if not all(part.isidentifier() for part in module):
        return (main,), ""
    return ("-m", ".".join(module)), "" if root.parent == PurePosixPath(".") else root.parent.as_posix()


def _imports_siblings(main: str, files: Files) -> bool:
    folder = PurePosixPath(main).parent
    beside = {PurePosixPath(path).stem for path in files if PurePosixPath(path).parent == folder}
    outside = {PurePosixPath(path).parts[0].removesuffix(".py") for path in files}
    tree = module_of(files[main])
    names = imported_names(tree) if tree else ()
    return any(name.partition(".")[0] in beside - outside for name, level in names if not level)


def _all_imports(files: Files) -> set[str]:
    trees = [
        module_of(text) for path, text in files.items() if path.endswith(".py") and not PYTHON.is_test(path)
    ]
    return {name for tree in trees if tree for name, level in imported_names(tree) if not level}


def _uses(imported: set[str], modules: frozenset[str]) -> bool:
    return any(name.partition(".")[0] in modules for name in imported)
