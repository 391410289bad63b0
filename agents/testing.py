"""Is the program right? It is started and its tests are run; what happened is told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.agent import Agent
from agents.contracts import Command
from agents.environment import distribution, missing
from agents.events import TestCase
from agents.execution import Ran
from agents.judging import judge_tests
from agents.languages import PAGE, PYTHON, in_one_line
from agents.programs import (
    Language,
    build_command,
    commands_for_tests,
    language_of,
    read_report,
    start_command,
)
from agents.routing import Fault, Router
from agents.run import Run
from agents.shortening import shortened

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
    `lacking` says what has to be installed before the program can be run at all.
    """

    started: bool | None
    tested: bool | None
    report: str
    missing: str = ""
    faults: tuple[Fault, ...] = ()
    times: int = 0
    lacking: str = ""

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
            return f"The program was not run. {self.lacking}".strip()
        starts = {True: "It starts", False: "It does not start well", None: "There is nothing to start"}
        tests = {True: "its tests pass", False: "its tests fail", None: "it has no tests"}
        return f"{starts[self.started]}; {tests[self.tested]}."


async def check(run: Run, tester: Agent, tests_of: Sequence[str] = ()) -> Check:
    """Build and start the program, run its tests, and say what happened.

    What was not built is neither started nor tested. With `tests_of` only the tests in these files are run,
    in this order.
    """
    language = language_of(run.files)
    if lacking := await _lacking(run, tester, language):
        return Check(None, None, lacking, lacking=lacking)
    found = _Findings(run, tester)
    if await found.built():
        started, tested = await found.started(language), await found.tested(tests_of)
    else:
        started, tested = False, None
    return _again(run, tester, tests_of, found.check(started, tested))


def _again(run: Run, tester: Agent, tests_of: Sequence[str], checked: Check) -> Check:
    """Say when a change left the very same failure as it was."""
    of = f"check by {tester.path} of {' '.join(tests_of)}"
    times = run.failures.take(of, checked.report, f"version {len(run.workspace.versions)}")
    if checked.passed or times == 1:
        return replace(checked, times=times)
    run.notice(f"The same failure is there again; changes since it first came: {times - 1}.", "warning")
    told = f"{checked.report}\n\nThe last change left this failure as it was: its cause is somewhere else."
    return replace(checked, times=times, report=told)


async def _lacking(run: Run, tester: Agent, language: Language) -> str:
    """What has to be installed for a language, in a sentence that the user sees; empty when nothing."""
    if language is PYTHON:
        return ""
    lacking = await run.lacking(tester, language.lacking)
    if lacking:
        run.notice(f"The program is in {language.name} and was not run. {lacking}", "warning")
    return lacking


class _Findings:
    """What one check finds, step by step."""

    def __init__(self, run: Run, tester: Agent) -> None:
        self._run, self._tester = run, tester
        past = [path for version in run.workspace.versions for path in version.contents]
        self._ever = dict.fromkeys(past, "") | dict(run.files)
        self._router = Router(dict(run.files), run.graph.updated(run.files), past)
        self._parts: list[str] = []
        self._faults: list[Fault] = []
        self._module = ""

    async def built(self) -> bool:
        """Build the program; False when that failed. True also where nothing is built, or may be run."""
        build = build_command(self._run.files)
        if build is None:
            return True
        ran = await self._run.execute(self._tester, build)
        if ran.allowed and not ran.passed:
            self._took(build, ran)
        return ran.passed or not ran.allowed

    async def started(self, language: Language) -> bool | None:
        """Start the program; None when there is nothing to start."""
        start = start_command(self._run.files)
        if start is None:
            if language is not PAGE:
                self._run.notice("There is nothing to start: no main file was found.")
            return None
        ran = await self._run.execute(self._tester, start)
        if not ran.allowed:
            return None
        self._took(start, ran)
        return ran.passed

    async def tested(self, only: Sequence[str]) -> bool | None:
        """Run the tests of all languages; None when there are none."""
        own = language_of(self._run.files)
        tested: bool | None = None
        for language, tests in commands_for_tests(self._run.files, only):
            if language is not own and await _lacking(self._run, self._tester, language):
                continue
            ran = await self._run.execute(self._tester, tests)
            if ran.allowed:
                tested = self._judged(ran) and tested is not False
        return tested

    def _judged(self, ran: Ran) -> bool:
        cases = read_report(ran.execution)
        self._run.report_tests(ran, cases)
        verdict = judge_tests(cases, ran.execution)
        self._parts.append(_failures(cases, verdict.reason) if cases else _told("the tests", ran))
        self._module = self._module or missing(ran.execution, self._ever)
        self._faults += [] if verdict.passed else self._router.of_tests(cases, ran.execution)
        return verdict.passed

    def _took(self, command: Command, ran: Ran) -> None:
        self._parts.append(_told(in_one_line(command), ran))
        self._module = self._module or missing(ran.execution, self._ever)
        self._faults += [] if ran.passed else self._router.of_program(ran.execution)

    def check(self, started: bool | None, tested: bool | None) -> Check:
        """All findings together."""
        faults = list(dict.fromkeys(self._faults))
        module = self._module
        if any(fault.kind == "own module" and module in _first_names(fault) for fault in faults):
            module = ""  # a package of that name would be somebody else's
        where = [f"- {fault.advice}" for fault in faults[:MOST_ADVICE]]
        told = [*self._parts, *(["\n".join(["Where to look:", *where])] if where else [])]
        return Check(started, tested, "\n\n".join(told), module, tuple(faults))


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
