"""The programs that the team ran: what each printed, and why it counts as passed or failed."""

from __future__ import annotations

import shlex

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import tr
from app.icons import icon
from app.state.all import RunState
from app.state.console import CommandRecord
from app.terminal import neutralised
from app.theme import XS, S, ThemeSource, mono_font
from app.told import retold
from app.views.controls import Choice
from app.views.empty import ElidedLabel, EmptyStack
from app.visible import shown_lines

ICONS = {"running": "clock", "passed": "check", "failed": "cross", "interrupted": "stop"}
SHOWN = 400_000
"""So many characters of one program's output are shown, its end; the store keeps up to the sandbox's cap."""


class ConsoleView(QWidget):
    """One program at a time; the latest is followed until an older one is chosen."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._revision = -1
        self._shown: tuple[str, str] = ("", "")
        self.commands = Choice()
        self.commands.setAccessibleName(tr("Program"))
        self.commands.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.commands.setMinimumContentsLength(10)
        self.commands.currentIndexChanged.connect(self._show)
        self.verdict = ElidedLabel()
        self.verdict.setAccessibleName(tr("Verdict"))
        self.output = QPlainTextEdit()
        self.output.setAccessibleName(tr("Output"))
        self.output.setReadOnly(True)
        self.output.setUndoRedoEnabled(False)
        self.output.setProperty("kind", "plain")
        self.output.setFont(mono_font())
        self.output.document().setDocumentMargin(S)
        content = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(S, XS, S, XS)
        head.setSpacing(S)
        head.addWidget(self.commands, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        verdict_row = QHBoxLayout()
        verdict_row.setContentsMargins(S + XS, 0, S, XS)
        verdict_row.addWidget(self.verdict, 1)
        column.addLayout(verdict_row)
        column.addWidget(self.output, 1)
        self._stack = EmptyStack(
            content,
            tr("No program has run yet"),
            tr("What the team's programs print appears here, with a verdict."),
            mark="console",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        source.changed.connect(self._rethemed)

    def show_state(self, state: RunState) -> None:
        """Show the programs of another run."""
        self._state, self._revision = state, -1
        self.commands.blockSignals(True)
        self.commands.clear()
        self.commands.blockSignals(False)
        self._shown = ("", "")
        self.output.clear()
        self.refresh()

    def refresh(self) -> None:
        """Take in what has changed."""
        console = self._state.console
        self._stack.show_either(bool(console.commands))
        if console.revision == self._revision:
            return
        changed = console.changes.since(self._revision) if self._revision >= 0 else None
        self._revision = console.revision
        following = self.commands.currentIndex() == self.commands.count() - 1
        self._list(set(console.commands) if changed is None else set(changed))
        if following:
            self.commands.setCurrentIndex(self.commands.count() - 1)
        self._show()

    def choose(self, command: str) -> None:
        """Show the program `command`."""
        if (place := self.commands.findData(command)) >= 0:
            self.commands.setCurrentIndex(place)

    def _list(self, changed: set[str]) -> None:
        """Bring the list of programs up to date; one that ran again moves to the end."""
        wanted = list(self._state.console.commands)
        self.commands.blockSignals(True)
        listed = [self.commands.itemData(row) for row in range(self.commands.count())]
        if listed != wanted[: len(listed)]:
            self.commands.clear()
            changed = set(wanted)
        for row, key in enumerate(wanted):
            if row >= self.commands.count():
                self.commands.addItem("", key)
                changed.add(key)
            if key in changed:
                self._describe(row, self._state.console.commands[key])
        self.commands.blockSignals(False)

    def _describe(self, row: int, record: CommandRecord) -> None:
        theme = self._source.theme
        color = {"passed": theme.good, "failed": theme.bad}.get(record.state, theme.muted)
        self.commands.setItemIcon(row, icon(ICONS[record.state], theme, color))
        self.commands.setItemText(row, f"{row + 1}. {retold(record.title) or command_line(record)}")

    def _show(self) -> None:
        record = self._state.console.commands.get(self.commands.currentData() or "")
        if record is None:
            return
        kind, words = told(record)
        self.verdict.show_text(words)
        self.verdict.setProperty("kind", kind)
        self.verdict.style().polish(self.verdict)
        text = shown_lines(f"$ {command_line(record)}\n{neutralised(record.output[-SHOWN:])}")
        self._show_text(record.command, text)

    def _show_text(self, command: str, text: str) -> None:
        """Append what is new, and follow the end if it was in view; another program replaces all."""
        before = self._shown
        if (command, text) == before:
            return
        self._shown = (command, text)
        bar = self.output.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        if before[0] == command and text.startswith(before[1]):
            cursor = QTextCursor(self.output.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(before[1]) :])
        else:
            self.output.setPlainText(text)
        if at_end or before[0] != command:
            bar.setValue(bar.maximum())

    def _rethemed(self) -> None:
        self._list(set(self._state.console.commands))


def command_line(record: CommandRecord) -> str:
    """The program with its arguments, as one would type it."""
    return shlex.join(record.argv)


def told(record: CommandRecord) -> tuple[str, str]:
    """The kind of label and the words for how a program fared."""
    seconds, verdict = f"{record.seconds:.1f}", retold(record.verdict)
    match record.state:
        case "running":
            return "muted", tr("Running in {sandbox} …", sandbox=record.sandbox)
        case "interrupted":
            return "muted", tr("Interrupted before it ended.")
        case "passed":
            return "good", tr("Passed in {seconds} s · {verdict}", seconds=seconds, verdict=verdict)
        case "failed":
            return "bad", tr("Failed after {seconds} s · {verdict}", seconds=seconds, verdict=verdict)
