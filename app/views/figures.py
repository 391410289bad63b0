"""The page of figures: what the run cost, by phase, role and model, and in the course of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.qtmodels.grid import Cell, words
from app.state.all import RunState
from app.state.breakdown import Line, model_lines, phase_lines, role_lines
from app.state.costs import Cost
from app.theme import XL, XS, M, S, ThemeSource, figures_font
from app.views.charts import Bar, BarChart, CourseChart, Part
from app.views.empty import EmptyStack
from app.views.grid import GridView
from app.wording import clock, thousands

WIDE = 860
"""From so many pixels on a table stands beside its chart, below it otherwise."""

IN, OUT = Part("Read", 0), Part("Written", 2)


@dataclass(frozen=True, slots=True)
class Measure:
    """What the bars show: a name, the parts, their values of a cost, and how a value is written."""

    name: str
    parts: tuple[Part, ...]
    values: Callable[[Cost], tuple[float, ...]]
    written: Callable[[float], str]


def _count(value: float) -> str:
    return thousands(round(value))


def duration(seconds: float) -> str:
    """A duration on the clock, in tenths below ten seconds."""
    return clock(seconds) if seconds >= 10 else f"{seconds:.1f} s"


MEASURES = (
    Measure("Tokens", (IN, OUT), lambda cost: (cost.prompt_tokens, cost.output_tokens), _count),
    Measure(
        "Time",
        (Part("Waiting for the model", 5), Part("Reading", 0), Part("Writing", 2), Part("Programs", 1)),
        lambda cost: (
            cost.waiting_seconds,
            cost.reading_seconds,
            cost.writing_seconds,
            cost.program_seconds,
        ),
        duration,
    ),
    Measure(
        "Calls",
        (Part("Model", 4), Part("Programs", 1)),
        lambda cost: (cost.model_calls, cost.programs),
        _count,
    ),
)
HEADERS = ("Calls", "Read", "Written", "Waiting", "Reading", "Writing", "Programs", "tok/s")
TIPS = (
    "",
    "Replies that were asked of a model",
    "Tokens of all prompts",
    "Tokens of all replies, thinking included",
    "The model's turns without reading and writing: the server's queue, loading the model",
    "Time in which models read prompts",
    "Time in which models wrote",
    "Time in which programs ran",
    "Tokens written per second of writing",
)


def cost_cells(name: str, cost: Cost) -> list[Cell]:
    """A line of the tables: the name and every number of a cost."""
    counts = (cost.model_calls, cost.prompt_tokens, cost.output_tokens)
    times = (cost.waiting_seconds, cost.reading_seconds, cost.writing_seconds, cost.program_seconds)
    speed = cost.tokens_per_second
    return [
        words(name),
        *(Cell(f"{count:,}", str(count)) for count in counts),
        *(Cell(duration(seconds) if seconds else "–", f"{seconds:.3f}") for seconds in times),
        Cell(f"{speed:.0f}" if speed else "–", f"{speed:.1f}"),
    ]


class Section(QWidget):
    """A heading, a chart, and beside or below it the table with the same numbers."""

    def __init__(self, source: ThemeSource, title: str, first: str) -> None:
        super().__init__()
        self._first = first
        heading = QLabel(title)
        heading.setProperty("kind", "heading")
        self.chart = BarChart(source, title)
        self.table = GridView(source, title)
        self.body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.body.setSpacing(S)
        self.body.addWidget(self.chart, 2)
        self.body.addWidget(self.table, 3)
        self.body.setAlignment(self.chart, Qt.AlignmentFlag.AlignTop)
        self.body.setAlignment(self.table, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(heading)
        column.addLayout(self.body)

    def show_lines(self, lines: list[Line], total: Cost, measure: Measure) -> None:
        """Show these lines: `measure` as bars, everything in the table with the total below."""
        bars = [Bar(line.name, measure.values(line.cost)) for line in lines]
        self.chart.show_bars(measure.parts, bars, measure.written)
        rows = [cost_cells(line.name, line.cost) for line in lines]
        self.table.cells.show_rows((self._first, *HEADERS), [*rows, cost_cells("Total", total)], TIPS)

    def set_wide(self, wide: bool) -> None:
        """Put the table beside the chart, or below it."""
        way = QBoxLayout.Direction
        self.body.setDirection(way.LeftToRight if wide else way.TopToBottom)


class FiguresView(QWidget):
    """What a run cost. It only works while it is seen."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._shown: tuple[RunState, int] | None = None
        self.measure = MEASURES[0]
        self.totals = QLabel()
        self.totals.setFont(figures_font())
        self.totals.setWordWrap(True)
        self.totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.totals.setAccessibleName("Totals")
        self.course = CourseChart(source, "Tokens in the course of the time at work")
        self.phases = Section(source, "By phase", "Phase")
        self.roles = Section(source, "By role", "Role")
        self.models = Section(source, "By model", "Model")
        self._stack = EmptyStack(
            self._content(),
            "No figures yet",
            "Tokens, time and calls are counted as soon as the first reply is complete.",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _content(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(XL)
        column.addLayout(self._head())
        for section in self.sections():
            column.addWidget(section)
        heading = QLabel("Tokens in the course of the time at work")
        heading.setProperty("kind", "heading")
        course = QVBoxLayout()
        course.setSpacing(S)
        course.addWidget(heading)
        course.addWidget(self.course)
        column.addLayout(course)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setAccessibleName("Figures")
        return scroll

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(XS)
        row.addWidget(self.totals, 1)
        self.choice = QButtonGroup(self)
        for number, measure in enumerate(MEASURES):
            button = QToolButton()
            button.setText(measure.name)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.choice.addButton(button, number)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.choice.idToggled.connect(self._choose)
        return row

    def sections(self) -> tuple[Section, ...]:
        """The parts with bars and a table."""
        return (self.phases, self.roles, self.models)

    def show_state(self, state: RunState) -> None:
        """Show another run's figures."""
        self._state, self._shown = state, None
        self.refresh()

    def refresh(self) -> None:
        """Take in what was counted since the last time."""
        now = (self._state, self._state.figures.counted)
        if self.isVisible() and (
            self._shown is None or self._shown[0] is not now[0] or self._shown[1] != now[1]
        ):
            self._shown = now
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tables stand beside the charts where there is room."""
        super().resizeEvent(event)
        for section in self.sections():
            section.set_wide(self.width() >= WIDE)

    def _choose(self, number: int, checked: bool) -> None:
        if checked:
            self.measure = MEASURES[number]
            self._show()

    def _show(self) -> None:
        state, total = self._state, self._state.figures.total
        self._stack.show_either(state.figures.counted > 0)
        self.totals.setText(_totals(state))
        for section, lines in (
            (self.phases, phase_lines(state)),
            (self.roles, role_lines(state)),
            (self.models, model_lines(state)),
        ):
            section.show_lines(lines, total, self.measure)
        course = state.figures.course
        self.course.show_course(
            (IN, OUT),
            [point.seconds for point in course],
            [(point.prompt_tokens, point.output_tokens) for point in course],
            _count,
            duration,
        )


def _totals(state: RunState) -> str:
    """The line at the top: everything in a few words."""
    total = state.figures.total
    facts = (
        f"{total.tokens:,} tokens: {total.prompt_tokens:,} read, {total.output_tokens:,} written",
        f"{duration(state.run.active_seconds())} at work",
        f"{total.model_calls:,} model calls",
        f"{total.programs:,} programs",
        f"{total.tokens_per_second:.0f} tok/s",
    )
    return "  ·  ".join(facts)
