"""Test cases and how they fared from report to report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agents.events import Stamped, TestCase, TestsReported
from app.i18n import tr

Result: TypeAlias = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class TestReport:
    """The tests that one command ran."""

    __test__ = False

    command: str
    phase: str
    at: float
    cases: tuple[TestCase, ...]

    def count(self, outcome: Result) -> int:
        """How many cases had this outcome."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def line(self) -> str:
        """The report in a few words: `7 of 8 passed`."""
        ran = len(self.cases) - self.count("skipped")
        passed, skipped = self.count("passed"), self.count("skipped")
        if skipped:
            return tr("{count} of {ran} passed, {skipped} skipped", count=passed, ran=ran, skipped=skipped)
        return tr("{count} of {ran} passed", count=passed, ran=ran)


@dataclass(slots=True)
class TestHistory:
    """One test through the reports: `results` are (number of the report from 1, case), the oldest first."""

    __test__ = False

    name: str
    results: list[tuple[int, TestCase]] = field(default_factory=list)

    @property
    def latest(self) -> TestCase:
        """How it fared the last time it ran."""
        return self.results[-1][1]


@dataclass(slots=True)
class TestsState:
    """All reports in order, and every test's history by its name."""

    __test__ = False

    reports: list[TestReport] = field(default_factory=list)
    histories: dict[str, TestHistory] = field(default_factory=dict)
    revision: int = field(default=0, compare=False)

    @property
    def latest(self) -> TestReport | None:
        """The last report."""
        return self.reports[-1] if self.reports else None

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        event = stamped.event
        if not isinstance(event, TestsReported):
            return
        self.revision += 1
        self.reports.append(TestReport(event.command, event.phase, stamped.at, event.cases))
        for case in event.cases:
            history = self.histories.setdefault(case.name, TestHistory(case.name))
            history.results.append((len(self.reports), case))
