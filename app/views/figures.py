"""The page of figures: what the run cost, by phase, role and model, and in the course of time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr, trn
from app.plain import PlainLabel
from app.state.all import RunState
from app.state.breakdown import model_lines, phase_lines, role_lines
from app.theme import XL, XS, M, S, ThemeSource, figures_font
from app.views.course import CourseChart
from app.views.empty import EmptyStack
from app.views.figures_section import IN, MEASURES, OUT, Section, count_word, duration
from app.views.layouts import scrolled

WIDE = 1000
"""From so many pixels on a table stands beside its chart, below it otherwise."""


class FiguresView(QWidget):
    """What a run cost. It only works while it is seen."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self._shown: tuple[RunState, int] | None = None
        self.measure = MEASURES[0]
        self.totals = PlainLabel(wraps=True)
        self.totals.setFont(figures_font())
        self.totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.totals.setAccessibleName(tr("Totals"))
        self.course = CourseChart(source, tr("Tokens in the course of the time at work"))
        self.phases = Section(source, tr("By phase"), tr("Phase"))
        self.roles = Section(source, tr("By role"), tr("Role"))
        self.models = Section(source, tr("By model"), tr("Model"))
        self._stack = EmptyStack(
            self._content(),
            tr("No figures yet"),
            tr("Tokens, time and calls are counted as soon as the first reply is complete."),
            mark="figures",
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
        heading = PlainLabel(tr("Tokens in the course of the time at work"), kind="heading")
        course = QVBoxLayout()
        course.setSpacing(S)
        course.addWidget(heading)
        course.addWidget(self.course)
        column.addLayout(course)
        column.addStretch(1)
        scroll = scrolled(inner, tr("Figures"))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(XS)
        row.addWidget(self.totals, 1)
        self.choice = QButtonGroup(self)
        for number, measure in enumerate(MEASURES):
            button = QToolButton()
            button.setText(tr(measure.name))
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
            (IN.translated(), OUT.translated()),
            [point.seconds for point in course],
            [(point.prompt_tokens, point.output_tokens) for point in course],
            count_word,
            duration,
        )


def _totals(state: RunState) -> str:
    """The line at the top: everything in a few words."""
    total, speed = state.figures.total, state.figures.total.tokens_per_second
    facts = (
        tr(
            "{all} tokens: {read} in, {written} out",
            all=f"{total.tokens:,}",
            read=f"{total.prompt_tokens:,}",
            written=f"{total.output_tokens:,}",
        ),
        tr("{time} at work", time=duration(state.run.active_seconds())),
        trn("{count} model call", "{count} model calls", total.model_calls),
        trn("{count} program", "{count} programs", total.programs),
        tr("{speed} tok/s", speed=f"{speed:.0f}") if speed else "",
    )
    return "  ·  ".join(fact.replace(" ", "\u00a0") for fact in facts if fact)  # a fact stays on one line
