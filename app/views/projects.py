"""The list of projects and runs at the left edge: searching, opening, renaming, and the menu of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from agents.store.rows import RunRow, SearchHit
from app.i18n import marked, tr, trn
from app.icons import icon
from app.plain import PlainLabel
from app.qtmodels.runs import HIT_ROLE, MORE_ROLE, ROW_ROLE, RunsModel
from app.theme import XS, M, S, ThemeSource
from app.views.controls import ICON
from app.views.empty import EmptyStack
from app.views.projects_rows import RunTree
from app.views.toast import Toast

EXPORTS = {
    "folder": marked("Files to a folder …"),
    "zip": marked("ZIP archive …"),
    "git": marked("Git repository …"),
    "transcript": marked("Transcript (Markdown) …"),
    "events": marked("Events (JSON) …"),
}
"""What a run can be exported as."""
TYPING = 180
"""So many milliseconds after the last letter the conversations are searched."""


class ProjectsView(QWidget):
    """All runs with their state.

    `chosen` carries the number of the run to show, `returned` that of the open one, which was clicked again,
    `found` a run and the place of a message in it, `searched`
    words to look for in all conversations (`show_hits` answers). The others carry what to do: `renamed` a
    project and its name, `duplicated` and `folder_opened` a run, `deleted` and `compared` a list of runs,
    `exported` such a list and one of `EXPORTS`. Several runs are selected with Ctrl and Shift.
    """

    chosen = Signal(int)
    returned = Signal(int)
    found = Signal(int, int)
    searched = Signal(str)
    renamed = Signal(int, str)
    duplicated = Signal(int)
    deleted = Signal(list)
    folder_opened = Signal(int)
    exported = Signal(list, str)
    compared = Signal(list)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._model = RunsModel(self)
        self._quiet = self._pending = False
        self._opened = 0
        self._held: tuple[Sequence[RunRow], Set[int]] | None = None
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Search projects"))
        self.search.setPlaceholderText(tr("Names and messages"))
        self.search.setClearButtonEnabled(True)
        self._loupe = QAction(self.search)
        self.search.addAction(self._loupe, QLineEdit.ActionPosition.LeadingPosition)
        self.search.setTextMargins(-S, 0, 0, 0)  # the field's padding lies before the icon already
        self.search.textChanged.connect(self._search)
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(lambda: self.searched.emit(self.search.text().strip()))
        self.list = self._tree(source)
        self.rename, self.duplicate, self.delete, self.folder = self._actions()
        self._stack = EmptyStack(
            self.list,
            tr("No projects yet"),
            tr("Each project that you start is kept here."),
            mark="folder",
        )
        self._stack.show_content()  # until the runs were read nobody knows that there are none
        self.undo_bar, self.export_bar = Toast(), Toast()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head())
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.undo_bar)
        layout.addWidget(self.export_bar)
        self._model.renamed.connect(self.renamed)
        source.changed.connect(self._rethemed)
        self._rethemed()

    def _tree(self, source: ThemeSource) -> RunTree:
        tree = RunTree(source, self._model)
        tree.setAccessibleName(tr("Projects and runs"))
        tree.menu_wanted.connect(self._open_menu)
        tree.pointed.connect(self._point)
        tree.selectionModel().currentChanged.connect(self._choose)
        tree.clicked.connect(self._enter)
        tree.activated.connect(self._enter)
        tree.itemDelegate().closeEditor.connect(self._renaming_over)
        return tree

    def _head(self) -> QVBoxLayout:
        title = PlainLabel(tr("Projects"), kind="heading")
        self.open = QToolButton()
        self.new = QToolButton()
        for button in (self.open, self.new):
            button.setIconSize(QSize(ICON, ICON))
        row = QHBoxLayout()
        row.setSpacing(XS)
        row.addWidget(title, 1)
        row.addWidget(self.open)
        row.addWidget(self.new)
        head = QVBoxLayout()
        head.setContentsMargins(M, S, S, S)
        head.setSpacing(S)
        head.addLayout(row)
        head.addWidget(self.search)
        return head

    def _actions(self) -> tuple[QAction, QAction, QAction, QAction]:
        """What the keyboard does with the chosen run while the list has the focus."""

        def made(text: str, keys: str, do: Callable[[], object]) -> QAction:
            action = QAction(text, self.list)
            action.setShortcut(QKeySequence(keys))  # none where it is empty
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(do)
            self.list.addAction(action)
            return action

        return (
            made(tr("Rename"), "F2", self._rename),
            made(tr("Duplicate …"), "Ctrl+D", lambda: self._tell(self.duplicated)),
            made(tr("Delete"), "Del", self._tell_deleted),
            made(tr("Open the folder"), "", lambda: self._tell(self.folder_opened)),
        )

    # --- what is shown -----------------------------------------------------------------------------

    def name_workflows(self, titles: Mapping[str, str]) -> None:
        """Call the workflows by these titles."""
        self._model.name_workflows(titles)

    def titled(self, workflow: str) -> str:
        """A workflow's title."""
        return self._model.titled(workflow)

    def show_runs(self, rows: Sequence[RunRow], asking: Set[int] = frozenset()) -> None:
        """Show these runs, `asking` those that wait for an answer; the chosen one stays chosen."""
        if self.list.editing:
            self._held = (rows, asking)  # a name is being typed; nothing may move under it
            return
        self._changing(lambda: self._model.show_runs(rows, asking))

    def show_hits(self, words: str, hits: Sequence[SearchHit]) -> None:
        """Show the messages that were found for `words`, if they are still what is searched for."""
        if words == self.search.text().strip():
            self._pending = False
            self._changing(lambda: self._model.show_hits(hits))

    def current(self) -> int:
        """The chosen run's number, 0 for none; of a message the run that it is in."""
        row = self._current_row()
        return row.id if row else 0

    def selected(self) -> list[int]:
        """The numbers of the selected runs, from top to bottom; where none is, of the current line's."""
        return [row.id for row in self._selected_rows()]

    def _selected_rows(self) -> list[RunRow]:
        current = self._current_row()
        return self.list.selected_runs() or ([current] if current else [])

    def mark(self, number: int) -> None:
        """Show which run is open, without choosing it again; several that are selected stay so."""
        self._opened = number
        if self.list.editing or (number and self.current() == number) or len(self.selected()) > 1:
            return
        self._quiet = True
        index = self._model.index_of(number)
        if index.isValid():
            self.list.setCurrentIndex(index)
        else:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())
        self._quiet = False

    def menu(self) -> QMenu | None:
        """What can be done with the chosen run; None when there is none."""
        row = self._current_row()
        if row is None:
            return None
        rows = self._selected_rows()
        numbers, alone = [row.id for row in rows], len(rows) == 1
        menu = QMenu(self)
        if alone:
            menu.addActions([self.rename, self.duplicate])
        else:
            menu.addSection(trn("{count} run", "{count} runs", len(rows)))
        exports = menu.addMenu(tr("Export"))
        for kind, title in EXPORTS.items():
            exports.addAction(tr(title), partial(self.exported.emit, numbers, kind))
        if alone:
            menu.addAction(self.folder)
        compare = tr("Compare with others …") if alone else tr("Compare …")
        menu.addAction(compare, partial(self.compared.emit, numbers))
        menu.addSeparator()
        menu.addAction(self.delete)
        driven = any(row.driven for row in rows)
        self.delete.setEnabled(not driven)
        self.delete.setText(tr("Delete (stop the run first)") if driven else tr("Delete"))
        menu.aboutToHide.connect(lambda: self.delete.setEnabled(True))  # its key then says why it cannot
        return menu

    # --- what happens ------------------------------------------------------------------------------

    def _changing(self, change: Callable[[], None]) -> None:
        """Change what the list shows; the chosen run stays chosen and in its place."""
        opened, current, bar = self._opened, self.current(), self.list.verticalScrollBar()
        several = self.selected()
        place, self._quiet = bar.value(), True
        change()
        self.list.expandAll()
        self._quiet = False
        self.mark(current or opened)
        if len(several) > 1:
            self._select(several)
        self._opened = opened
        bar.setValue(place)
        self._show_either()

    def _search(self, text: str) -> None:
        self._pending = bool(text.strip())
        self._changing(lambda: self._model.search(text))
        self._typing.stop()
        if self._pending:
            self._typing.start()

    def _show_either(self) -> None:
        if self._model.empty:
            self._stack.empty.say(tr("No projects yet"), tr("Each project that you start is kept here."))
        elif self._pending:
            self._stack.empty.say(tr("Searching …"), tr("All conversations are looked through."))
        else:
            self._stack.empty.say(
                tr("Nothing found"), tr("No project's name and no message has these words.")
            )
        self._stack.show_either(self._model.rowCount() > 0)

    def _current_row(self) -> RunRow | None:
        row = self.list.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, RunRow) else None

    def _choose(self, index: QModelIndex) -> None:
        """Another line is the current one: a run is opened at once, a message when it is clicked."""
        row = index.data(ROW_ROLE)
        if isinstance(row, RunRow) and not self._quiet and not _is_below_a_run(index) and not _selecting():
            self._opened = row.id
            self.chosen.emit(row.id)

    def _enter(self, index: QModelIndex) -> None:
        """A line was clicked, or Return was pressed on it."""
        row, hit = index.data(ROW_ROLE), index.data(HIT_ROLE)
        if isinstance(hit, SearchHit):
            self._opened = hit.run
            self.found.emit(hit.run, hit.seq)
        elif index.data(MORE_ROLE):
            self._changing(lambda: self._model.unfold(index))
        elif isinstance(row, RunRow) and not _selecting():
            again, self._opened = row.id == self._opened, row.id
            (self.returned if again else self.chosen).emit(row.id)

    def _point(self, index: QModelIndex) -> None:
        """Make a line the current one without opening its run; one of several selected ones stays so."""
        self._quiet = True
        if self.list.selectionModel().isSelected(index):
            keep = QItemSelectionModel.SelectionFlag.NoUpdate
            self.list.selectionModel().setCurrentIndex(index, keep)
        else:
            self.list.setCurrentIndex(index)
        self._quiet = False

    def _select(self, numbers: Sequence[int]) -> None:
        """Select several runs, those of them that are there."""
        places = [self._model.index_of(number) for number in numbers]
        self.list.select_all([place for place in places if place.isValid()])

    def _tell_deleted(self) -> None:
        if numbers := self.selected():
            self.deleted.emit(numbers)

    def _tell(self, what: SignalInstance) -> None:
        if number := self.current():
            what.emit(number)

    def _rename(self) -> None:
        if (number := self.current()) and (index := self._model.index_of(number)).isValid():
            self.list.setCurrentIndex(index)
            self.list.edit(index)

    def _renaming_over(self, _editor: QWidget, _hint: QAbstractItemDelegate.EndEditHint) -> None:
        QTimer.singleShot(0, self, self._show_held)

    def _show_held(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self.show_runs(*held)

    def _open_menu(self, where: QPoint) -> None:
        if (menu := self.menu()) is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(where)

    def _rethemed(self) -> None:
        theme = self._source.theme
        self._loupe.setIcon(icon("search", theme, theme.muted))
        self.list.viewport().update()


def _selecting() -> bool:
    """Whether a key is held that selects further lines instead of opening one."""
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    return bool(QGuiApplication.keyboardModifiers() & held)


def _is_below_a_run(index: QModelIndex) -> bool:
    """Whether a line is a message or leads to more of them."""
    return index.data(HIT_ROLE) is not None or bool(index.data(MORE_ROLE))
