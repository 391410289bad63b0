"""The dialog that wants the user's consent before a program runs or a package is installed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from agents.contracts import Answer, Question
from app.dialogs.frame import DialogFrame, label
from app.i18n import tr, trn
from app.theme import L, mono_font
from app.told import retold
from app.visible import visible

WIDTH = 740
MOST_LINES = 10
YES, ALWAYS, NO, NEVER = "yes", "always", "no", "never"


class ApprovalDialog(DialogFrame):
    """Shows exactly what would be run or installed.

    `answered` carries an `Answer` of "yes" (this once) or "no" (not now); of "always" or "never" (in this
    project) where the question offers them. Closing the dialog in any other way leaves the question open.
    """

    answered = Signal(object)

    def __init__(self, question: Question, asker: str, phase: str, parent: QWidget | None = None) -> None:
        installs = question.purpose == "install"
        title = tr("Install packages?") if installs else tr("Run this program?")
        super().__init__(title, parent, heading=title)
        self.question = question
        self.setMinimumWidth(WIDTH)
        self.body.addWidget(label(f"{asker} · {phase}" if phase else asker, kind="muted"))
        self.exact = packages(question.text) if installs else [quoted(question.text)]
        self._show_exact(installs)
        if question.context:
            self.body.addWidget(label(retold(question.context), kind="muted"))
        lasting = ALWAYS in question.options
        if lasting:
            self.body.addWidget(label(_meaning(installs), kind="muted"))
        later = self.add_button(tr("Answer &later"), left=True)
        later.setToolTip(tr("The question stays in the window; the team waits."))
        later.clicked.connect(self.reject)
        self.never = self.add_button(tr("N&ever in this project"))
        self.refuse = self.add_button(tr("&Not now"))
        self.always = self.add_button(tr("Always in this &project"))
        self.once = self.add_button(tr("Install &once") if installs else tr("Run &once"), kind="primary")
        for button, word in ((self.never, NEVER), (self.refuse, NO), (self.always, ALWAYS), (self.once, YES)):
            button.clicked.connect(lambda _=False, said=word: self._give(said))
        self.never.setVisible(lasting)
        self.always.setVisible(lasting)
        self.refuse.setDefault(True)  # Return must not allow by accident
        self.refuse.setFocus()

    def _show_exact(self, installs: bool) -> None:
        lines = [line for line in self.exact if line]
        if not lines:
            self.body.addWidget(label(retold(self.question.text)))
            return
        if installs:
            count = trn("{count} package from the network:", "{count} packages from the network:", len(lines))
            self.body.addWidget(label(count))
        self.body.addWidget(_fixed("\n".join(lines), tr("Packages") if installs else tr("Command")))

    def _give(self, text: str) -> None:
        self.answered.emit(Answer(text))
        self.accept()


def _meaning(installs: bool) -> str:
    """What the two lasting answers mean."""
    if installs:
        return tr("For the project, your answer holds for exactly these packages.")
    return tr("For the project, your answer holds for every program that the team wants to run in it.")


def quoted(text: str) -> str:
    """What stands between the first and the last backtick of `text`; empty when there are not two."""
    start, end = text.find("`"), text.rfind("`")
    return text[start + 1 : end] if start < end else ""


def packages(text: str) -> list[str]:
    """The packages that a question about an installation lists between its colon and its last sentence."""
    listed = text.partition(": ")[2].rpartition(". ")[0]
    return [name.strip() for name in listed.split(", ") if name.strip()]


def _fixed(text: str, name: str) -> QPlainTextEdit:
    """The exact text of what is asked for, in a fixed-width font, scrollable when it is long."""
    field = QPlainTextEdit(visible(text))
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setFont(mono_font())
    lines = min(max(text.count("\n") + 1, 2), MOST_LINES)
    field.setFixedHeight(lines * field.fontMetrics().lineSpacing() + 2 * L)
    return field
