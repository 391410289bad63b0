"""What there is to run in a project: its main file, how it is started, how its tests are run."""

from __future__ import annotations

import ast
import hmac
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from agents.contracts import Command, Execution, Limits
from agents.events import TestCase

Files = Mapping[str, str]

START_NAMES = ("main.py", "app.py", "run.py", "__main__.py", "game.py", "start.py", "cli.py")
SCRIPTS = (".js", ".mjs", ".cjs")
NODE_NAMES = ("main.js", "index.js", "app.js", "server.js", "main.mjs", "index.mjs")
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
JAVASCRIPT_SERVER = re.compile(r"\.listen\s*\(|\bcreateServer\s*\(")
MAIN_GUARD = re.compile(r"""^if\s+__name__\s*==\s*['"]__main__['"]""", re.MULTILINE)
TEST_SECONDS = 120.0


def entry(files: Files) -> str:
    """The main file; empty when there is none that could be told from the others.

    By name, then by `if __name__ == "__main__"`, then the one file that no other imports; the nearest to the
    project's folder first. For a web page it is the page, for Node its script.
    """
    programs = sorted((path for path in files if path.endswith(".py") and not is_test(path)), key=_nearness)
    return (
        _named(programs, START_NAMES)
        or _only([path for path in programs if MAIN_GUARD.search(files[path])])
        or _node_entry(files)
        or _only(_not_imported(files, programs))
        or _named(sorted(files, key=_nearness), ("index.html",))
    )


def start_command(files: Files) -> Command | None:
    """How the program is started; None when there is nothing to start (a web page, a library)."""
    main = entry(files)
    if main.endswith(".py"):
        imported = _all_imports(files)
        arguments, search = _python_arguments(main, files)
        return Command(
            ("python", *arguments),
            title="Start the program",
            env={"PYTHONPATH": search} if search else {},
            stays_open=_stays_open(imported),
            display=_uses(imported, DISPLAYS),
        )
    if main.endswith(SCRIPTS) and shutil.which("node"):
        serves = any(JAVASCRIPT_SERVER.search(text) for path, text in files.items() if path.endswith(SCRIPTS))
        return Command(("node", main), title="Start the program", stays_open=serves)
    return None


def test_command(files: Files, only: Sequence[str] = ()) -> Command | None:
    """How the project's Python tests are run; None when it has none. See `resources/testkit`.

    With `only`, just the tests in these files are run, in this order.
    """
    tests = [path for path in files if is_test(path)]
    if not tests:
        return None
    return Command(
        ("python", "-m", "troupe_tests", *only),
        title="Run the tests",
        tests=True,
        limits=Limits(wall_seconds=TEST_SECONDS, cpu_seconds=int(TEST_SECONDS)),
        display=_uses(_all_imports(files), DISPLAYS),
    )


def is_test(path: str) -> bool:
    """Whether `path` is a Python file of tests, by its name."""
    name = PurePosixPath(path).name
    return name.endswith(".py") and (
        name.startswith("test_") or name.endswith("_test.py") or name in ("test.py", "tests.py")
    )


def read_report(execution: Execution) -> tuple[TestCase, ...]:
    """The tests that `execution` ran, each once; one that failed in any of its parts has failed.

    Lines that are no results are passed over: the program itself could have written to the report.
    """
    cases: dict[str, TestCase] = {}
    for case in _cases(execution.report):
        known = cases.get(case.name)
        if known is None or (known.outcome != "failed" and case.outcome != "passed"):
            cases[case.name] = case
    return tuple(cases.values())


def unsealed(report: str, secret: str) -> str:
    """The lines of a sealed report that are signed with `secret`, without their signatures."""
    lines = [line.partition(" ") for line in report.splitlines()]
    return "\n".join(
        told for mac, _, told in lines if hmac.compare_digest(mac.encode(), _signed(told, secret))
    )


def _signed(told: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), told.encode(), "sha256").hexdigest().encode()


def parsed(text: str) -> ast.Module | None:
    """The syntax tree of a Python file; None when it is not valid."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


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


def _cases(report: str) -> Iterator[TestCase]:
    for line in report.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        match told:
            case {
                "name": str(name),
                "outcome": "passed" | "failed" | "skipped" as outcome,
                "message": str(message),
            }:
                yield TestCase(name=name, outcome=outcome, message=message)
            case _:
                continue


def _nearness(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _named(paths: list[str], names: tuple[str, ...]) -> str:
    """The first of `names` that one of `paths` has, nearest to the project's folder."""
    depths = sorted({path.count("/") for path in paths})
    for depth in depths:
        here = {PurePosixPath(path).name: path for path in reversed(paths) if path.count("/") == depth}
        for name in names:
            if name in here:
                return here[name]
    return ""


def _only(paths: list[str]) -> str:
    """The only path; of several, the only one in the project's own folder."""
    outer = [path for path in paths if "/" not in path]
    if len(paths) == 1:
        return paths[0]
    return outer[0] if len(outer) == 1 else ""


def _not_imported(files: Files, programs: list[str]) -> list[str]:
    """The programs that no other file imports, without those that only make a folder a package."""
    imported: set[str] = set()
    for path in programs:
        if tree := parsed(files[path]):
            imported |= {name.rpartition(".")[2] for name, _ in imported_names(tree)}
    skipped = {"__init__", "conftest", "setup"}
    stems = {path: PurePosixPath(path).stem for path in programs}
    return [path for path, stem in stems.items() if stem not in imported | skipped]


def _node_entry(files: Files) -> str:
    """The script that `package.json` names, or the one with a usual name when there is no page to show it."""
    try:
        package = json.loads(files.get("package.json", ""))
    except ValueError:
        package = {}
    main = package.get("main") if isinstance(package, dict) else None
    if isinstance(main, str) and main.removeprefix("./") in files:
        return main.removeprefix("./")
    if any(path.endswith((".html", ".htm")) for path in files):
        return ""
    return _named(sorted((path for path in files if path.endswith(SCRIPTS)), key=_nearness), NODE_NAMES)


def _python_arguments(main: str, files: Files) -> tuple[tuple[str, ...], str]:
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
    tree = parsed(files[main])
    names = imported_names(tree) if tree else ()
    return any(name.partition(".")[0] in beside - outside for name, level in names if not level)


def _all_imports(files: Files) -> set[str]:
    trees = [parsed(text) for path, text in files.items() if path.endswith(".py") and not is_test(path)]
    return {name for tree in trees if tree for name, level in imported_names(tree) if not level}


def _uses(imported: set[str], modules: frozenset[str]) -> bool:
    return any(name.partition(".")[0] in modules for name in imported)


def _stays_open(imported: set[str]) -> bool:
    return _uses(imported, WINDOWS | SERVERS) or bool(imported & SERVER_MODULES)
