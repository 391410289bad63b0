"""The tests and their results as a table for Qt: one row a test, one column a round."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agents.events import TestCase
from app.i18n import marked, tr
from app.icons import icon
from app.plain import plain_tip
from app.state.tests import TestHistory, TestReport, TestsState
from app.theme import Theme, ThemeSource

Index = QModelIndex | QPersistentModelIndex
ICONS = {"passed": "check", "failed": "cross", "skipped": "ring"}
WORDS = {"passed": marked("passed"), "failed": marked("failed"), "skipped": marked("was skipped")}
OUTCOMES = {"passed": marked("passed"), "failed": marked("failed"), "skipped": marked("skipped")}
ORDER = {"failed": 0, "passed": 1, "skipped": 2}


class TestsModel(QAbstractTableModel):
    """Failures first. Column 0 is a test's name, each other one its result in that round (from 1).

    A round is one report of the tests; `titles` are the phases' titles by their paths, for the headings.
    """

    __test__ = False

    def __init__(self, source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._tests = TestsState()
        self._titles: Mapping[str, str] = {}
        self._rows: list[TestHistory] = []
        self._cases: list[dict[int, TestCase]] = []
        self._only_failed = False

    def show_tests(self, tests: TestsState, titles: Mapping[str, str]) -> None:
        """Show these tests."""
        self._tests, self._titles = tests, titles
        self._fill()

    def set_only_failed(self, only: bool) -> None:
        """Show only the tests that failed the last time they ran, or all."""
        self._only_failed = only
        self._fill()

    def _fill(self) -> None:
        self.beginResetModel()
        wanted = (
            history
            for history in self._tests.histories.values()
            if not self._only_failed or history.latest.outcome == "failed"
        )
        self._rows = sorted(wanted, key=lambda found: ORDER[found.latest.outcome])
        self._cases = [dict(history.results) for history in self._rows]
        self.endResetModel()

    def case(self, index: Index) -> TestCase | None:
        """The result in a cell; in the column of names the last one. None where the test did not run."""
        if not index.isValid():
            return None
        if index.column() == 0:
            return self._rows[index.row()].latest
        return self._cases[index.row()].get(index.column())

    def report(self, column: int) -> TestReport:
        """The report of a round."""
        return self._tests.reports[column - 1]

    # --- Qt's questions ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many tests there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """The name and the rounds."""
        return 1 + len(self._tests.reports)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The number of each round, and in words what it was."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return str(section) if section else tr("Test")
            case Qt.ItemDataRole.ToolTipRole if section:
                report = self.report(section)
                phase = self._titles.get(report.phase, "")
                told = tr("Round {number}: {result}", number=section, result=report.line)
                return plain_tip(f"{told}\n{phase}" if phase else told)
            case Qt.ItemDataRole.TextAlignmentRole:
                flag = Qt.AlignmentFlag
                return flag.AlignCenter if section else flag.AlignLeft | flag.AlignVCenter
            case _:
                return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A test's name, and a mark for each result, with words for whoever hears or points at it."""
        case = self.case(index)
        name = self._rows[index.row()].name
        match role:
            case Qt.ItemDataRole.DisplayRole if index.column() == 0:
                return name.rpartition("::")[2]
            case Qt.ItemDataRole.DecorationRole if case is not None:
                theme = self._source.theme
                return icon(ICONS[case.outcome], theme, _color(case, theme))
            case Qt.ItemDataRole.ToolTipRole if index.column() == 0:
                return plain_tip(f"{name}\n{self._history(index.row())}")
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._told(index))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._told(index) if index.column() else self._spoken(index)
            case _:
                return None

    def _told(self, index: Index) -> str:
        """How a test fared in one round, in words."""
        return tr(
            "{test} {outcome} in round {number}",
            test=self._rows[index.row()].name,
            outcome=self._word(self.case(index)),
            number=index.column(),
        )

    def _spoken(self, index: Index) -> str:
        history = self._rows[index.row()]
        return f"{history.name} {self._word(history.latest)}"

    def _history(self, row: int) -> str:
        return "\n".join(
            tr("Round {number}: {result}", number=number, result=tr(OUTCOMES[case.outcome]))
            for number, case in self._rows[row].results
        )

    @staticmethod
    def _word(case: TestCase | None) -> str:
        return tr(WORDS[case.outcome]) if case else tr("did not run")


def _color(case: TestCase, theme: Theme) -> str:
    return {"passed": theme.good, "failed": theme.bad, "skipped": theme.muted}[case.outcome]
