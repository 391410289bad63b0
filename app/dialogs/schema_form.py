"""A form that follows from a JSON schema: what a model would have to fill in, a person can."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agents.jsontext import read_json
from app.dialogs.frame import label
from app.i18n import tr
from app.plain import plain_tip
from app.theme import XS, L, M, S, mono_font
from app.views.controls import Choice, Number, Tick, WholeNumber

Schema: TypeAlias = Mapping[str, Any]
LARGEST = 1_000_000_000
TEXT_LINES, LIST_LINES = 3, 4


@dataclass(frozen=True, slots=True)
class Field:
    """A field's widget and how its value is read; reading raises `ValueError` when there is no valid one."""

    widget: QWidget
    get: Callable[[], object]


class SchemaForm(QWidget):
    """The fields of an object's schema. `changed` says that a value is another one."""

    changed = Signal()

    def __init__(
        self, schema: Schema, definitions: Schema | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._definitions = definitions if definitions is not None else schema.get("$defs", {})
        self.fields: dict[str, Field] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(M)
        for name, field in self._resolved(schema).get("properties", {}).items():
            self._add(name, self._resolved(field))

    def value(self) -> dict[str, object]:
        """The object that is filled in. Raises `ValueError` with a sentence when a field is not valid."""
        return {name: field.get() for name, field in self.fields.items()}

    def text(self) -> str:
        """The object as JSON. Raises `ValueError` as `value` does."""
        return json.dumps(self.value(), ensure_ascii=False)

    def _resolved(self, schema: Schema) -> Schema:
        """A schema with its reference looked up; `allOf` with one part is that part."""
        only = schema.get("allOf", [])
        target = only[0] if len(only) == 1 else schema
        if "$ref" not in target:
            return schema
        found: Schema = self._definitions.get(str(target["$ref"]).rpartition("/")[2], {})
        return {**found, **{key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}}

    def _add(self, name: str, schema: Schema) -> None:
        title = str(schema.get("title") or name.replace("_", " ").capitalize())
        field = self._field(title, schema)
        about = str(schema.get("description", ""))
        block = QVBoxLayout()
        block.setSpacing(XS)
        if isinstance(field.widget, Tick):
            field.widget.setText(title)
        else:
            heading = label(title, kind="heading")
            heading.setBuddy(field.widget)
            block.addWidget(heading)
        if about:
            block.addWidget(label(about, kind="muted"))
        block.addWidget(field.widget)
        field.widget.setAccessibleName(title)
        field.widget.setAccessibleDescription(about)
        self._column.addLayout(block)
        self.fields[name] = field

    def _field(self, title: str, schema: Schema) -> Field:
        kind = schema.get("type")
        if "enum" in schema:
            return self._choice(list(schema["enum"]), schema.get("default"))
        if kind == "string":
            return self._words(str(schema.get("default", "")), TEXT_LINES)
        if kind == "boolean":
            return self._tick(bool(schema.get("default", False)))
        if kind in ("integer", "number"):
            return self._number(schema, whole=kind == "integer")
        if kind == "object" and "properties" in schema:
            return self._inner(schema)
        if kind == "array":
            item = self._resolved(schema.get("items", {}))
            if item.get("type") == "object" and "properties" in item:
                return self._objects(title, item)
            if item.get("type") == "string" and "enum" not in item:
                return self._lines(schema)
        return self._json(title, schema)

    def _choice(self, values: list[object], default: object) -> Field:
        box = Choice()
        for value in values:
            box.addItem(str(value), value)
        box.setCurrentIndex(max(0, box.findData(default)))
        box.currentIndexChanged.connect(lambda _: self.changed.emit())
        return Field(box, box.currentData)

    def _words(self, text: str, lines: int) -> Field:
        box = _editor(lines)
        box.setPlainText(text)
        box.textChanged.connect(self.changed)
        return Field(box, lambda: box.toPlainText().strip())

    def _lines(self, schema: Schema) -> Field:
        box = _editor(LIST_LINES)
        box.setPlaceholderText(tr("One on each line"))
        box.setPlainText("\n".join(map(str, schema.get("default", []))))
        box.textChanged.connect(self.changed)
        return Field(box, lambda: [line.strip() for line in box.toPlainText().splitlines() if line.strip()])

    def _tick(self, default: bool) -> Field:
        box = Tick()
        box.setChecked(default)
        box.toggled.connect(lambda _: self.changed.emit())
        return Field(box, box.isChecked)

    def _number(self, schema: Schema, *, whole: bool) -> Field:
        low, high = schema.get("minimum", -LARGEST), schema.get("maximum", LARGEST)
        if whole:
            counter = WholeNumber()
            counter.setRange(int(low), int(high))
            counter.setValue(int(schema.get("default", max(0, int(low)))))
            counter.valueChanged.connect(lambda _: self.changed.emit())
            return Field(counter, counter.value)
        box = Number()
        box.setRange(float(low), float(high))
        box.setValue(float(schema.get("default", max(0.0, float(low)))))
        box.valueChanged.connect(lambda _: self.changed.emit())
        return Field(box, box.value)

    def _inner(self, schema: Schema) -> Field:
        form = SchemaForm(schema, self._definitions)
        form.changed.connect(self.changed)
        return Field(_framed(form), form.value)

    def _objects(self, title: str, schema: Schema) -> Field:
        box = ObjectList(title, schema, self._definitions)
        box.changed.connect(self.changed)
        return Field(box, box.values)

    def _json(self, title: str, schema: Schema) -> Field:
        """What no field fits is written as JSON."""
        line = QLineEdit(json.dumps(schema["default"]) if "default" in schema else "null")
        line.setFont(mono_font())
        line.setToolTip(plain_tip(json.dumps(schema, ensure_ascii=False)))
        line.textChanged.connect(lambda _: self.changed.emit())

        def read() -> object:
            try:
                return read_json(line.text())
            except ValueError as error:
                raise ValueError(tr("“{field}” is not valid JSON.", field=title)) from error

        return Field(line, read)


class ObjectList(QWidget):
    """Any number of equal objects, one card each."""

    changed = Signal()

    def __init__(self, title: str, schema: Schema, definitions: Schema) -> None:
        super().__init__()
        self._title, self._schema, self._definitions = title, schema, definitions
        self.forms: list[SchemaForm] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self.add = QPushButton(tr("Add"))
        self.add.setAccessibleName(tr("Add to {field}", field=title))
        self.add.clicked.connect(lambda _: self.append())
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def values(self) -> list[dict[str, object]]:
        """The objects; raises `ValueError` as `SchemaForm.value` does."""
        return [form.value() for form in self.forms]

    def append(self) -> SchemaForm:
        """One more object, still empty."""
        form = SchemaForm(self._schema, self._definitions)
        form.changed.connect(self.changed)
        card = _framed(form)
        remove = QPushButton(tr("Remove"))
        remove.setAccessibleName(tr("Remove from {field}", field=self._title))
        remove.clicked.connect(lambda _: self._remove(form, card))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(remove)
        layout = card.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(row)
        self.forms.append(form)
        self._column.insertWidget(self._column.count() - 1, card)
        self.changed.emit()
        return form

    def _remove(self, form: SchemaForm, card: QWidget) -> None:
        self.forms.remove(form)
        self._column.removeWidget(card)
        card.deleteLater()
        self.changed.emit()


def _framed(form: SchemaForm) -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(M, M, M, M)
    column.addWidget(form)
    return card


def _editor(lines: int) -> QPlainTextEdit:
    box = QPlainTextEdit()
    box.setTabChangesFocus(True)
    box.setFixedHeight(lines * box.fontMetrics().lineSpacing() + L)
    return box
