"""What there is to run in a project: its main file, how it is built and started, how its tests are run."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Sequence

from agents.contracts import Command, Execution
from agents.events import TestCase
from agents.languages import BUILD, LANGUAGES, PAGE, PYTHON, Files, Language, language_of
from agents.languages.python import imported_names
from agents.testfiles import is_test

__all__ = [
    "BUILD",
    "Files",
    "Language",
    "build_command",
    "commands_for_tests",
    "entry",
    "imported_names",
    "is_test",
    "language_of",
    "read_report",
    "start_command",
    "unsealed",
]


def entry(files: Files) -> str:
    """The main file; empty when there is none that could be told from the others.

    By name, then by what makes a main file in each language; the nearest to the project's folder first. For
    a web page it is the page, for Node its script.
    """
    language = language_of(files)
    return PYTHON.likely_entry(files) if language is PYTHON else language.entry(files)


def build_command(files: Files) -> Command | None:
    """How the program is built before it is started; None where nothing is built."""
    return language_of(files).build(files)


def start_command(files: Files) -> Command | None:
    """How the program is started; None when there is nothing to start (a web page, a library)."""
    return language_of(files).start(files)


def commands_for_tests(files: Files, only: Sequence[str] = ()) -> list[tuple[Language, Command]]:
    """How the project's tests are run, one command for each language that has some.

    A web page is checked where the program is one. With `only`, just the tests in these files are run, in
    this order; a page is checked all the same. See `resources/testkit`.
    """
    own = language_of(files)
    found: list[tuple[Language, Command]] = []
    for language in LANGUAGES:
        mine = [path for path in only if language.is_test(path)]
        wanted = language is own if language is PAGE else bool(mine) or not only
        if wanted and not _doubled(language, own) and (command := language.tests(files, mine)):
            found.append((language, command))
    return found


def _doubled(language: Language, own: Language) -> bool:
    """C++ knows the tests of C as well: only one of them runs them."""
    pair = {"C", "C++"}
    return language.name in pair and language is not own and (own.name in pair or language.name == "C++")


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


def _cases(report: str) -> Iterator[TestCase]:
    for line in report.splitlines():
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
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
