"""The finished program, run by the user: its output as it comes, a line to type into, a way to stop."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.icons import icon
from app.state.program import ProgramRecord
from app.terminal import neutralised
from app.theme import XS, S, ThemeSource, mono_font
from app.views.controls import set_kind
from app.views.empty import ElidedLabel, EmptyStack
from app.visible import shown_lines

TICK_MILLISECONDS = 33
NARROW = 56
"""The parts of the first line become so narrow before the window has to grow."""


class ProgramView(QWidget):
    """Shows one `ProgramRecord`, which grows by itself.

    `arguments` is the field for what the program is given on its command line. `run_wanted` carries
    `console`, `desktop` or nothing (whatever suits the program); `stop_wanted`, `typed` (a line) and
    `input_ended` are for the program, `browse_wanted` carries an address to open.
    """

    run_wanted = Signal(str)
    stop_wanted = Signal()
    typed = Signal(str)
    input_ended = Signal()
    browse_wanted = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._record: ProgramRecord | None = None
        self._revision = -1
        self._shown = ""
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        self.console, self.desktop = QPushButton(tr("Console")), QPushButton(tr("Desktop …"))
        self.console.setToolTip(tr("Run it in the sandbox; what it prints appears here"))
        self.desktop.setToolTip(tr("Run it with its window and your rights, after you agree"))
        self.arguments = QLineEdit()
        self.arguments.setAccessibleName(tr("Arguments of the program"))
        self.arguments.setPlaceholderText(tr("Arguments"))
        for part in (self.console, self.desktop, self.arguments):
            part.setMinimumWidth(NARROW)
        self.arguments.setToolTip(tr("What comes after the program's name, as in a terminal"))
        self.stop = QToolButton()
        self.stop.setText(tr("Stop"))
        self.stop.setToolTip(tr("End the program and all that it started"))
        self.stop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.browse = QPushButton(tr("Browser"))
        self.browse.setToolTip(tr("Open the page that the program serves"))
        self.told = ElidedLabel()
        self.told.setAccessibleName(tr("How the program fares"))
        self.output = self._output()
        self.input = QLineEdit()
        self.input.setAccessibleName(tr("Input for the program"))
        self.input.setPlaceholderText(tr("A line of input, then Return"))
        self.end = QToolButton()
        self.end.setText(tr("End input"))
        self.end.setToolTip(tr("Tell the program that no more input comes (Ctrl+D)"))
        keys = QShortcut(QKeySequence("Ctrl+D"), self.input, self.input_ended.emit)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._lay_out()
        self._connect()
        self.show_record(None)

    def show_record(self, record: ProgramRecord | None) -> None:
        """Show another program, or that none has been run."""
        self._record, self._revision, self._shown = record, -1, ""
        self.output.clear()
        self._stack.show_either(record is not None)
        self.refresh()
        if record is not None and record.running:
            self._timer.start()

    def refresh(self) -> None:
        """Take in what is new."""
        record = self._record
        running = record is not None and record.running
        if record is None or record.revision != self._revision:
            self._offer_input(running)
            for part in (self.stop, self.input, self.end):
                part.setEnabled(running)
            self.console.setEnabled(not running)
            self.desktop.setEnabled(not running)
            self.browse.setVisible(record is not None and bool(record.address))
        if record is None:
            return
        if not running:
            self._timer.stop()
        if record.revision == self._revision:
            return
        self._revision = record.revision
        kind, words = record.told
        self.told.show_text(words)
        set_kind(self.told, kind)
        self._show_text(shown_lines(f"$ {record.line}\n{neutralised(record.output)}"))

    def _offer_input(self, running: bool) -> None:
        """A line to type while the program runs; afterwards its room, and the keyboard, are the output's."""
        if not running and (self.input.hasFocus() or self.end.hasFocus()):
            self.output.setFocus()
        self._typing.setVisible(running)

    def say(self, title: str, text: str) -> None:
        """Say why there is nothing to run."""
        self.show_record(None)
        self._stack.empty.say(title, text)

    # --- inside ------------------------------------------------------------------------------------

    def _show_text(self, text: str) -> None:
        """Append what is new, and follow the end if it was in view."""
        bar = self.output.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        if self._shown and text.startswith(self._shown):
            cursor = QTextCursor(self.output.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(self._shown) :])
        else:
            self.output.setPlainText(text)
        self._shown = text
        if at_end:
            bar.setValue(bar.maximum())

    def _type(self) -> None:
        self.typed.emit(self.input.text())
        self.input.clear()

    def _connect(self) -> None:
        self.console.clicked.connect(lambda: self.run_wanted.emit("console"))
        self.desktop.clicked.connect(lambda: self.run_wanted.emit("desktop"))
        self.stop.clicked.connect(self.stop_wanted)
        self.browse.clicked.connect(self._browse)
        self.input.returnPressed.connect(self._type)
        self.end.clicked.connect(self.input_ended)
        self._source.changed.connect(self._rethemed)
        self._rethemed()

    def _browse(self) -> None:
        if self._record is not None and self._record.address:
            self.browse_wanted.emit(self._record.address)

    def _output(self) -> QPlainTextEdit:
        output = QPlainTextEdit()
        output.setAccessibleName(tr("Output of the program"))
        output.setReadOnly(True)
        output.setUndoRedoEnabled(False)
        output.setProperty("kind", "plain")
        output.setFont(mono_font())
        output.document().setDocumentMargin(S)
        return output

    def _lay_out(self) -> None:
        self._typing = QWidget()
        buttons, status, typing = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(self._typing)
        buttons.addWidget(ElidedLabel(tr("Run on")))
        buttons.addWidget(self.console)
        buttons.addWidget(self.desktop)
        buttons.addWidget(self.arguments, 1)
        status.addWidget(self.told, 1)
        status.addWidget(self.browse)
        status.addWidget(self.stop)
        typing.addWidget(self.input, 1)
        typing.addWidget(self.end)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        self._stack = EmptyStack(
            content,
            tr("Not run by you yet"),
            tr("Run the program yourself: in the console, or with its window."),
            mark="launch",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (buttons, status, typing):
            row.setContentsMargins(S, XS, S, XS)
            row.setSpacing(S)
        column.addLayout(buttons)
        column.addWidget(self._stack, 1)
        inner.addLayout(status)
        inner.addWidget(self.output, 1)
        inner.addWidget(self._typing)

    def _rethemed(self) -> None:
        self.stop.setIcon(icon("stop", self._source.theme, self._source.theme.bad))
