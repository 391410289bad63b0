"""Java, with its own library only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

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

MAIN = re.compile(r"\bstatic\s+(?:final\s+)?void\s+main\s*\(\s*(?:final\s+)?String\b")
PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
STAYS_OPEN = re.compile(r"\b(?:javax\.swing|java\.awt|HttpServer|ServerSocket)\b")
MEMORY = ("-Xmx1g", "-XX:+UseSerialGC")  # a virtual machine reserves much more than it uses
# Where Debian keeps settings without which no Java starts.
SETTINGS = tuple(sorted(Path("/etc").glob("java-*-openjdk")))
INSTALL = "Java is not installed; install a JDK (on Debian or Ubuntu: sudo apt install default-jdk-headless)."


class Java:
    """See `agents.languages.language.Language`."""

    name = "Java"
    testing = (
        "plain classes with a main method, in files tests/*Test.java, each of which checks with assert or "
        "throws an AssertionError; no JUnit"
    )

    def entry(self, files: Files) -> str:
        """The class with a `main`, the nearest to the project's folder, Main or App before others."""
        mains = [path for path, text in files.items() if self._is_program(path) and MAIN.search(text)]
        first = ("Main", "App")
        return min(
            mains, key=lambda path: (PurePosixPath(path).stem not in first, *nearness(path)), default=""
        )

    def owns(self, path: str) -> bool:
        """By the ending."""
        return path.endswith(".java")

    def is_test(self, path: str) -> bool:
        """`XTest.java`, `TestX.java`, `XTests.java`."""
        name = PurePosixPath(path).name
        return name.endswith(("Test.java", "Tests.java")) or (
            name.endswith(".java") and re.match(r"Test[A-Z]", name) is not None
        )

    def build(self, files: Files) -> Command | None:
        """All sources but the tests, with `javac`."""
        if not self.entry(files):
            return None
        sources = sorted(filter(self._is_program, files))
        return Command(
            (
                "javac",
                "-J-Xmx1g",
                "-J-XX:+UseSerialGC",
                "-encoding",
                "UTF-8",
                "-d",
                f"{BUILD}/classes",
                *sources,
            ),
            title="Build the program",
            limits=GENEROUS,
            read_only=(*SETTINGS, *outside(["javac"])),
            writable=(BUILD_FOLDER,),
        )

    def start(self, files: Files) -> Command | None:
        """The class with `main`."""
        main = self.entry(files)
        if not main:
            return None
        opens = any(STAYS_OPEN.search(text) for path, text in files.items() if self._is_program(path))
        windowed = any("javax.swing" in text or "java.awt" in text for text in files.values())
        return Command(
            ("java", *MEMORY, "-cp", f"{BUILD}/classes", _class_of(main, files[main])),
            title="Start the program",
            stays_open=opens,
            display=windowed,
            limits=GENEROUS,
            read_only=(BUILD_FOLDER, *SETTINGS, *outside(["java"])),
        )

    def tests(self, files: Files, only: Sequence[str] = ()) -> Command | None:
        """Each class of tests as a program of its own, with assertions enabled."""
        tests = [path for path in only or sorted(files, key=nearness) if self.is_test(path)]
        if not tests:
            return None
        classes = [f"{path}={_class_of(path, files.get(path, ''))}" for path in tests]
        sources = sorted(path for path in files if self._is_program(path))
        return Command(
            ("python", "-P", "-m", "troupe_java", *classes, "--", *sources),
            title="Run the tests",
            tests=True,
            env={"TROUPE_BUILD": BUILD, **search_path(["javac"])},
            limits=GENEROUS,
            read_only=(*SETTINGS, *outside(["javac"])),
            writable=(BUILD_FOLDER,),
        )

    def lacking(self) -> str:
        """A JDK."""
        return "" if is_there("javac", "java") else INSTALL

    def _is_program(self, path: str) -> bool:
        return self.owns(path) and not self.is_test(path) and PurePosixPath(path).name != "module-info.java"


JAVA = Java()


def _class_of(path: str, text: str) -> str:
    package = PACKAGE.search(text)
    stem = PurePosixPath(path).stem
    return f"{package[1]}.{stem}" if package else stem
