"""The models of one server, and what can be done with one of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from agents.contracts import ModelInfo
from app.dialogs.frame import label
from app.i18n import tr
from app.plain import plain_tip
from app.qtmodels.models import ABILITIES, MODEL_ROLE, NAME, ModelTable
from app.theme import M, S, ThemeSource
from app.views.controls import set_kind
from app.views.empty import EmptyStack
from app.wording import size_word


class InstalledModels(QWidget):
    """What the user wants of a model is told with its name.

    It is to be `deleted` (asked twice), `unloaded` from memory, or `measured` with its server.
    """

    deleted = Signal(str)
    unloaded = Signal(str)
    measured = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doomed, self._measuring = "", False
        self.table_model = ModelTable(source, self)
        self._stack = EmptyStack(self._table(), "", "", mark="package")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._stack, 1)
        column.addWidget(self._question())
        column.addLayout(self._action_row())
        self._selected()

    def show_models(self, models: Sequence[ModelInfo]) -> None:
        """Show these; the selection stays on its model."""
        selected = self.model()
        self.table_model.show_models(models)
        if selected is not None and self.model() is None:
            self.table.setCurrentIndex(self.table_model.place(selected.name))
        self._stack.show_either(bool(models))

    def show_measuring(self, going: bool) -> None:
        """Whether the server is being measured: one measurement at a time."""
        self._measuring = going
        self._selected()

    def say_empty(self, title: str, text: str) -> None:
        """Say why there are none."""
        self._stack.empty.say(title, text)

    def say(self, text: str, kind: str = "muted") -> None:
        """Say how the last deed went."""
        set_kind(self.status, kind)
        self.status.setText(text)

    def forget(self) -> None:
        """Another server is shown: no question and no outcome of the former one."""
        self.question.hide()
        self.say("")

    def model(self) -> ModelInfo | None:
        """The model that is selected."""
        found = self.table.currentIndex().data(MODEL_ROLE)
        return found if isinstance(found, ModelInfo) else None

    def _table(self) -> QTableView:
        table = ModelsTable()
        table.setAccessibleName(tr("Installed models"))
        table.setModel(self.table_model)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setStyleSheet(f"QTableView::item {{ padding: 0 {S}px; }}")  # as the header's
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._selected)
        self.table_model.modelReset.connect(self._selected)
        self.table_model.dataChanged.connect(self._selected)
        self.table = table
        return table

    def _action_row(self) -> QHBoxLayout:
        self.unload = _button(tr("Free its memory"))
        self.unload.setToolTip(tr("Unload the model; the next question loads it again."))
        self.unload.clicked.connect(self._unload)
        self.measure = _button(tr("Measure"))
        self.measure.setToolTip(
            plain_tip(
                tr(
                    "Find out how fast the server is with this model, and how many requests it answers at a "
                    "time. It takes a minute or so; runs make use of it."
                )
            )
        )
        self.measure.clicked.connect(self._measure)
        self.delete = _button(tr("Delete …"))
        self.delete.clicked.connect(self._ask_delete)
        self.status = label("", kind="muted", selectable=True)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.measure)
        row.addWidget(self.unload)
        row.addWidget(self.delete)
        row.addWidget(self.status, 1)
        return row

    def _question(self) -> QFrame:
        """The question before a model is deleted, in the dialog itself: nothing is blocked by it."""
        self.question = QFrame()
        self.question.setProperty("kind", "card")
        self.asked = label("")
        self.confirm = _button(tr("Delete"))
        set_kind(self.confirm, "danger")
        self.keep = _button(tr("Keep it"))
        self.confirm.clicked.connect(self._delete)
        self.keep.clicked.connect(self.question.hide)
        row = QHBoxLayout(self.question)
        row.setContentsMargins(M, S, M, S)
        row.setSpacing(S)
        row.addWidget(self.asked, 1)
        row.addWidget(self.keep)
        row.addWidget(self.confirm)
        self.question.hide()
        return self.question

    def _selected(self, *_: QModelIndex) -> None:
        model = self.model()
        self.unload.setEnabled(model is not None and model.loaded > 0)
        self.delete.setEnabled(model is not None)
        writes = model is not None and "completion" in model.capabilities and not model.remote
        self.measure.setEnabled(writes and not self._measuring)
        if model is None or model.name != self._doomed:
            self.question.hide()

    def _measure(self) -> None:
        if (model := self.model()) is not None:
            self.table.setFocus()  # else it would go to the next button when this one is switched off
            self.measured.emit(model.name)

    def _unload(self) -> None:
        if (model := self.model()) is not None:
            self.unloaded.emit(model.name)

    def _ask_delete(self) -> None:
        if (model := self.model()) is not None:
            self._doomed = model.name
            size = size_word(model.size)
            self.asked.setText(tr("Delete {model}? This frees {size}.", model=model.name, size=size))
            self.question.show()
            self.keep.setFocus()

    def _delete(self) -> None:
        self.question.hide()
        self.deleted.emit(self._doomed)


class ModelsTable(QTableView):
    """The models in rows. What they can do leaves room for their names, which tell more."""

    def sizeHintForColumn(self, column: int) -> int:
        """How wide a column wants to be."""
        wide = super().sizeHintForColumn(column)
        return min(wide, self.viewport().width() // 3) if column == ABILITIES else wide


def _button(text: str) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    return made
