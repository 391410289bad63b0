"""What the page of figures says of costs: the measures that it shows, and a chart with its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.i18n import marked, tr
from app.icons import icon
from app.plain import PlainLabel
from app.qtmodels.grid import Cell, words
from app.state.breakdown import Line
from app.state.costs import Cost
from app.theme import S, ThemeSource
from app.views.charts import Bar, BarChart, Part
from app.views.grid import GridView
from app.wording import clock, thousands

IN, OUT = Part(marked("Tokens in"), 0), Part(marked("Tokens out"), 3)


@dataclass(frozen=True, slots=True)
class Measure:
    """What the bars show: a name, the parts, their values of a cost, and how a value is written."""

    name: str
    parts: tuple[Part, ...]
    values: Callable[[Cost], tuple[float, ...]]
    written: Callable[[float], str]


def count_word(value: float) -> str:
    """A number of tokens or calls in few characters."""
    return thousands(round(value))


def duration(seconds: float) -> str:
    """A duration on the clock, in tenths below ten seconds."""
    return clock(seconds) if seconds >= 10 else f"{seconds:.1f} s"


MEASURES = (
    Measure(marked("Tokens"), (IN, OUT), lambda cost: (cost.prompt_tokens, cost.output_tokens), count_word),
    Measure(
        marked("Time"),
        (
            Part(marked("Waiting for the model"), 7),
            Part(marked("Reading"), 0),
            Part(marked("Writing"), 3),
            Part(marked("Programs"), 1),
        ),
        lambda cost: (
            cost.waiting_seconds,
            cost.reading_seconds,
            cost.writing_seconds,
            cost.program_seconds,
        ),
        duration,
    ),
    Measure(
        marked("Calls"),
        (Part(marked("Model"), 4), Part(marked("Programs"), 1)),
        lambda cost: (cost.model_calls, cost.programs),
        count_word,
    ),
)
HEADERS = (
    marked("Calls"),
    marked("Tokens in"),
    marked("Tokens out"),
    marked("Waiting"),
    marked("Reading"),
    marked("Writing"),
    marked("Programs"),
    marked("tok/s"),
)
TIPS = (
    marked("Replies that were asked of a model"),
    marked("Tokens of all prompts"),
    marked("Tokens of all replies, thinking included"),
    marked("The model's turns without reading and writing: the server's queue, loading the model"),
    marked("Time in which models read prompts"),
    marked("Time in which models wrote"),
    marked("Time in which programs ran"),
    marked("Tokens written per second of writing"),
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
        self._source = source
        heading = PlainLabel(title, kind="heading")
        self.chart = BarChart(source, title)
        self.table = GridView(source, title)
        self.copy = QToolButton()
        self.copy.setToolTip(tr("Copy as a table"))
        self.copy.setAccessibleName(tr("Copy as a table"))
        self.copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.copy.clicked.connect(self.table.copy)
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addWidget(self.copy)
        head.addStretch(1)
        self.body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.body.setSpacing(S)
        self.body.addWidget(self.chart, 4)
        self.body.addWidget(self.table, 7)
        self.body.setAlignment(self.chart, Qt.AlignmentFlag.AlignTop)
        self.body.setAlignment(self.table, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(head)
        column.addLayout(self.body)
        source.changed.connect(self._rethemed)
        self._rethemed()

    def show_lines(self, lines: list[Line], total: Cost, measure: Measure) -> None:
        """Show these lines: `measure` as bars, everything in the table with the total below."""
        bars = [Bar(tr(line.name), measure.values(line.cost)) for line in lines]
        self.chart.show_bars([part.translated() for part in measure.parts], bars, measure.written)
        rows = [cost_cells(tr(line.name), line.cost) for line in lines]
        rows.append([replace(cell, strong=True) for cell in cost_cells(tr("Total"), total)])
        headers = (self._first, *(tr(header) for header in HEADERS))
        self.table.cells.show_rows(headers, rows, ("", *(tr(tip) for tip in TIPS)))

    def _rethemed(self) -> None:
        self.copy.setIcon(icon("copy", self._source.theme, self._source.theme.muted))

    def set_wide(self, wide: bool) -> None:
        """Put the table beside the chart, or below it."""
        way = QBoxLayout.Direction
        self.body.setDirection(way.LeftToRight if wide else way.TopToBottom)
