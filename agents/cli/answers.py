"""Who answers the team's questions when there is no window: the terminal, a file, a model, or nobody."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click

from agents.cli.plain import plain
from agents.contracts import Answer, Question, User
from agents.errors import UsageError
from agents.jsontext import read_json
from agents.paths import typed_path
from agents.plan import Plan
from agents.registry import model_kinds

SIMULATED = "simulated:"
CELL = 41
_CONSENT = {"execute", "install"}
LET_THE_TEAM_DECIDE = Answer("", by="team")


class NobodyAnswers:
    """The team decides for itself; nothing that needs consent is allowed. The demo gives its own answer."""

    def __init__(self, demo_answer: str = "") -> None:
        self._demo_answer = demo_answer

    async def answer(self, question: Question) -> Answer:
        """The demo's answer to the demo's question, else none."""
        if self._demo_answer and question.purpose == "clarify":
            return Answer(self._demo_answer, by="demo")
        return LET_THE_TEAM_DECIDE


class FileAnswers:
    """Answers from a file: the first pattern that is found in the question decides."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = {re.compile(pattern, re.IGNORECASE): text for pattern, text in answers.items()}

    async def answer(self, question: Question) -> Answer:
        """The answer of the first pattern that fits; the team decides where none does."""
        for pattern, text in self._answers.items():
            if pattern.search(question.text):
                return Answer(text, by="file")
        return LET_THE_TEAM_DECIDE


class TerminalAnswers:
    """Asks in the terminal: a number for an option, any other text as it is, nothing: the team decides.

    One question at a time, also when several branches of a run ask.
    """

    def __init__(self) -> None:
        self._asking = asyncio.Lock()

    async def answer(self, question: Question) -> Answer:
        """What the person at the terminal types."""
        async with self._asking:
            return await self._ask(question)

    async def _ask(self, question: Question) -> Answer:
        try:
            self._show(question)
        except OSError:  # nobody can read it, so nobody will answer
            return LET_THE_TEAM_DECIDE
        typed = (await _line()).strip()
        if not typed:
            return LET_THE_TEAM_DECIDE
        if typed.isdecimal() and 1 <= int(typed) <= len(question.options):
            typed = question.options[int(typed) - 1]
        return Answer(typed, by="user")

    def _show(self, question: Question) -> None:
        click.secho(f"\n? {plain(question.text)}", fg="yellow", bold=True, err=True)
        if question.inputs:
            for line in behaviour_lines(question):
                click.secho(f"  {plain(line)}", err=True)
        elif question.context:
            click.secho(f"  {plain(question.context)}", err=True)
        for number, option in enumerate(question.options, start=1):
            click.echo(f"  {number}. {plain(option)}", err=True)
        hint = "yes or no" if question.purpose in _CONSENT else "Enter alone lets the team decide"
        click.echo(f"  Your answer ({hint}): ", nl=False, err=True)


def behaviour_lines(question: Question) -> list[str]:
    """What each reading makes of the question's inputs, in columns that are named by the options' numbers."""
    numbers = [f"{number}." for number in range(1, len(question.readings) + 1)]
    outcomes = zip(*(reading.outcomes for reading in question.readings), strict=True)
    rows = [("", *numbers), *((call, *row) for call, row in zip(question.inputs, outcomes, strict=True))]
    cells = [[_short(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _short(text: str) -> str:
    """A text of at most `CELL` characters, cut in its middle."""
    half = (CELL - 1) // 2
    return text if len(text) <= CELL else f"{text[:half]}…{text[-half:]}"


async def _line() -> str:
    """A line of standard input, read by a thread of its own so that Ctrl-C does not wait for it."""
    loop = asyncio.get_running_loop()
    read: asyncio.Future[str] = loop.create_future()

    def deliver(line: str) -> None:
        if not read.done():
            read.set_result(line)

    def wait() -> None:
        line = sys.stdin.readline()
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, line)

    threading.Thread(target=wait, daemon=True, name="terminal answer").start()
    return await read


def answers_from(choice: str, demo_answer: str = "", plan: Plan | None = None) -> User:
    """The `User` that `--answers` names: `ask`, `auto`, a file, or empty for what fits the terminal.

    `simulated:FILE` is a model of the `plan`'s server that answers from the reference in FILE. Raises
    `UsageError` when a file cannot be read.
    """
    if not choice:
        choice = "ask" if sys.stdin.isatty() and sys.stderr.isatty() else "auto"
    if choice == "ask":
        return TerminalAnswers()
    if choice == "auto":
        return NobodyAnswers(demo_answer)
    if choice.startswith(SIMULATED) and plan is not None:
        return _simulated(typed_path(choice.removeprefix(SIMULATED)), plan)
    return FileAnswers(read_answers(typed_path(choice)))


def _simulated(path: Path, plan: Plan) -> User:
    from agents.simulated import SimulatedUser  # noqa: PLC0415

    kind = "demo" if plan.demo else "ollama"
    return SimulatedUser(
        _read(path, "The reference"),
        lambda: model_kinds()[kind].build(plan.host, plan.allow_cloud),
        plan.model,
        plan.num_ctx,
    )


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UsageError(
            f"{what} in {path} cannot be read: {reason}.", "Name a file, or say ask or auto."
        ) from error


def read_answers(path: Path) -> dict[str, str]:
    """Patterns and answers of a file: a JSON object, a TOML table, or lines of `pattern = answer`."""
    answers = _table(_read(path, "The answers"))
    for pattern in answers:
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"The pattern '{pattern}' in {path} is wrong: {error}.") from error
    return answers


def _table(text: str) -> dict[str, str]:
    for parse in (read_json, tomllib.loads):
        try:
            table = parse(text)
        except ValueError:
            continue
        if isinstance(table, dict) and all(isinstance(value, str) for value in table.values()):
            return table
    pairs = [line.partition("=") for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    if wrong := [left for left, sign, _ in pairs if not sign]:
        raise UsageError(
            f"The line '{wrong[0].strip()}' is no answer.", "Write one answer a line: PATTERN = ANSWER"
        )
    return {left.strip().strip('"'): right.strip().strip('"') for left, _, right in pairs}
