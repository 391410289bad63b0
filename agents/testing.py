"""Is the program right? It is started and its tests are run; what happened is told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.agent import Agent
from agents.environment import distribution, missing
from agents.events import TestCase
from agents.judging import judge_tests
from agents.programs import read_report, start_command, test_command
from agents.routing import Fault, Router
from agents.run import Ran, Run

REPORT = 6000  # characters of a failure that go into a prompt: its head and its tail
NO_REPAIR_HELPS = "The repairs change nothing about the failure, so the team stops repairing it."
STUCK = 2  # changes in a row that may leave a failure as it was
MOST_ADVICE = 5  # faults that a prompt tells of


@dataclass(frozen=True, slots=True)
class Check:
    """What running a program and its tests showed.

    `started` is None when the program could not be tried (nothing to start, not allowed), and so is
    `tested`. `report` is for prompts: what was run, how it failed, and where to look. `missing` is the module
    of somebody else's that the program needs; `faults` are all that failed, by kind (`agents.routing`).
    `times` is how often in a row these files' check came to this very result.
    """

    started: bool | None
    tested: bool | None
    report: str
    missing: str = ""
    faults: tuple[Fault, ...] = ()
    times: int = 0

    @property
    def stuck(self) -> bool:
        """Two changes in a row left the very same failure: another round would come to the same."""
        return not self.passed and self.times > STUCK

    @property
    def passed(self) -> bool:
        """Nothing that was tried failed."""
        return self.started is not False and self.tested is not False

    @property
    def files(self) -> list[str]:
        """The files where the faults are likely to be, the likeliest first: what a repair has to see."""
        return list(dict.fromkeys(path for fault in self.faults for path in fault.files))

    @property
    def tried(self) -> bool:
        """Something was really run."""
        return self.started is not None or self.tested is not None

    @property
    def summary(self) -> str:
        """The result in one sentence for the user."""
        if not self.tried:
            return "The program was not run."
        starts = {True: "It starts", False: "It does not start well", None: "There is nothing to start"}
        tests = {True: "its tests pass", False: "its tests fail", None: "it has no tests"}
        return f"{starts[self.started]}; {tests[self.tested]}."


async def check(run: Run, tester: Agent, tests_of: Sequence[str] = ()) -> Check:
    """Start the program, run its tests, and say what happened.

    With `tests_of` only the tests in these files are run, in this order.
    """
    parts: list[str] = []
    faults: list[Fault] = []
    module = ""
    started: bool | None = None
    past = [path for version in run.workspace.versions for path in version.contents]
    ever = dict.fromkeys(past, "") | dict(run.files)
    router = Router(run.files, run.graph.updated(run.files), past)
    if start := start_command(run.files):
        ran = await run.execute(tester, start)
        if ran.allowed:
            started = ran.passed
            parts.append(_told(" ".join(start.argv), ran))
            module = missing(ran.execution, ever)
            faults += [] if ran.passed else router.of_program(ran.execution)
    else:
        run.notice("There is nothing to start: no main file was found.")
    tested: bool | None = None
    if tests := test_command(run.files, tests_of):
        ran = await run.execute(tester, tests)
        if ran.allowed:
            cases = read_report(ran.execution)
            run.report_tests(ran, cases)
            verdict = judge_tests(cases, ran.execution)
            tested = verdict.passed
            parts.append(_failures(cases, verdict.reason) if cases else _told("the tests", ran))
            module = module or missing(ran.execution, ever)
            faults += [] if verdict.passed else router.of_tests(cases, ran.execution)
    if any(fault.kind == "own module" and module in _first_names(fault) for fault in faults):
        module = ""  # a package of that name would be somebody else's
    if faults := list(dict.fromkeys(faults)):
        parts.append("\n".join(["Where to look:", *(f"- {fault.advice}" for fault in faults[:MOST_ADVICE])]))
    return _again(run, tester, tests_of, Check(started, tested, "\n\n".join(parts), module, tuple(faults)))


def _again(run: Run, tester: Agent, tests_of: Sequence[str], checked: Check) -> Check:
    """Say when a change left the very same failure as it was."""
    of = f"check by {tester.path} of {' '.join(tests_of)}"
    times = run.failures.take(of, checked.report, f"version {len(run.workspace.versions)}")
    if checked.passed or times == 1:
        return replace(checked, times=times)
    run.notice(f"The same failure is there again; changes since it first came: {times - 1}.", "warning")
    told = f"{checked.report}\n\nThe last change left this failure as it was: its cause is somewhere else."
    return replace(checked, times=times, report=told)


async def check_with_packages(run: Run, tester: Agent, tests_of: Sequence[str] = ()) -> Check:
    """`check`; a missing package is installed, with consent, and the check made once more."""
    checked = await check(run, tester, tests_of)
    if checked.missing and await run.install(tester, [distribution(checked.missing)]):
        return await check(run, tester, tests_of)
    if checked.missing:
        told = (
            f"{checked.report}\n\nThe package {checked.missing} is not there and may not be installed: "
            "do without it, with the standard library."
        )
        return replace(checked, report=told)
    return checked


def _first_names(fault: Fault) -> set[str]:
    return {name.partition(".")[0] for name in fault.names}


def _told(what: str, ran: Ran) -> str:
    return f"$ {what}\n{shortened(ran.execution.output)}\n{ran.verdict}".strip()


def _failures(cases: Sequence[TestCase], verdict: str) -> str:
    failed = [case for case in cases if case.outcome == "failed"]
    told = "\n\n".join(f"{case.name} failed:\n{shortened(case.message, 1500)}" for case in failed[:5])
    return f"The tests: {verdict}\n\n{told}".strip()


def shortened(text: str, most: int = REPORT) -> str:
    """The head and the tail of a text of more than `most` characters, with what is left out between them."""
    if len(text) <= most:
        return text.strip()
    half = most // 2
    return f"{text[:half]}\n… {len(text) - most:,} characters left out …\n{text[-half:]}".strip()
