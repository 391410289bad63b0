"""A field for a prompt of a company: its text, the fields that it may name, and what is wrong with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.i18n import marked, tr
from app.plain import PlainLabel
from app.theme import XS, S, mono_font

LEAST_LINES = 8
ABOUT = {
    "task": marked("what the user asked for"),
    "description": marked("the task in other words, where it was refined"),
    "modality": marked("the form of the product, from the demand analysis"),
    "language": marked("the programming language, from the language choice"),
    "ideas": marked("what earlier phases concluded"),
    "codes": marked("the program's files, as far as they fit"),
    "unimplemented_file": marked("the files in which something is not implemented, and what"),
    "comments": marked("what the review, or the user, wants changed"),
    "images": marked("the images that were designed, with their descriptions"),
    "test_reports": marked("what happened when the program was run and tested"),
    "error_summary": marked("what the tester says is wrong"),
    "requirements": marked("requirements.txt"),
    "assistant_role": marked("the role that answers in this phase"),
    "gui": marked("that the program has a window, when the company's gui_design is on"),
    "chatdev_prompt": marked("the company's background"),
}
"""What stands in a prompt's place of a field when it is sent."""


class PromptField(QWidget):
    """`changed` carries the text. Placeholders are offered in a menu, each with what stands there later."""

    changed = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setFont(mono_font())
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(title)
        self.text.setMinimumHeight(LEAST_LINES * self.text.fontMetrics().lineSpacing())
        self.text.textChanged.connect(lambda: self.changed.emit(self.text.toPlainText()))
        self.offer = QPushButton(tr("Insert a field"))
        self.offer.setAutoDefault(False)
        self.offer.setMenu(self._menu())
        self._heading = PlainLabel(title, kind="heading", wraps=True)
        self._heading.setBuddy(self.text)
        self.problem = PlainLabel(kind="bad", wraps=True)
        self.problem.hide()
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self._heading, 1)
        head.addWidget(self.offer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        column.addWidget(self.problem)

    def show_text(self, text: str) -> None:
        """Show a prompt, the cursor at its end; it stays where it is when the text is the same already."""
        if self.text.toPlainText() != text:
            self.text.blockSignals(True)
            self.text.setPlainText(text)
            self.text.moveCursor(QTextCursor.MoveOperation.End)
            self.text.blockSignals(False)

    def tell(self, problem: str) -> None:
        """Say what is wrong; nothing where nothing is."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def insert(self, field: str) -> None:
        """Put a field where the cursor is."""
        self.text.insertPlainText(f"{{{field}}}")
        self.text.setFocus()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for name, about in ABOUT.items():
            menu.addAction(f"{{{name}}}   {tr(about)}", partial(self.insert, name))
        return menu
