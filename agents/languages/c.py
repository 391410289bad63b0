"""C and C++: all sources of the project are compiled into one program."""

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

PLUS = (".cc", ".cpp", ".cxx")
SOURCES = (".c", *PLUS)
HEADERS = (".h", ".hh", ".hpp")
MAIN = re.compile(r"^\s*(?:int|void)\s+main\s*\(", re.MULTILINE)
TEST_NAME = re.compile(r"(?:.+[_-])?tests?\.(?:c|cc|cpp|cxx)|test[_-].+\.(?:c|cc|cpp|cxx)")
MAKE_TARGET = re.compile(r"^(test|check)\s*:", re.MULTILINE)
OPTIONS = re.compile(r"(?<![\w-])-(?:std=[\w+]+|D\w+(?:=\w+)?|pthread)(?![\w-])")
LIBRARIES = re.compile(r"(?<![\w-])-l[\w+.]+")
INSTALL = "No C compiler is installed; install one (on Debian or Ubuntu: sudo apt install gcc libc6-dev)."
INSTALL_PLUS = "No C++ compiler is installed; install one (on Debian or Ubuntu: sudo apt install g++)."


class C:
    """C, and C++ with it. See `agents.languages.language.Language`."""

    testing = (
        "plain programs, in files tests/*_test.c (*_test.cpp for C++), each with a main that checks with "
        "assert.h and returns 0; they include the program's headers and are linked with all its sources but"
        " the one with main"
    )

    def __init__(self, name: str, endings: tuple[str, ...], compiler: str, install: str) -> None:
        self.name = name
        self._endings = endings
        self._compiler = compiler
        self._install = install

    def entry(self, files: Files) -> str:
        """The source with `main`, the nearest to the project's folder, a file called main before others."""
        if PLUS[0] in self._endings and not any(path.endswith(PLUS) for path in files):
            return ""
        mains = [path for path in self._sources(files) if MAIN.search(files[path])]
        return min(
            mains, key=lambda path: (path.count("/"), PurePosixPath(path).stem != "main", path), default=""
        )

    def owns(self, path: str) -> bool:
        """By the ending."""
        return path.endswith((*PLUS, *HEADERS[1:]) if PLUS[0] in self._endings else (".c", ".h"))

    def is_test(self, path: str) -> bool:
        """`x_test.c`, `test_x.c`, `tests.c`."""
        return path.endswith(self._endings) and TEST_NAME.fullmatch(PurePosixPath(path).name) is not None

    def build(self, files: Files) -> Command | None:
        """With one call of the compiler."""
        main = self.entry(files)
        if not main:
            return None
        argv = (
            *self._compiling(files),
            "-o",
            f"{BUILD}/program",
            main,
            *self._parts(files),
            *_libraries(files),
        )
        return Command(
            argv,
            title="Build the program",
            env={"TMPDIR": BUILD},
            limits=GENEROUS,
            read_only=outside([self._compiler]),
            writable=(BUILD_FOLDER,),
        )

    def start(self, files: Files) -> Command | None:
        """What was built."""
        if not self.entry(files):
            return None
        return Command((f"{BUILD}/program",), title="Start the program", read_only=(BUILD_FOLDER,))

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """Each file of tests as a program of its own; without any, the Makefile's target."""
        tests = [path for path in only or sorted(files, key=nearness) if self.is_test(path)]
        if tests:
            parts = [path for path in self._parts(files) if path not in tests]
            told = (*tests, "--", *self._compiling(files), *parts, *_libraries(files))
        elif (target := MAKE_TARGET.search(_makefile(files))) and self.entry(files) and not only:
            told = ("--make", target[1])
        else:
            return None
        return Command(
            ("python", "-P", "-m", "troupe_c", *told),
            title="Run the tests",
            tests=True,
            env={"TMPDIR": BUILD, "TROUPE_BUILD": BUILD, **search_path([self._compiler])},
            limits=GENEROUS,
            read_only=outside([self._compiler]),
            writable=(BUILD_FOLDER,),
        )

    def lacking(self) -> str:
        """The compiler."""
        return "" if is_there(self._compiler) else self._install

    def _sources(self, files: Files) -> list[str]:
        return sorted(
            (path for path in files if path.endswith(self._endings) and not self.is_test(path)), key=nearness
        )

    def _parts(self, files: Files) -> list[str]:
        """The sources without any `main`."""
        return [path for path in self._sources(files) if not MAIN.search(files[path])]

    def _compiling(self, files: Files) -> list[str]:
        """The compiler with the options that a Makefile sets, and every folder that has headers.

        `cc` takes each file for what its ending says; for C++ a compiler of it has to be there besides.
        """
        folders = {str(PurePosixPath(path).parent) for path in files if path.endswith(HEADERS)}
        options = OPTIONS.findall(_makefile(files))
        includes = (f"-I{folder}" for folder in sorted({".", *folders}))
        return ["cc", "-g", "-Wall", *dict.fromkeys(options), *includes]


C_LANGUAGE = C("C", (".c",), "cc", INSTALL)
CPP = C("C++", SOURCES, "c++", INSTALL_PLUS)


def _makefile(files: Files) -> str:
    return next((files[name] for name in ("Makefile", "makefile", "GNUmakefile") if name in files), "")


def _libraries(files: Files) -> list[str]:
    plus = ["-lstdc++"] if any(path.endswith(PLUS) for path in files) else []
    return list(dict.fromkeys([*LIBRARIES.findall(_makefile(files)), *plus, "-lm"]))
