"""The page that sets several runs side by side."""

from __future__ import annotations

from collections.abc import Sequence, Set

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from agents.store.rows import RunRow
from app.i18n import marked, tr
from app.icons import picture
from app.plain import PlainLabel, plain_tip
from app.qtmodels.grid import Cell, words
from app.state.compare import Comparison, RunFacts, Unit, compared
from app.theme import M, S, ThemeSource
from app.views.choosing_page import ChoosingPage
from app.views.empty import EmptyStack
from app.views.figures_section import duration
from app.views.grid import GridView
from app.views.layouts import scrolled
from app.wording import state_word, thousands

NUMBER = Qt.ItemDataRole.UserRole
WIDTHS = (240, 760)  # of the list, and of the table
WIDEST = 220
TICK = 12
NOTHING = (
    marked("Nothing to compare yet"),
    marked("Choose two or more runs at the left: their figures are set side by side here."),
)
NO_RUNS = (
    marked("No runs yet"),
    marked("Once you have started some, their figures are set side by side here."),
)


class ComparisonView(ChoosingPage):
    """Runs to choose from at the left, the chosen ones as columns at the right.

    `chosen` carries the numbers of the chosen runs, in the order of the list.
    """

    chosen = Signal(list)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(tr("Compare runs"), tr("Runs to compare"), parent)
        self.picker.setItemDelegate(_TickDelegate(source, self.picker))
        self.picker.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.picker.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # its number is at the end
        self.picker.itemChanged.connect(lambda _: self.chosen.emit(self.numbers()))
        self.table = GridView(source, tr("Comparison of runs"))
        self.table.horizontalHeader().setMaximumSectionSize(WIDEST)
        self.progress = PlainLabel(kind="muted")
        self._stack = EmptyStack(self._scrolled(), tr(NOTHING[0]), tr(NOTHING[1]), mark="compare")
        self.head.addWidget(self.progress, 1)
        self.arrange(self._stack, WIDTHS)

    def _scrolled(self) -> QScrollArea:
        note = PlainLabel(
            tr("A check marks the best. Calls, tokens and time only count for runs that succeeded."),
            kind="muted",
            wraps=True,
        )
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addWidget(self.table)
        column.addWidget(note)
        column.addStretch(1)
        return scrolled(inner, tr("Comparison of runs"))

    def offer(self, rows: Sequence[RunRow], checked: Set[int]) -> None:
        """Offer these runs; `checked` are chosen."""
        self.picker.blockSignals(True)
        self.picker.clear()
        for row in rows:
            word = tr(state_word(row.state, row.driven))
            item = QListWidgetItem(f"{row.project_name} · {row.id}\n{word} · {tr(row.model)}")
            item.setData(NUMBER, row.id)
            item.setToolTip(plain_tip(row.idea))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if row.id in checked else Qt.CheckState.Unchecked)
            self.picker.addItem(item)
        self.picker.blockSignals(False)
        self.picker.setVisible(bool(rows))
        self._stack.empty.say(*map(tr, NOTHING if rows else NO_RUNS))
        self.chosen.emit(self.numbers())

    def numbers(self) -> list[int]:
        """The numbers of the chosen runs."""
        items = (self.picker.item(place) for place in range(self.picker.count()))
        return [int(item.data(NUMBER)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def check(self, number: int, checked: bool) -> None:
        """Choose a run, or no longer."""
        for place in range(self.picker.count()):
            item = self.picker.item(place)
            if item.data(NUMBER) == number:
                item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)

    def show_progress(self, text: str) -> None:
        """Say what is being read; empty for nothing."""
        self.progress.setText(text)

    def show_facts(self, runs: Sequence[RunFacts], driven: Set[int] = frozenset()) -> None:
        """Set these runs side by side; `driven` are carried out at the moment."""
        headers = ["", *(f"{facts.project} · {facts.number}" for facts in runs)]
        rows = [
            [words(tr("Idea")), *(words(_one_line(facts.idea)) for facts in runs)],
            [words(tr("Workflow")), *(words(tr(facts.workflow)) for facts in runs)],
            [words(tr("Model")), *(words(tr(facts.model)) for facts in runs)],
            [
                words(tr("State")),
                *(words(tr(state_word(facts.state, facts.number in driven))) for facts in runs),
            ],
            *(_cells(comparison) for comparison in compared(runs)),
        ]
        self.table.cells.show_rows(headers, rows if runs else [])
        self.table.updateGeometry()
        self._stack.show_either(bool(runs))


class _TickDelegate(QStyledItemDelegate):
    """Draws a tick into the box of a chosen run."""

    def __init__(self, source: ThemeSource, view: QListWidget) -> None:
        super().__init__(view)
        self._source, self._view = source, view

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the run as Qt does, then the tick."""
        super().paint(painter, option, index)
        full = QStyleOptionViewItem(option)
        self.initStyleOption(full, index)
        if full.checkState != Qt.CheckState.Checked:
            return
        part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        box = self._view.style().subElementRect(part, full, self._view)
        tick = picture("check", self._source.theme.on_accent, TICK, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.center() - QPoint(TICK // 2 - 1, TICK // 2 - 1), tick)


def _cells(comparison: Comparison) -> list[Cell]:
    """A measure as a row: its name, and each value with a bar against the largest (a share against 1)."""
    largest = max((value for value in comparison.values if value is not None), default=0.0)
    scale = 1.0 if comparison.unit == "share" else largest
    cells = [words(tr(comparison.name))]
    for place, value in enumerate(comparison.values):
        if value is None:
            cells.append(Cell("–", share=0.0, number=False))
            continue
        share = value / scale if scale > 0 else 0.0
        text = written(value, comparison.unit)
        cells.append(Cell(text, f"{value:.6g}", share=share, best=place in comparison.best, number=False))
    return cells


def written(value: float, unit: Unit) -> str:
    """A value of a comparison in words."""
    match unit:
        case "share":
            return f"{value:.0%}"
        case "seconds":
            return duration(value)
        case "speed":
            return f"{value:.0f}"
        case "count":
            return thousands(round(value)) if value >= 100_000 else f"{value:,.0f}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
