"""The models of one server as a table for Qt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from agents.contracts import ModelInfo
from app.i18n import marked, tr
from app.icons import picture
from app.plain import plain_tip
from app.theme import ThemeSource, figures_font
from app.wording import size_word

Index = QModelIndex | QPersistentModelIndex
MODEL_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `ModelInfo` itself."""
COLUMNS = (
    marked("Model"),
    marked("Size"),
    marked("Parameters"),
    marked("Context"),
    marked("Can"),
    marked("In memory"),
)
NAME, SIZE, PARAMETERS, CONTEXT, ABILITIES, MEMORY = range(len(COLUMNS))
NUMBERS = frozenset({SIZE, PARAMETERS, CONTEXT})
MARK = 16


class ModelTable(QAbstractTableModel):
    """One row a model, by name."""

    def __init__(self, source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._models: list[ModelInfo] = []
        source.changed.connect(self._touch)

    def show_models(self, models: Sequence[ModelInfo]) -> None:
        """Show these; where they are the same ones, selection and scrolling stay."""
        wanted = sorted(models, key=lambda model: model.name.lower())
        if [model.name for model in wanted] == [model.name for model in self._models]:
            if wanted != self._models:
                self._models = wanted
                self._touch()
            return
        self.beginResetModel()
        self._models = wanted
        self.endResetModel()

    def place(self, name: str) -> QModelIndex:
        """Where a model stands; an invalid index when it is not there."""
        for row, model in enumerate(self._models):
            if model.name == name:
                return self.index(row, NAME)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many models there are."""
        return 0 if parent.isValid() else len(self._models)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """What is told of a model."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, colour and marks of a cell; the model itself for `MODEL_ROLE`."""
        if not index.isValid():
            return None
        model, column = self._models[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _cell(model, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(_tip(model))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.FontRole:
                return figures_font() if column in NUMBERS or column == MEMORY else None
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(self._color(model, column))
            case Qt.ItemDataRole.DecorationRole if column == NAME and model.remote:
                return picture("cloud", self._source.theme.warning, MARK, 1.0)
            case int() if role == MODEL_ROLE:
                return model
            case _:
                return None

    def _color(self, model: ModelInfo, column: int) -> str:
        theme = self._source.theme
        if column == NAME:
            return theme.text
        if column == MEMORY and model.remote:
            return theme.warning
        return theme.good if column == MEMORY and model.loaded else theme.muted

    def _touch(self) -> None:
        if self._models:
            last = self.index(len(self._models) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cell(model: ModelInfo, column: int) -> str:
    match column:
        case 0:
            return model.name
        case 1:
            return size_word(model.size) if model.size and not model.remote else "–"
        case 2:
            return " ".join(part for part in (model.parameters, model.quantization) if part) or "–"
        case 3:
            return f"{model.context:,}" if model.context else "–"
        case 4:
            return ", ".join(sorted(model.capabilities)) or "–"
        case _:
            return _memory(model)


def _memory(model: ModelInfo) -> str:
    if model.remote:
        return tr("in the cloud")
    return size_word(model.loaded) if model.loaded else "–"


def _tip(model: ModelInfo) -> str:
    if model.remote:
        return tr(
            "{model} runs at {host}: what you ask it leaves this machine.",
            model=model.name,
            host=model.remote,
        )
    return model.name
