"""A method that can be chosen, with its options behind a button."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from agents.registry import Workflow, hidden
from app.dialogs.frame import DialogFrame, label
from app.dialogs.options_form import OptionsForm
from app.i18n import tr
from app.plain import plain_tip
from app.theme import S
from app.views.controls import Tick

WIDTH = 460


class MethodRow(QWidget):
    """A tick for the method; while it is set, a button that says how many options were changed.

    `options` holds those that differ from the usual ones.
    """

    def __init__(self, found: Workflow[Any], chosen: bool) -> None:
        super().__init__()
        self._found = found
        self.options: dict[str, object] = {}
        self.tick = Tick(tr(found.title))
        self.tick.setToolTip(plain_tip(tr(found.summary)))
        self.change = QPushButton()
        self.change.setProperty("kind", "flat")
        self.change.setAutoDefault(False)
        self.change.setAccessibleName(tr("Options of {method}", method=tr(found.title)))
        self.change.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self.tick, 1)
        row.addWidget(self.change)
        self._has_options = any(not hidden(info) for info in found.options.model_fields.values())
        self.tick.toggled.connect(self._refresh)
        self.tick.setChecked(chosen)
        self._refresh()

    def take(self, options: dict[str, object]) -> None:
        """Take these options instead of the usual ones."""
        self.options = options
        self._refresh()

    def _refresh(self) -> None:
        # It keeps its place while it is not there, so that nothing moves.
        policy = self.change.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.change.setSizePolicy(policy)
        self.change.setVisible(self._has_options and self.tick.isChecked())
        count = len(self.options)
        self.change.setText(tr("{count} changed", count=count) if count else tr("Options …"))

    def _ask(self) -> None:
        dialog = MethodOptionsDialog(self._found, self.options, self.window())
        dialog.chosen.connect(self.take)
        dialog.open()


class MethodOptionsDialog(DialogFrame):
    """The options of one method; `chosen` carries those that differ from the usual ones."""

    chosen = Signal(object)

    def __init__(
        self, found: Workflow[Any], options: dict[str, object], parent: QWidget | None = None
    ) -> None:
        title = tr("Options of {method}", method=tr(found.title))
        super().__init__(title, parent, heading=title)
        self.setMinimumWidth(WIDTH)
        self.form = OptionsForm(found.options)
        self.form.show_values(options)
        self.body.addWidget(label(tr(found.summary), kind="muted"))
        self.body.addWidget(self.form)
        self._failure = label("", kind="bad", selectable=True)
        self._failure.hide()
        self.body.addWidget(self._failure)
        self.body.addStretch(1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.add_button(tr("&Save"), kind="primary").clicked.connect(self._save)

    def _save(self) -> None:
        if problem := self.form.problem():
            self._failure.setText(problem)
            self._failure.show()
            return
        self.chosen.emit(self.form.changed_values())
        self.accept()
