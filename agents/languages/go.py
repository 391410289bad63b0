"""Go, with its own modules only: nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from agents.contracts import Command
from agents.languages.language import (
    BUILD,
    BUILD_FOLDER,
    GENEROUS,
    Files,
    is_there,
    nearness,
    outside,
    search_path,
)

MAIN_PACKAGE = re.compile(r"^package\s+main\b", re.MULTILINE)
MAIN = re.compile(r"^func\s+main\s*\(\s*\)", re.MULTILINE)
SERVES = re.compile(r"\bListenAndServe|\bnet\.Listen\(")
INSTALL = "Go is not installed; install it (on Debian or Ubuntu: sudo apt install golang-go)."


class Go:
    """See `agents.languages.language.Language`."""

    name = "Go"
    testing = "Go's own testing package, in files *_test.go beside the code and in its package"

    def entry(self, files: Files) -> str:
        """The file with `func main`, the nearest to the project's folder, `main.go` before others."""
        mains = [path for path, text in files.items() if self._is_program(path) and _has_main(text)]
        return min(
            mains, key=lambda path: (path.count("/"), PurePosixPath(path).name != "main.go", path), default=""
        )

    def owns(self, path: str) -> bool:
        """By the ending."""
        return path.endswith(".go")

    def is_test(self, path: str) -> bool:
        """As Go finds them."""
        return path.endswith("_test.go")

    def build(self, files: Files) -> Command | None:
        """Into the project's build folder, where Go's cache is as well."""
        main = self.entry(files)
        if not main:
            return None
        return _command(
            "Build the program", files, "go", "build", "-o", f"{BUILD}/program", *_package(main, files)
        )

    def start(self, files: Files) -> Command | None:
        """What was built."""
        if not self.entry(files):
            return None
        serves = any(SERVES.search(text) for path, text in files.items() if self._is_program(path))
        return Command(
            (f"{BUILD}/program",), title="Start the program", stays_open=serves, read_only=(BUILD_FOLDER,)
        )

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """With `go test`."""
        tests = [path for path in only or sorted(files, key=nearness) if self.is_test(path)]
        if not tests:
            return None
        packages = ["./..."] if "go.mod" in files and not only else _packages(tests, files)
        return _command("Run the tests", files, "python", "-P", "-m", "troupe_go", *packages)

    def lacking(self) -> str:
        """Go."""
        return "" if is_there("go") else INSTALL

    def _is_program(self, path: str) -> bool:
        return self.owns(path) and not self.is_test(path)


GO = Go()


def _has_main(text: str) -> bool:
    return MAIN_PACKAGE.search(text) is not None and MAIN.search(text) is not None


def _package(main: str, files: Files) -> list[str]:
    """The package of a file: by its folder in a module, else by its files."""
    folder = PurePosixPath(main).parent
    if "go.mod" in files:
        return [f"./{folder}" if str(folder) != "." else "."]
    return sorted(
        path
        for path in files
        if PurePosixPath(path).parent == folder and path.endswith(".go") and not GO.is_test(path)
    )


def _packages(tests: Sequence[str], files: Files) -> list[str]:
    """What to test: folders of a module; without one, the files of the only folder that has tests."""
    folders = list(dict.fromkeys(PurePosixPath(path).parent for path in tests))
    if "go.mod" in files:
        return [f"./{folder}" if str(folder) != "." else "." for folder in folders]
    return sorted(path for path in files if PurePosixPath(path).parent == folders[0] and path.endswith(".go"))


def _command(title: str, files: Files, *argv: str) -> Command:
    vendored = "vendor/modules.txt" in files
    return Command(
        argv,
        title=title,
        env={
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "" if vendored else "-mod=mod",
            "GOPROXY": "off",
            "GOTELEMETRY": "off",
            "CGO_ENABLED": "0",
            "GOMAXPROCS": "2",
            "GOCACHE": f"{BUILD}/go",
            "GOPATH": f"{BUILD}/gopath",
            "TMPDIR": BUILD,
            **search_path(["go"]),
        },
        tests="troupe_go" in argv,
        limits=GENEROUS,
        read_only=outside(["go"]),
        writable=(BUILD_FOLDER,),
    )
