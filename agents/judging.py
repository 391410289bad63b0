"""Whether a program works and is complete, said with a reason in words.

The exit code decides whether a program failed, and not what it prints: a program may print the word
"Traceback" and be right, or fail in silence.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence

from agents.containment import containment
from agents.contracts import Command, Execution, Verdict
from agents.events import TestCase
from agents.gaps import gaps_in
from agents.programs import read_report

NO_TESTS = 5  # the exit code of a test run that found none
NO_DISPLAY = re.compile(
    r"no display name and no \$DISPLAY|couldn't connect to display|could not connect to display"
    r"|cannot open display|unable to open display",
    re.IGNORECASE,
)
NO_TOOLKIT = re.compile(r"No module named '_?tkinter'")
MEBIBYTE = 1024**2


def judge(command: Command, execution: Execution) -> Verdict:
    """Whether the program worked, by how it ended; for a test run, whether the tests passed."""
    if command.tests and not command.observes:
        return judge_tests(read_report(execution), execution)
    match execution.ended_by:
        case "settled":
            return Verdict(True, f"It started and was still running after {command.settle_seconds:g} s.")
        case "timeout":
            return Verdict(False, f"It did not end within {command.limits.wall_seconds:g} s.")
        case "memory":
            most = command.limits.memory // MEBIBYTE
            return Verdict(False, f"It used more than {most:,} MiB of memory and was ended.")
        case "processes":
            return Verdict(False, f"It started more than {command.limits.processes} processes and was ended.")
        case "disk":
            most = command.limits.disk // MEBIBYTE
            return Verdict(False, f"It wrote more than {most:,} MiB of files and was ended.")
        case "files":
            return Verdict(False, f"It made more than {command.limits.files:,} files and was ended.")
        case "output":
            return Verdict(False, "It printed without end and was ended.")
        case "stop":
            return Verdict(False, "It was stopped before it had ended.")
        case "signal":
            return Verdict(False, _signalled(command, execution.exit_code or 0))
        case "exit":
            return _judge_exit(command, execution)


def judge_tests(cases: Sequence[TestCase], execution: Execution) -> Verdict:
    """Whether the tests passed: some ran, none failed, and the run came to its end."""
    failed = [case for case in cases if case.outcome == "failed"]
    passed = [case for case in cases if case.outcome == "passed"]
    if failed:
        return Verdict(False, f"{len(failed)} of {_tests(len(cases))} failed: {_names(failed)}.")
    if execution.ended_by != "exit":
        return Verdict(False, f"The tests did not come to an end ({execution.ended_by}).")
    if execution.exit_code == NO_TESTS or not cases:
        return Verdict(False, "No tests were found.")
    if execution.exit_code != 0:
        return Verdict(False, f"The test run failed with exit code {execution.exit_code}.")
    if not passed:
        return Verdict(False, f"All of {_tests(len(cases))} were skipped.")
    skipped = len(cases) - len(passed)
    return Verdict(True, f"{_tests(len(passed))} passed{f', {skipped} skipped' if skipped else ''}.")


def unfinished(files: Mapping[str, str]) -> dict[str, list[str]]:
    """What is not implemented, by file: one sentence a place, with its line. See `agents.gaps`."""
    found = {path: gaps_in(path, text) for path, text in files.items()}
    return {path: gaps for path, gaps in found.items() if gaps}


def completeness(files: Mapping[str, str]) -> float:
    """The share of files without anything unfinished, from 0 to 1; 0 when there are no files.

    The ChatDev paper (arXiv:2307.07924) measures the share of programs without placeholders.
    """
    return 1 - len(unfinished(files)) / len(files) if files else 0.0


def _judge_exit(command: Command, execution: Execution) -> Verdict:
    code = execution.exit_code
    if code == 0:
        return Verdict(True, "It ended by itself without an error.")
    last = _last_line(execution.errors)
    if _waited_for_input(execution.errors):
        return Verdict(True, "It ran until it waited for input, of which there was none.")
    if NO_TOOLKIT.search(last):
        return Verdict(True, "It needs tkinter, which this machine's Python does not have; it was not tried.")
    if NO_DISPLAY.search(last):
        return Verdict(True, "It needs a display, of which there is none here; it was not tried further.")
    told = f": {last}" if last else ", and said nothing on its error output"
    return Verdict(False, f"It failed with exit code {code}{told}{containment(command, last)}")


def _waited_for_input(errors: str) -> bool:
    """Python ended because `input()` met the end of its input, and for no other reason."""
    return (
        _last_line(errors).startswith("EOFError: EOF when reading a line") and "\nTraceback" in f"\n{errors}"
    )


def _signalled(command: Command, code: int) -> str:
    number = -code
    if number == getattr(signal, "SIGXCPU", None):
        return f"It used more than {command.limits.cpu_seconds} s of processor time and was ended."
    if number == getattr(signal, "SIGXFSZ", None):
        return f"It wrote a file of more than {command.limits.file_size // MEBIBYTE:,} MiB and was ended."
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"It crashed ({name})."


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"


def _names(cases: Sequence[TestCase]) -> str:
    names = ", ".join(case.name for case in cases[:3])
    return f"{names} and {len(cases) - 3} more" if len(cases) > 3 else names
