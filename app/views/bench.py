"""The page of benches: which there are, and what one came to: figures, charts, problems by methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agents.bench.results import Cell as Answer
from agents.bench.results import MethodFigures, figures_by_method
from app.i18n import marked, tr, trn
from app.plain import PlainLabel
from app.qtmodels.grid import Cell, words
from app.qtmodels.marks import Head, Mark
from app.theme import L, M, S, ThemeSource
from app.told import retold
from app.views.charts import Bar, BarChart, Part
from app.views.choosing_page import ChoosingPage
from app.views.empty import EmptyStack
from app.views.figures_section import duration
from app.views.grid import GridView
from app.views.interval_chart import IntervalChart, Share
from app.views.layouts import scrolled
from app.views.marks_table import ROW, MarksTable
from app.visible import one_line
from app.wording import thousands

PLACE = Qt.ItemDataRole.UserRole
WIDTHS = (210, 790)  # of the list, and of the results
MOST_LINES = 14
TOKENS = (Part(marked("Tokens read"), 0), Part(marked("Tokens written"), 1))
NO_BENCH = (
    marked("No benches yet"),
    marked(
        "A bench solves a set of problems by several methods and sets their figures side by side. "
        "Start one with “New bench”."
    ),
)
NO_ANSWER = (
    marked("No answers yet"),
    marked("Each answer is counted here as soon as its hidden tests were run."),
)


class BenchView(ChoosingPage):
    """Benches at the left, the chosen one at the right.

    `chosen` carries the folder of a bench. `wanted` asks for a new one, `continued` for the chosen one to go
    on, `stopped` for what goes on to end, `saved` for the figures as a file. `run_clicked` carries the run of
    an answer.
    """

    chosen = Signal(object)
    wanted = Signal()
    continued = Signal()
    stopped = Signal()
    saved = Signal()
    run_clicked = Signal(int)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(tr("Benches"), tr("Benches"), parent)
        self.titles: Mapping[str, str] = {}  # of the methods, by their names
        self._answers: Mapping[tuple[int, int], Sequence[Answer]] = {}
        self.picker.currentItemChanged.connect(self._pick)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Answers so far"))
        self.progress.setTextVisible(False)
        self.count = PlainLabel(kind="muted")
        self.line = PlainLabel(kind="muted", wraps=True)
        self.failures = PlainLabel(kind="warning", wraps=True)
        self.new = self._button(tr("New bench …"), self.wanted)
        self.go_on = self._button(tr("Go on"), self.continued)
        self.stop = self._button(tr("Stop"), self.stopped)
        self.save = self._button(tr("Save as CSV …"), self.saved)
        self.table = GridView(source, tr("Figures of the methods"))
        self.passes = IntervalChart(source, tr("pass@1 by method"))
        self.tokens = BarChart(source, tr("Tokens an answer by method"))
        self.matrix = MarksTable(source, tr("Problems by methods"), tr("Problem"))
        self.matrix.opened.connect(self._open)
        self.matrix.clicked.connect(lambda index: self._open(index.row(), index.column() - 1))
        self._results = EmptyStack(self._scrolled(), tr(NO_BENCH[0]), tr(NO_BENCH[1]), mark="figures")
        self.head.addWidget(self.progress, 1)
        self.head.addWidget(self.count)
        self.head.addStretch(1)
        for button in (self.stop, self.go_on, self.save, self.new):
            self.head.addWidget(button)
        self.arrange(self._results, WIDTHS)
        self.save.setEnabled(False)  # until there is something to save
        self.set_going(0, 0, going=False, continuable=False)

    def _button(self, text: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _: signal.emit())
        return button

    def _scrolled(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addWidget(self.line)
        column.addWidget(self.table)
        column.addWidget(self.failures)
        for title, part in (
            (tr("pass@1, with its 95 % interval"), self.passes),
            (tr("Tokens an answer"), self.tokens),
            (tr("Every problem; a click opens the run"), self.matrix),
        ):
            heading = PlainLabel(title, kind="heading")
            heading.setContentsMargins(0, L, 0, 0)
            column.addWidget(heading)
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = scrolled(inner, tr("Results of the bench"))
        return self._scroll

    # --- what is shown -------------------------------------------------------------------------------

    def offer(self, folders: Sequence[Path], current: Path | None) -> None:
        """Offer these benches; `current` is chosen, else the first."""
        self.picker.blockSignals(True)
        self.picker.clear()
        for folder in folders:
            item = QListWidgetItem(folder.name)
            item.setData(PLACE, str(folder))
            self.picker.addItem(item)
        place = folders.index(current) if current in folders else 0
        self.picker.setCurrentRow(place if folders else -1)
        self.picker.blockSignals(False)
        self.picker.setVisible(bool(folders))
        if not folders:
            self._results.empty.say(*map(tr, NO_BENCH))
            self._results.show_empty()

    def take_focus(self) -> None:
        """Let the keys go to the benches, or to the button for the first one."""
        (self.picker if self.picker.count() else self.new).setFocus()

    def current(self) -> Path | None:
        """The folder of the chosen bench."""
        item = self.picker.currentItem()
        return Path(item.data(PLACE)) if self.picker.count() else None

    def set_going(self, done: int, of: int, *, going: bool, continuable: bool) -> None:
        """Show whether the chosen bench goes on, and how far it is."""
        self.progress.setVisible(going)
        self.progress.setMaximum(max(1, of))
        self.progress.setValue(done)
        self.count.setVisible(going)
        self.count.setText(f"{done} / {of}")
        self.stop.setVisible(going)
        self.go_on.setVisible(continuable and not going)

    def show_answers(self, answers: Sequence[Answer], about: str = "") -> None:
        """Show what a bench came to so far; `about` says what it is."""
        self._results.empty.say(*map(tr, NO_ANSWER))
        self._results.show_either(bool(answers))
        self.save.setEnabled(bool(answers))
        self.line.setText(about)
        self.line.setVisible(bool(about))
        self._tell_failures(answers)
        figures = figures_by_method(sorted(answers, key=lambda one: one.method))
        self._show_figures(figures)
        self.passes.show_shares(
            [Share(self._titled(one.method), *one.passes[1]) for one in figures if 1 in one.passes]
        )
        bars = [Bar(self._titled(one.method), (one.prompt_tokens, one.output_tokens)) for one in figures]
        self.tokens.show_bars([part.translated() for part in TOKENS], bars, lambda size: f"{size:,.0f}")
        self._show_matrix(answers, [one.method for one in figures])

    def _tell_failures(self, answers: Sequence[Answer]) -> None:
        """Why answers count as wrong that were never given: that says nothing of their methods."""
        reasons = Counter(answer.error for answer in answers if answer.error)
        self.failures.setVisible(bool(reasons))
        if reasons:
            [(reason, _)] = reasons.most_common(1)
            self.failures.setText(
                trn(
                    "{count} answer counts as wrong because its run failed: {reason}",
                    "{count} answers count as wrong because their runs failed: {reason}",
                    reasons.total(),
                    reason=one_line(retold(reason)),
                )
            )

    def _titled(self, method: str) -> str:
        return self.titles.get(method, method)

    def _show_figures(self, figures: Sequence[MethodFigures]) -> None:
        headers = [
            tr("Method"),
            "pass@1",
            tr("Solved"),
            tr("Calls"),
            tr("Tokens read"),
            tr("Tokens written"),
            tr("Time"),
            tr("Tokens a solved problem"),
        ]
        best = max((one.passes[1][0] for one in figures if 1 in one.passes), default=0.0)
        self.table.cells.show_rows(headers, [_row(one, self._titled(one.method), best) for one in figures])
        self.table.updateGeometry()

    def _show_matrix(self, answers: Sequence[Answer], methods: Sequence[str]) -> None:
        problems = list(dict.fromkeys(answer.problem for answer in answers))
        lines = {problem: place for place, problem in enumerate(problems)}
        columns = {method: place for place, method in enumerate(methods)}
        by_cell: dict[tuple[int, int], list[Answer]] = {}
        for answer in answers:
            by_cell.setdefault((lines[answer.problem], columns[answer.method]), []).append(answer)
        self._answers = by_cell
        marks = {place: _mark(found) for place, found in by_cell.items()}
        self.matrix.marks.show_marks(
            list(map(Head, problems)), [Head(self._titled(method)) for method in methods], marks
        )
        shown = min(MOST_LINES, max(1, len(problems)))
        self.matrix.setMinimumHeight(ROW * shown + self.matrix.horizontalHeader().sizeHint().height() + S)

    # --- what is done --------------------------------------------------------------------------------

    def _pick(self) -> None:
        if (folder := self.current()) is not None:
            self.chosen.emit(folder)

    def _open(self, line: int, column: int) -> None:
        """Open the run of a cell: of several samples the first wrong one, else the first."""
        found = self._answers.get((line, column), ())
        wanted = next((one for one in found if not one.passed), found[0] if found else None)
        if wanted is not None and wanted.run:
            self.run_clicked.emit(wanted.run)


def _row(one: MethodFigures, title: str, best: float) -> list[Cell]:
    share, low, high = one.passes.get(1, (0.0, 0.0, 1.0))
    return [
        words(title),
        Cell(f"{share:.0%} ({low:.0%}–{high:.0%})", f"{share:.4f}", best=share == best > 0),
        Cell(f"{one.solved}/{one.answers}"),
        Cell(f"{one.calls:.1f}"),
        Cell(f"{one.prompt_tokens:,.0f}", f"{one.prompt_tokens:.0f}"),
        Cell(f"{one.output_tokens:,.0f}", f"{one.output_tokens:.0f}"),
        Cell(duration(one.seconds), f"{one.seconds:.2f}"),
        Cell(thousands(round(one.tokens_per_solved)) if one.solved else "–"),
    ]


def _mark(answers: Sequence[Answer]) -> Mark:
    """All samples of a problem by a method: all right, or not, and how many."""
    right = sum(one.passed for one in answers)
    told = tr("{count} of {all} right", count=right, all=len(answers))
    errors = "\n".join(dict.fromkeys(retold(one.error) for one in answers if one.error))
    outcome = "passed" if right == len(answers) else "failed"
    return Mark(outcome, f"{told}\n{errors}".strip(), f"{right}/{len(answers)}" if len(answers) > 1 else "")  # type: ignore[arg-type]
