"""JavaScript that runs in Node."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from agents.contracts import Command
from agents.jsontext import read_json
from agents.languages.language import (
    GENEROUS,
    Files,
    is_there,
    named,
    nearness,
    outside,
    search_path,
)

SCRIPTS = (".js", ".mjs", ".cjs")
START_NAMES = ("main.js", "index.js", "app.js", "server.js", "main.mjs", "index.mjs")
SERVER = re.compile(r"\.listen\s*\(|\bcreateServer\s*\(")
TEST_NAME = re.compile(r"(?:.+[._-])?(?:test|spec)\.[cm]?js|test[_-].+\.[cm]?js|tests\.[cm]?js")
RUNS = re.compile(r"^\s*node\s+(?:\./)?([\w./-]+\.[cm]?js)\s*$")
INSTALL = "Node.js is not installed; install it (on Debian or Ubuntu: sudo apt install nodejs)."


class JavaScript:
    """See `agents.languages.language.Language`."""

    name = "JavaScript"
    testing = (
        "Node's own node:test and node:assert, in files tests/*.test.js (tests/*.test.mjs when the program "
        "uses import) that load the program's files by relative paths"
    )

    def entry(self, files: Files) -> str:
        """The script that `package.json` names, or the usual one when there is no page to show it."""
        package = _package(files)
        if (main := _relative(package.get("main"))) in files:
            return main
        scripts = package.get("scripts")
        told = RUNS.match(str(scripts.get("start", ""))) if isinstance(scripts, dict) else None
        if told and told[1] in files:
            return told[1]
        if any(path.endswith((".html", ".htm")) for path in files):
            return ""
        return named(sorted(filter(self._is_program, files), key=nearness), START_NAMES)

    def owns(self, path: str) -> bool:
        """By the ending."""
        return path.endswith(SCRIPTS)

    def is_test(self, path: str) -> bool:
        """As Node finds them by their names, and `.spec.js` besides."""
        return TEST_NAME.fullmatch(PurePosixPath(path).name) is not None

    def build(self, files: Files) -> None:
        """Nothing is built."""

    def start(self, files: Files) -> Command | None:
        """With `node`."""
        main = self.entry(files)
        if not main:
            return None
        serves = any(SERVER.search(text) for path, text in files.items() if self._is_program(path))
        return Command(
            ("node", main), title="Start the program", stays_open=serves, read_only=outside(["node"])
        )

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """With `node --test`."""
        tests = [path for path in only or sorted(files, key=nearness) if self.is_test(path)]
        if not tests:
            return None
        return Command(
            ("python", "-P", "-m", "troupe_node", *tests),
            title="Run the tests",
            tests=True,
            env=search_path(["node"]),
            limits=GENEROUS,
            read_only=outside(["node"]),
        )

    def lacking(self) -> str:
        """Node."""
        return "" if is_there("node") else INSTALL

    def _is_program(self, path: str) -> bool:
        return self.owns(path) and not self.is_test(path)


JAVASCRIPT = JavaScript()


def _package(files: Files) -> dict[str, object]:
    try:
        package = read_json(files.get("package.json", ""))
    except ValueError:
        return {}
    return package if isinstance(package, dict) else {}


def _relative(path: object) -> str:
    return path.removeprefix("./") if isinstance(path, str) else ""
