"""The candidates of a task as they come: how each did on each case, its code, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from agents.events import TestCase
from app.i18n import tr, trn
from app.plain import PlainLabel
from app.qtmodels.marks import Head, Mark
from app.state.all import RunState
from app.state.candidates import ANSWER, Candidate
from app.terminal import neutralised
from app.theme import M, S, ThemeSource, code_style, mono_font
from app.told import retold
from app.views.code_content import coloured, plain
from app.views.code_editor import CodeEditor
from app.views.controls import set_kind
from app.views.empty import EmptyStack
from app.views.marks_table import MarksTable
from app.visible import shown_lines

ReadBlob = Callable[[str], bytes]


class CandidatesView(QWidget):
    """Shows a `RunState`'s candidates; `wanted` says whether it has any.

    `message_clicked` carries the number of the event that brought a candidate. `saved` carries the place
    that the user chose for the answer and the answer's text.
    """

    message_clicked = Signal(int)
    saved = Signal(object, str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._read: ReadBlob | None = None
        self._revision = -1
        self.line = PlainLabel()
        self.copy = QPushButton(tr("Copy the answer"))
        self.save = QPushButton(tr("Save the answer …"))
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._choose_place)
        self.table = MarksTable(source, tr("Candidates"), tr("Candidate"))
        self.table.moved.connect(self._show)
        self.table.opened.connect(lambda row, _: self.message_clicked.emit(self._candidates[row].seq))
        self.code = CodeEditor(source)
        self.code.setAccessibleName(tr("The candidate's code"))
        self.message = QPlainTextEdit()
        self.message.setReadOnly(True)
        self.message.setAccessibleName(tr("How it did on the case"))
        self.message.setProperty("kind", "plain")
        self.message.setFont(mono_font(small=True))
        self.message.document().setDocumentMargin(S)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        for part, share in ((self.table, 3), (self.message, 2), (self.code, 5)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, share)
        self.split.setSizes([170, 80, 300])
        self._stack = EmptyStack(
            self._content(),
            tr("No candidates yet"),
            tr("Each program that is tried for the task is listed here, with how it does on each example."),
            mark="tests",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        source.changed.connect(self._show_code)

    def _content(self) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(M, S, M, S)
        head.setSpacing(S)
        head.addWidget(self.line, 1)
        head.addWidget(self.copy)
        head.addWidget(self.save)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.split, 1)
        return content

    @property
    def wanted(self) -> bool:
        """Whether the run has candidates."""
        return bool(self._candidates)

    @property
    def _candidates(self) -> list[Candidate]:
        return self._state.candidates.candidates

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show another run's candidates; `read` gives the content of a file's digest."""
        self._state, self._read, self._revision = state, read, -1
        self.refresh()

    def refresh(self) -> None:
        """Take in what is new. The newest candidate is chosen until the user chooses an earlier one."""
        state = self._state.candidates
        if state.revision == self._revision:
            return
        self._revision = state.revision
        row = self.table.currentIndex().row()
        follows = row < 0 or row >= self.table.marks.rowCount() - 1
        answer = self._answering()
        lines = [self._line(candidate, candidate is answer) for candidate in self._candidates]
        columns = [Head(str(place), case) for place, case in enumerate(state.cases, start=1)]
        marks = {
            (line, column): Mark(result.outcome, f"{name}\n{result.message}".strip())
            for line, candidate in enumerate(self._candidates)
            for column, name in enumerate(state.cases)
            if (result := candidate.results.get(name)) is not None
        }
        self.table.marks.show_marks(lines, columns, marks)
        self._stack.show_either(self.wanted)
        self._say(answer)
        if self.wanted:
            chosen = self._candidates.index(answer) if answer else len(self._candidates) - 1
            self._choose(chosen if follows else row)

    def _line(self, candidate: Candidate, is_answer: bool) -> Head:
        role = self._state.hierarchy.role(candidate.author)
        told = f"{candidate.number} · {role} · {candidate.passed}/{len(candidate.results)}"
        return Head(tr("{candidate} · the answer", candidate=told) if is_answer else told)

    def _say(self, answer: Candidate | None) -> None:
        """How many there are, and how the answer was judged."""
        state = self._state.candidates
        parts = [trn("{count} candidate", "{count} candidates", len(self._candidates))]
        if state.judged is not None:
            parts.append(tr("Hidden tests: {result}", result=retold(state.judged.summary)))
        self.line.setText(" · ".join(parts))
        if state.judged is not None:
            set_kind(self.line, "good" if state.judged.passed else "bad")
        else:
            set_kind(self.line, "good" if answer is not None and answer.holds else "muted")
        for button in (self.copy, self.save):
            button.setEnabled(bool(state.answer))

    # --- the chosen one --------------------------------------------------------------------------------

    def _choose(self, row: int) -> None:
        """Choose a candidate, at its first case that does not hold."""
        candidate = self._candidates[row]
        cases = self._state.candidates.cases
        failed = (place for place, name in enumerate(cases) if _failed(candidate, name))
        self.table.setCurrentIndex(self.table.marks.index(row, next(failed, -1) + 1))
        self._show(row, self.table.currentIndex().column() - 1)

    def _show(self, row: int, column: int) -> None:
        if not 0 <= row < len(self._candidates):
            return
        self._show_code()
        name = self._state.candidates.cases[column] if column >= 0 else ""
        result = self._candidates[row].results.get(name)
        told = f"{name}\n{result.message}".strip() if result is not None else name
        self.message.setPlainText(shown_lines(neutralised(told)))
        self.message.setVisible(bool(told))

    def _show_code(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self._candidates):
            text = self._candidates[row].code
            if self.code.toPlainText() != text:
                self.code.show_code(text)
            self.code.paint_spans(coloured(ANSWER, text, code_style(self._source.theme)))

    # --- the answer ------------------------------------------------------------------------------------

    def answer(self) -> str:
        """The answer's text; empty before there is one."""
        digest = self._state.candidates.answer
        return plain(self._read(digest)) if digest and self._read is not None else ""

    def _answering(self) -> Candidate | None:
        """The candidate that became the answer, the last one of that text."""
        text = self.answer().strip()
        if not text:
            return None
        return next((one for one in reversed(self._candidates) if text.endswith(one.code.strip())), None)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.answer())

    def _choose_place(self) -> None:
        dialog = QFileDialog(self, tr("Save the answer"), str(Path.home() / ANSWER))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(ANSWER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.saved.emit(Path(path), self.answer()))
        dialog.open()


def _failed(candidate: Candidate, case: str) -> bool:
    result: TestCase | None = candidate.results.get(case)
    return result is not None and result.outcome == "failed"
