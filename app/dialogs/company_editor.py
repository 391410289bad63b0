"""The chain editor: a company's phases, roles and switches, edited, kept, brought in and carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from agents.companies import Company, Problem, Role, Shelf, Step, checked, read_folder, write_folder
from agents.companies import editing as edit
from agents.companies.editing import Place
from agents.companies.folder import BUNDLED
from agents.companies.model import OWN_PHASES
from agents.errors import UserFacingError
from app.dialogs.frame import DialogFrame, label
from app.i18n import tr, trn
from app.state.company import CompanyDraft
from app.theme import L, S, ThemeSource
from app.told import failure
from app.views.company_column import ChainColumn
from app.views.company_roles import RolesPanel
from app.views.company_step import StepPanel
from app.views.company_whole import WholePanel
from app.views.controls import set_kind

SIZE = (1040, 700)
CHAIN_WIDTH = 380
FIRST_PROMPT = "The customer's task: {task}\n\nAs {assistant_role}, …"
FIRST_ROLE = "You are good at …"


class CompanyEditor(DialogFrame):
    """Edits one company of a shelf. `kept` carries the name under which it was saved."""

    kept = Signal(str)

    def __init__(
        self, source: ThemeSource, shelf: Shelf, company: Company, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Chain editor"), parent)
        self._shelf = shelf
        self._draft = CompanyDraft(company)
        self._place: Place = (0,)
        self._warned = False
        self.name = QLineEdit()
        self.column = ChainColumn(source)
        self.chain = self.column.chain
        self.step = StepPanel(OWN_PHASES)
        self.roles, self.whole = RolesPanel(source), WholePanel()
        self.tabs = QTabWidget()
        self.body.addLayout(self._head())
        self.body.addWidget(self._content(), 1)
        self._told = label("", kind="bad", selectable=True)
        self.body.addWidget(self._told)
        self.undo, self.redo = self.add_button(tr("Undo"), left=True), self.add_button(tr("Redo"), left=True)
        self.add_button(tr("Close")).clicked.connect(self.reject)
        self.save = self.add_button(tr("Save"), kind="primary")
        self._connect()
        self.begin_with(*SIZE)
        self.show_company(company)
        self.chain.setFocus()

    @property
    def company(self) -> Company:
        """The company as it is now."""
        return self._draft.company

    def show_company(self, company: Company, *, note: str = "") -> None:
        """Edit another company."""
        self._draft = CompanyDraft(company)
        self.name.setText(company.name if company.name != BUNDLED else tr("My company"))
        self._place = (0,)
        self._refresh()
        self._say(note)

    def show_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer these models for the roles, each as its description and its name."""
        self.roles.show_models(models)

    # --- how it is laid out ------------------------------------------------------------------------

    def _head(self) -> QHBoxLayout:
        self.name.setAccessibleName(tr("Name of the company"))
        self.name.setPlaceholderText(tr("Name of the company"))
        self.open_menu, self.import_, self.export = (
            QPushButton(tr("Open")), _button(tr("Import a folder …")), _button(tr("Export …")),
        )  # fmt: skip
        self.open_menu.setMenu(QMenu(self))
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.name, 1)
        for button in (self.open_menu, self.import_, self.export):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _content(self) -> QWidget:
        for panel, title in (
            (self.step, tr("Phase")), (self.roles, tr("Roles")), (self.whole, tr("Company")),
        ):  # fmt: skip
            self.tabs.addTab(panel, title)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(L, 0, 0, 0)
        beside.addWidget(self.tabs)
        splitter = QSplitter()
        splitter.addWidget(self.column)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([CHAIN_WIDTH, SIZE[0] - CHAIN_WIDTH])
        return splitter

    def _connect(self) -> None:
        self.chain.chosen.connect(self._choose)
        self.column.moved.connect(self._move)
        self.chain.switched.connect(self._switch)
        self.column.unwanted.connect(self._take_out)
        self.column.added.connect(self._add)
        self.step.stepped.connect(self._take_step)
        self.step.phased.connect(lambda phase, typed: self._take(edit.with_phase(self.company, phase), typed))
        self.step.renamed.connect(self._rename_step)
        self.roles.changed.connect(lambda role, typed: self._take(edit.with_role(self.company, role), typed))
        self.roles.added.connect(self._add_role)
        self.roles.renamed.connect(self._rename_role)
        self.roles.unwanted.connect(lambda title: self._take(edit.without_role(self.company, title)))
        self.whole.background.connect(
            lambda text: self._take(replace(self.company, background=text), "background")
        )
        self.whole.flag.connect(
            lambda name, on: self._take(replace(self.company, flags={**self.company.flags, name: on}))
        )
        self.undo.clicked.connect(lambda: self._travel(self._draft.undo))
        self.redo.clicked.connect(lambda: self._travel(self._draft.redo))
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self.undo),
            (QKeySequence.StandardKey.Redo, self.redo),
        ):
            QShortcut(QKeySequence(keys), self, act.click)
        self.save.clicked.connect(self.keep)
        self.import_.clicked.connect(lambda: self._ask_folder(tr("Import a company"), self.bring_in))
        self.export.clicked.connect(
            lambda: self._ask_folder(tr("Export into an empty folder"), self.carry_out)
        )
        self.open_menu.menu().aboutToShow.connect(self._fill_open_menu)

    # --- changes -----------------------------------------------------------------------------------

    def _take(self, company: Company, typed: str = "") -> None:
        self._draft.change(company, typed)
        self._refresh()

    def _travel(self, how: Callable[[], None]) -> None:
        how()
        self._refresh()

    def _refresh(self) -> None:
        """Show the draft everywhere, and what is wrong with it."""
        self._warned = False
        company, found = self.company, self._draft.problems()
        self.chain.show_rows(self._draft.rows(), self._place)
        self._place = self.chain.place
        step = edit.step_at(company, self._place) if self._place else None
        self.step.show_step(company, step, found, self._place[0] if self._place else 0)
        self.roles.show_company(company, found)
        self.whole.show_company(company)
        self.undo.setEnabled(self._draft.can_undo)
        self.redo.setEnabled(self._draft.can_redo)
        self.column.show_phases(list(company.phases), self._place)
        self.tabs.setTabText(0, tr("Cycle") if step is not None and step.composed else tr("Phase"))
        if found:
            count = trn("{count} thing is to be mended.", "{count} things are to be mended.", len(found))
            self._say(f"{count} {found[0].sentence}", "bad")
        else:
            self._say("")

    def _choose(self, place: Place) -> None:
        self._place = place
        self.tabs.setCurrentWidget(self.step)
        self._refresh()

    def _move(self, place: Place, to: int) -> None:
        if place:
            company, self._place = edit.moved(self.company, place, to)
            self._take(company)

    def _switch(self, place: Place, on: bool) -> None:
        self._place = place
        self._take(edit.with_step(self.company, place, replace(edit.step_at(self.company, place), on=on)))

    def _take_out(self, place: Place) -> None:
        if place:
            row = place[-1] if place[-1] else 0
            self._place = (*place[:-1], row)
            self._take(edit.without(self.company, place))

    def _take_step(self, step: Step) -> None:
        self._take(edit.with_step(self.company, self._place, step), f"step:{self._place}:{step.phase}")

    def _rename_step(self, name: str) -> None:
        step = edit.step_at(self.company, self._place)
        if step.composed:
            self._take(edit.with_step(self.company, self._place, replace(step, phase=name)))
        elif name in self.company.phases:
            self._refresh()
            self._say(tr("There is a phase called “{name}” already.", name=name), "bad")
        else:
            self._take(edit.renamed_phase(self.company, step.phase, name))

    # --- what is new -------------------------------------------------------------------------------

    def _add(self, what: str, name: str) -> None:
        {"talk": self.add_talk, "cycle": self.add_cycle}.get(what, partial(self.add_phase, name))()

    def add_talk(self) -> None:
        """A phase of one's own, with a prompt to be written, behind the current step."""
        company, name = edit.with_new_talk(self.company, tr("New talk"), FIRST_PROMPT)
        self._insert(company, Step(name))
        self.step.name.setFocus()
        self.step.name.selectAll()

    def add_cycle(self) -> None:
        """A cycle of one's own; what it repeats is added while it is the current one."""
        self._insert(self.company, Step(tr("Cycle"), composed=True, cycles=2))

    def add_phase(self, name: str) -> None:
        """A phase that the company has, once more."""
        self._insert(self.company, Step(name))

    def _insert(self, company: Company, step: Step) -> None:
        self._place = edit.place_behind(company, self._place, step)
        self.tabs.setCurrentWidget(self.step)
        self._take(edit.inserted(company, self._place, step))

    def _add_role(self) -> None:
        title = edit.free_name(tr("New role"), self.company.roles)
        self._take(edit.with_role(self.company, Role(title, FIRST_ROLE)))
        self.roles.choose(title)
        self.roles.title.setFocus()
        self.roles.title.selectAll()

    def _rename_role(self, old: str, new: str) -> None:
        if new in self.company.roles:
            self._refresh()
            self._say(tr("There is a role called “{name}” already.", name=new), "bad")
            return
        self._draft.change(edit.renamed_role(self.company, old, new))
        self._refresh()
        self.roles.choose(new)

    # --- in and out --------------------------------------------------------------------------------

    def _fill_open_menu(self) -> None:
        menu = self.open_menu.menu()
        menu.clear()
        for name in self._shelf.names():
            menu.addAction(name, partial(self._open, name))

    def _open(self, name: str) -> None:
        if self._may_drop(tr("There are changes that are not saved. Open once more to drop them.")):
            self._try(lambda: self.show_company(self._shelf.load(name)))

    def _ask_folder(self, title: str, then: Callable[[Path], None]) -> None:
        picker = QFileDialog(self, title, str(Path.home()))
        picker.setFileMode(QFileDialog.FileMode.Directory)
        picker.setOption(QFileDialog.Option.ShowDirsOnly)
        picker.fileSelected.connect(lambda chosen: then(Path(chosen)))
        picker.open()

    def bring_in(self, folder: Path) -> None:
        """Edit the company that is in a folder."""
        if not self._may_drop(tr("There are changes that are not saved. Import once more to drop them.")):
            return
        self._try(lambda: self.show_company(read_folder(folder), note=tr("Imported; save it to keep it.")))

    def carry_out(self, folder: Path) -> None:
        """Write the company's files into an empty folder."""

        def write() -> None:
            write_folder(checked(self.company), folder)
            self._say(tr("Written to {folder}.", folder=folder))

        self._try(write)

    def keep(self) -> None:
        """Save the company under its name; what is wrong with it is said and shown first."""
        if found := self._draft.problems():
            self._show_problem(found[0])
            return

        def save() -> None:
            company = self.company.renamed(self.name.text())
            mine = company.name.strip().casefold() == self.company.name.casefold()
            kept = self._shelf.save(company, replacing=mine)
            self._draft.saved(kept)
            self.name.setText(kept.name)
            self._refresh()
            self._say(tr("Saved as “{name}”.", name=kept.name), "good")
            self.kept.emit(kept.name)

        self._try(save)

    def _show_problem(self, problem: Problem) -> None:
        """Go to where something is wrong."""
        if problem.kind == "role":
            self.tabs.setCurrentWidget(self.roles)
            self.roles.choose(problem.name)
        elif problem.kind in ("step", "phase"):
            rows = [row for row in self._draft.rows() if row.problem]
            if rows:
                self._choose(rows[0].place)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except UserFacingError as error:
            self._say(failure(error), "bad")

    def _say(self, text: str, kind: str = "muted") -> None:
        set_kind(self._told, kind)
        self._told.setText(text)

    # --- the end -----------------------------------------------------------------------------------

    def reject(self) -> None:
        """Close; what was changed and not saved is asked about once."""
        if self._may_drop(tr("There are changes that are not saved. Close once more to drop them.")):
            super().reject()

    def _may_drop(self, question: str) -> bool:
        """Whether nothing is lost, or the user was told and does it once more."""
        if not self._draft.changed or self._warned:
            self._warned = False
            return True
        self._warned = True
        self._say(question, "warning")
        return False


def _button(text: str) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    return made
