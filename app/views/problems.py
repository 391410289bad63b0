"""Errors and warnings in one place: what happened, to whom, what to do, and the details to copy."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.crashes import shareable
from app.i18n import tr
from app.icons import icon
from app.plain import PlainLabel
from app.state.problems import Problem
from app.theme import M, S, ThemeSource, mono_font
from app.told import retold
from app.views.empty import EmptyStack
from app.views.two_lines import TwoLines
from app.wording import ago

COLORS = {"error": "bad", "warning": "warning"}
MARK = 16


class ProblemsView(QWidget):
    """A list, the latest first, and below it what is known of the chosen one.

    `shown` carries the event's number of a run's problem whose place in the conversation is wanted.
    """

    shown = Signal(int)

    def __init__(
        self, source: ThemeSource, parent: QWidget | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._source, self._clock = source, clock
        self._problems: Sequence[Problem] = ()
        self._names: Callable[[str], str] = str
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Problems"))
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(MARK, MARK))
        self.list.currentRowChanged.connect(self._tell)
        self._stack = EmptyStack(
            self.list,
            tr("No problems"),
            tr("Errors and warnings of the run and of Troupe itself stand here."),
            mark="check",
        )
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._stack)
        self.about = self._about()
        self.split.addWidget(self.about)
        self.split.setSizes([240, 180])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.split)
        source.changed.connect(self._fill)
        self._fill()

    def show_problems(self, problems: Sequence[Problem], names: Callable[[str], str] = str) -> None:
        """Show these, the latest first; `names` gives an agent's title. The chosen one stays chosen."""
        latest = sorted(problems, key=lambda problem: -problem.at)
        if latest != self._problems or names is not self._names:
            self._problems, self._names = latest, names
            self._fill()

    def chosen(self) -> Problem | None:
        """The problem that is told of, None for none."""
        row = self.list.currentRow()
        return self._problems[row] if 0 <= row < len(self._problems) else None

    def report(self) -> str:
        """All that is known of the chosen problem, fit to be shown to others."""
        problem = self.chosen()
        if problem is None:
            return ""
        parts = (retold(problem.text), retold(problem.hint), problem.detail)
        return shareable("\n\n".join(part for part in parts if part))

    def _about(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, M, 0, 0)
        column.setSpacing(S)
        self.hint = PlainLabel(wraps=True)
        self.hint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setFont(mono_font(small=True))
        self.detail.setAccessibleName(tr("Details"))
        self.copy = QPushButton(tr("&Copy report"))
        self.copy.setToolTip(tr("Without your home folder's name, logins and keys"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report()))
        self.go = QPushButton(tr("&Show in the conversation"))
        self.go.clicked.connect(self._go)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.copy)
        row.addWidget(self.go)
        row.addStretch(1)
        column.addWidget(self.hint)
        column.addWidget(self.detail, 1)
        column.addStretch()  # without details the buttons stand at the foot, too
        column.addLayout(row)
        return side

    def _fill(self) -> None:
        chosen = self.chosen()
        self.list.clear()
        theme = self._source.theme
        for problem in self._problems:
            when = ago(problem.at, self._clock())
            who = f"{self._names(problem.agent)} · {when}" if problem.agent else when
            item = QListWidgetItem(f"{retold(problem.text)}\n{who}")
            color = str(getattr(theme, COLORS[problem.gravity]))
            item.setIcon(icon("error" if problem.gravity == "error" else "warning", theme, color))
            word = tr("Error") if problem.gravity == "error" else tr("Warning")
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, word)
            self.list.addItem(item)
        self._stack.show_either(bool(self._problems))
        self.about.setVisible(bool(self._problems))
        if self._problems:
            kept = next((row for row, one in enumerate(self._problems) if one == chosen), 0)
            self.list.setCurrentRow(kept)
        self._tell()

    def _tell(self) -> None:
        problem = self.chosen()
        self.hint.setText(retold(problem.hint) if problem else "")
        self.hint.setVisible(bool(problem and problem.hint))
        self.detail.setPlainText(shareable(problem.detail) if problem else "")
        self.detail.setVisible(bool(problem and problem.detail))
        self.copy.setEnabled(problem is not None)
        self.go.setVisible(bool(problem and problem.seq))

    def _go(self) -> None:
        problem = self.chosen()
        if problem is not None and problem.seq:
            self.shown.emit(problem.seq)
