"""The dialog in which a run is branched off at a message, which may say something else there."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from agents.jsontext import read_json
from app.dialogs.frame import DialogFrame, label
from app.i18n import tr
from app.theme import mono_font

SIZE = (660, 520)
NARROW = 520


class BranchDialog(DialogFrame):
    """`wanted` carries the text that the message shall have in the branch, None when it stays as it is.

    Without `text` the place cannot be rewritten: the branch only goes on differently from there. `typed`
    replies are the JSON of a form, and only valid JSON is taken.
    """

    wanted = Signal(object)

    def __init__(
        self, where: str, text: str | None, parent: QWidget | None = None, *, typed: bool = False
    ) -> None:
        super().__init__(tr("Branch from here"), parent, heading=tr("Branch from here"))
        self._original, self._typed = text, typed
        self.body.addWidget(label(where, kind="muted"))
        self.body.addWidget(
            label(
                tr("A new run begins like this one up to here and goes on at once. This run stays as it is.")
            )
        )
        self.text = QPlainTextEdit(text or "")
        self.text.setAccessibleName(tr("What the message says in the branch"))
        self.text.setTabChangesFocus(True)
        self.problem = label("", kind="bad")
        if text is None:
            self.setMinimumWidth(NARROW)
            self.text.hide()
        else:
            self._add_editor()
        self.problem.hide()
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.go = self.add_button("", kind="primary")
        self.go.clicked.connect(self._branch)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._branch)
        self.text.textChanged.connect(self._refresh)
        self._refresh()
        (self.go if text is None else self.text).setFocus(Qt.FocusReason.OtherFocusReason)

    def rewritten(self) -> str | None:
        """The new text, None when it is the old one."""
        text = self.text.toPlainText()
        return None if self._original is None or text == self._original else text

    def _add_editor(self) -> None:
        self.begin_with(*SIZE)
        if self._typed:
            self.text.setFont(mono_font())
            what = tr("This reply is a form: here is the JSON that the model wrote. Change its values.")
        else:
            what = tr("You can let the message say something else:")
        self.body.addWidget(label(what, kind="muted"))
        self.body.addWidget(self.text, 1)
        self.body.addWidget(self.problem)

    def _problem(self) -> str:
        """Why the text cannot be taken; empty when it can."""
        text = self.rewritten()
        if text is None:
            return ""
        if not text.strip():
            return tr("The message cannot be empty.")
        if self._typed:
            try:
                read_json(text)
            except json.JSONDecodeError as error:
                return tr("Line {line} is not valid JSON: {reason}.", line=error.lineno, reason=error.msg)
            except ValueError:
                return tr("The JSON is nested too deeply.")
        return ""

    def _refresh(self) -> None:
        problem = self._problem()
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.go.setEnabled(not problem)
        self.go.setText(tr("&Branch") if self.rewritten() is None else tr("&Branch with this text"))

    def _branch(self) -> None:
        if not self._problem():
            self.wanted.emit(self.rewritten())
            self.accept()
