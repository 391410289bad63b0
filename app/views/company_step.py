"""What the current step of a chain is: a talk of two roles with its prompt, or a cycle of phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from agents.companies import Company, Phase, Problem, Step
from agents.companies.checking import MOST_CYCLES, MOST_TURNS
from app.i18n import tr
from app.plain import PlainLabel
from app.theme import S
from app.told import titled
from app.views.company_prompt import PromptField
from app.views.controls import Choice, Tick, WholeNumber
from app.views.empty import EmptyState
from app.views.layouts import fields_layout


class StepPanel(QStackedWidget):
    """Edits a step. `stepped` carries the step, `phased` its phase with what was typed (empty: chosen),
    `renamed` the new name of the phase or the cycle.
    """

    stepped = Signal(object)
    phased = Signal(object, str)
    renamed = Signal(str)

    def __init__(self, own_phases: frozenset[str]) -> None:
        """`own_phases` have code of their own: what becomes of their replies is settled."""
        super().__init__()
        self._own = own_phases
        self._step, self._phase = Step(""), Phase("", "", "", "")
        self._filling = False
        self._empty = EmptyState(tr("No phase chosen"), tr("Choose a card on the left, or add a phase."))
        self.addWidget(self._empty)
        self._talk, self._cycle = self._talk_page(), self._cycle_page()
        self.addWidget(self._talk)
        self.addWidget(self._cycle)

    # --- what is shown -----------------------------------------------------------------------------

    def show_step(
        self, company: Company, step: Step | None, problems: Sequence[Problem], number: int
    ) -> None:
        """Show a step, the `number`th of the chain, with what is wrong with it."""
        if step is None:
            self.setCurrentWidget(self._empty)
            return
        self._filling = True
        self._step = step
        told = [one for one in problems if one.kind == "step" and one.name == str(number)]
        if step.composed:
            self._show_cycle(step, told)
        else:
            self._show_talk(company, step, [*told, *_of_phase(problems, step.phase)])
        self._filling = False

    def _show_talk(self, company: Company, step: Step, problems: Sequence[Problem]) -> None:
        phase = company.phases.get(step.phase) or Phase(step.phase, "", "", "")
        self._phase = phase
        _show_line(self.name, phase.name)
        for choice, role in ((self.instructor, phase.instructor), (self.assistant, phase.assistant)):
            _offer(choice, list(company.roles), role)
        self.turns.setValue(max(0, step.turns))
        self.reflect.setChecked(step.reflect)
        self.files.setVisible(phase.name not in self._own)
        self.files.setChecked(phase.writes_files)
        self._settled.setVisible(phase.name in self._own)
        self.prompt.show_text(phase.prompt)
        prompts = [one for one in problems if one.key.endswith("phase_prompt")]
        self.prompt.tell("\n".join(one.sentence for one in prompts))
        self._tell(self._talk_problem, [one for one in problems if one not in prompts])
        self.setCurrentWidget(self._talk)

    def _show_cycle(self, step: Step, problems: Sequence[Problem]) -> None:
        _show_line(self.cycle_name, step.phase)
        self.cycles.setValue(step.cycles)
        self._tell(self._cycle_problem, problems)
        self.setCurrentWidget(self._cycle)

    @staticmethod
    def _tell(place: QLabel, problems: Sequence[Problem]) -> None:
        place.setText("\n".join(one.sentence for one in problems))
        place.setVisible(bool(problems))

    # --- the pages ---------------------------------------------------------------------------------

    def _talk_page(self) -> QWidget:
        self.name, self.instructor, self.assistant = QLineEdit(), Choice(), Choice()
        for choice in (self.instructor, self.assistant):
            choice.setMinimumContentsLength(12)
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.turns = WholeNumber()
        self.turns.setRange(0, MOST_TURNS)
        self.turns.setSpecialValueText(tr("As usual: 10"))
        self.reflect = Tick(tr("A third agent reflects on a talk without a conclusion"))
        self.files = Tick(tr("The reply's fenced blocks are files of the program"))
        self._settled = _muted(tr("Troupe has code for this phase: what becomes of the reply is settled."))
        self.prompt = PromptField(tr("What the instructor says"))
        self._talk_problem = _bad()
        page, form = _page(
            (tr("Phase"), self.name),
            (tr("Instructor"), self.instructor),
            (tr("Assistant"), self.assistant),
            (tr("Turns"), self.turns),
        )
        form.addRow("", self.reflect)
        form.addRow("", self.files)
        column = page.layout()
        assert isinstance(column, QVBoxLayout)
        column.addWidget(self._settled)
        column.addWidget(self._talk_problem)
        column.addWidget(self.prompt, 1)
        self.name.editingFinished.connect(lambda: self._rename(self.name, self._phase.name))
        self.instructor.activated.connect(lambda _: self._take_roles())
        self.assistant.activated.connect(lambda _: self._take_roles())
        self.turns.valueChanged.connect(self._take_turns)
        self.reflect.toggled.connect(lambda on: self._take_step(replace(self._step, reflect=on)))
        self.files.toggled.connect(self._take_files)
        self.prompt.changed.connect(self._take_prompt)
        return page

    def _cycle_page(self) -> QWidget:
        self.cycle_name = QLineEdit()
        self.cycles = WholeNumber()
        self.cycles.setRange(0, MOST_CYCLES)
        self._cycle_problem = _bad()
        page, _ = _page((tr("Cycle"), self.cycle_name), (tr("Rounds at most"), self.cycles))
        column = page.layout()
        assert isinstance(column, QVBoxLayout)
        column.addWidget(self._cycle_problem)
        column.addWidget(
            _muted(
                tr(
                    "The phases below it are repeated. It ends early when nothing is left to do: everything "
                    "is implemented, no findings, you are content, the tests pass, or nothing was changed."
                )
            )
        )
        column.addStretch(1)
        self.cycle_name.editingFinished.connect(lambda: self._rename(self.cycle_name, self._step.phase))
        self.cycles.valueChanged.connect(lambda value: self._take_step(replace(self._step, cycles=value)))
        return page

    # --- what is changed ---------------------------------------------------------------------------

    def _take_step(self, step: Step) -> None:
        if not self._filling and step != self._step:
            self._step = step
            self.stepped.emit(step)

    def _take_turns(self, value: int) -> None:
        if max(0, self._step.turns) != value:
            self._take_step(replace(self._step, turns=value or -1))

    def _take_phase(self, phase: Phase, typed: str = "") -> None:
        if not self._filling and phase != self._phase:
            self._phase = phase
            self.phased.emit(phase, typed)

    def _take_roles(self) -> None:
        instructor, assistant = str(self.instructor.currentData()), str(self.assistant.currentData())
        self._take_phase(replace(self._phase, instructor=instructor, assistant=assistant))

    def _take_files(self, files: bool) -> None:
        if self._phase.writes_files != files:
            self._take_phase(replace(self._phase, files=files))

    def _take_prompt(self, text: str) -> None:
        self._take_phase(replace(self._phase, prompt=text), f"prompt:{self._phase.name}")

    def _rename(self, line: QLineEdit, before: str) -> None:
        name = line.text().strip()
        if name and name != before and not self._filling:
            self.renamed.emit(name)
        else:
            line.setText(before)


def _of_phase(problems: Sequence[Problem], name: str) -> list[Problem]:
    return [one for one in problems if one.kind == "phase" and one.name == name]


def _show_line(line: QLineEdit, text: str) -> None:
    if line.text() != text and not line.hasFocus():
        line.setText(text)


def _offer(choice: Choice, roles: Sequence[str], wanted: str) -> None:
    """Offer these roles, and the wanted one even where it is none of them."""
    choice.clear()
    for role in dict.fromkeys([*roles, wanted] if wanted else roles):
        choice.addItem(titled(role), role)
    choice.setCurrentIndex(choice.findData(wanted))


def _page(*rows: tuple[str, QWidget]) -> tuple[QWidget, QFormLayout]:
    page = QWidget()
    form = fields_layout()
    for title, field in rows:
        field.setAccessibleName(title)
        form.addRow(title, field)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, S, 0, 0)
    column.setSpacing(S)
    column.addLayout(form)
    return page, form


def _muted(text: str) -> QLabel:
    return PlainLabel(text, kind="muted", wraps=True)


def _bad() -> QLabel:
    made = PlainLabel(kind="bad", wraps=True)
    made.hide()
    return made
