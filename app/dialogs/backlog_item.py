"""The dialog in which the user writes an item of the backlog, or changes one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from agents.events import BacklogItem
from app.dialogs.frame import DialogFrame, label
from app.i18n import tr

WIDTH, LINES = 520, 5


class BacklogItemDialog(DialogFrame):
    """`written` carries the item as it shall be; `item` is the one to begin with, a new one without title."""

    written = Signal(object)

    def __init__(self, item: BacklogItem, parent: QWidget | None = None) -> None:
        title = tr("Change an item") if item.title else tr("Add an item")
        super().__init__(title, parent, heading=title)
        self._item = item
        self.setMinimumWidth(WIDTH)
        self.name = QLineEdit(item.title)
        self.name.setAccessibleName(tr("What the customer gets"))
        self.name.setPlaceholderText(tr("What the customer gets, in a few words"))
        self.name.textChanged.connect(self._refresh)
        self.criteria = QPlainTextEdit("\n".join(item.criteria))
        self.criteria.setAccessibleName(tr("Acceptance criteria, one a line"))
        self.criteria.setTabChangesFocus(True)
        self.criteria.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 16)
        for text, field in (
            (tr("What the customer gets"), self.name),
            (tr("Acceptance criteria, one a line"), self.criteria),
        ):
            self.body.addWidget(label(text, kind="muted"))
            self.body.addWidget(field)
        self.body.addWidget(label(tr("The team takes your change up at its next planning."), kind="muted"))
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.save = self.add_button(tr("&Save"), kind="primary")
        self.save.clicked.connect(self._save)
        self._refresh()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip()))

    def _save(self) -> None:
        criteria = (line.strip(" \t-•") for line in self.criteria.toPlainText().splitlines())
        wanted = tuple(line for line in criteria if line)
        self.written.emit(replace(self._item, title=self.name.text().strip(), criteria=wanted))
        self.accept()
