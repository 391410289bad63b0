"""A form that follows from a workflow's options: one field for each field of a pydantic model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QWidget,
)

from agents.registry import field_kind, hidden
from app.dialogs.company_field import Companies, CompanyField
from app.dialogs.frame import label
from app.i18n import tr
from app.theme import XS, S
from app.views.controls import Choice, Number, Tick, WholeNumber
from app.views.layouts import fields_layout

LARGEST = 1_000_000
BESIDE_TICK = 24


@dataclass(frozen=True, slots=True)
class _Field:
    """One row: its widget, and how its value is read and set."""

    widget: QWidget
    get: Callable[[], object]
    set: Callable[[object], None]


class OptionsForm(QWidget):
    """Shows the fields of `model` with their defaults. An empty model shows a sentence instead.

    `companies` lets a field for a company be a choice of these; `changed` tells that another one is chosen.
    """

    changed = Signal()

    def __init__(
        self,
        model: type[BaseModel],
        parent: QWidget | None = None,
        *,
        companies: Companies | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._companies = companies
        self._fields: dict[str, _Field] = {}
        self._layout = fields_layout(self)
        self._layout.setVerticalSpacing(XS)
        for name, info in model.model_fields.items():
            if not hidden(info):
                self._add(name, info)
        self._usual = self.values()
        if not self._fields:
            self._layout.addRow(label(tr("This workflow has no options."), kind="muted"))

    def values(self) -> dict[str, object]:
        """The values by field name, as the model takes them."""
        return {name: field.get() for name, field in self._fields.items()}

    def changed_values(self) -> dict[str, object]:
        """Those of the values that differ from the defaults."""
        return {name: value for name, value in self.values().items() if value != self._usual[name]}

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show `values`; names that the form does not have, and what is no such value, are left out."""
        for name, value in values.items():
            if name in self._fields:
                with suppress(ValueError):
                    self._fields[name].set(value)

    def summary(self) -> str:
        """How many values are other ones than the defaults, in a few words."""
        changed = len(self.changed_values())
        if not self._fields:
            return tr("None")
        return tr("{count} changed", count=changed) if changed else tr("As usual")

    def company(self) -> str:
        """The company that is chosen; empty where the workflow has none."""
        fields = [name for name, info in self._model.model_fields.items() if field_kind(info) == "company"]
        return str(self._fields[fields[0]].get()) if fields else ""

    def problem(self) -> str:
        """Why the model refuses the values, in a sentence; empty when it takes them."""
        try:
            self._model.model_validate(self.values())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = tr(title_of(str(first["loc"][0]))) if first["loc"] else tr("Options")
            return f"{where}: {first['msg'].removeprefix('Value error, ')}."
        return ""

    def _add(self, name: str, info: FieldInfo) -> None:
        title = tr(info.title or title_of(name))
        field = self._field(info)
        field.widget.setAccessibleName(title)
        if not info.is_required():
            field.set(info.get_default(call_default_factory=True))
        self._fields[name] = field
        if isinstance(field.widget, QCheckBox):
            field.widget.setText(title)
            self._layout.addRow(field.widget)
        else:
            self._layout.addRow(title, field.widget)
        if info.description:
            self._explain(field.widget, tr(info.description))

    def _explain(self, field: QWidget, about: str) -> None:
        """Say below a field what it means: its name alone tells that only to who knows the method."""
        field.setAccessibleDescription(about)
        told = label(about, kind="muted")
        told.setContentsMargins(BESIDE_TICK if isinstance(field, QCheckBox) else 0, 0, 0, S)
        self._layout.addRow(told)

    def _field(self, info: FieldInfo) -> _Field:
        if field_kind(info) != "company" or self._companies is None:
            return _field_for(info)
        field = CompanyField(self._companies)
        field.changed.connect(self.changed)
        return _Field(field, field.value, lambda value: field.show_value(str(value or "")))


def title_of(name: str) -> str:
    """A field's name as words."""
    return name.replace("_", " ").strip().capitalize()


def _field_for(info: FieldInfo) -> _Field:
    """The fitting widget for a field's type; whatever is no number and no choice is a line of text."""
    kind = info.annotation
    if kind is bool:
        return _check_box()
    if kind is int:
        return _spin_box(info)
    if kind is float:
        return _double_spin_box(info)
    if get_origin(kind) is Literal:
        return _combo_box({str(value): value for value in get_args(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _combo_box({str(member.value): member for member in kind})
    return _line_edit()


def _bounds(info: FieldInfo, step: float) -> Iterator[tuple[str, float]]:
    """The lower and upper bounds of a number, as a spin box counts them."""
    for limit in info.metadata:
        if isinstance(limit, Ge):
            yield "low", float(str(limit.ge))
        elif isinstance(limit, Gt):
            yield "low", float(str(limit.gt)) + step
        elif isinstance(limit, Le):
            yield "high", float(str(limit.le))
        elif isinstance(limit, Lt):
            yield "high", float(str(limit.lt)) - step


def _check_box() -> _Field:
    box = Tick()
    return _Field(box, box.isChecked, lambda value: box.setChecked(bool(value)))


def _spin_box(info: FieldInfo) -> _Field:
    box = WholeNumber()
    bounds = dict(_bounds(info, 1))
    box.setRange(int(bounds.get("low", -LARGEST)), int(bounds.get("high", LARGEST)))
    return _Field(box, box.value, lambda value: box.setValue(int(str(value))))


def _double_spin_box(info: FieldInfo) -> _Field:
    box = Number()
    bounds = dict(_bounds(info, 0.01))
    box.setRange(bounds.get("low", -LARGEST), bounds.get("high", LARGEST))
    box.setSingleStep(0.1)
    return _Field(box, box.value, lambda value: box.setValue(float(str(value))))


def _combo_box(values: Mapping[str, object]) -> _Field:
    box = Choice()
    for text, value in values.items():
        box.addItem(tr(title_of(text)), text)
        if isinstance(value, Enum):
            box.setItemText(box.count() - 1, title_of(value.name))

    def show(value: object) -> None:
        text = str(value.value) if isinstance(value, Enum) else str(value)
        box.setCurrentIndex(max(0, box.findData(text)))

    # An enumeration's value, not its member: a plan is stored as JSON, and pydantic takes both.
    return _Field(box, lambda: _plain(values[box.currentData()]), show)


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _line_edit() -> _Field:
    line = QLineEdit()
    return _Field(line, line.text, lambda value: line.setText("" if value is None else str(value)))
