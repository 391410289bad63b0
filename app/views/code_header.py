"""What can be chosen above a file's text: its version, how it is looked at, and what is done with it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.i18n import tr, trn
from app.icons import icon
from app.plain import PlainLabel, plain_tip
from app.theme import XS, S, ThemeSource
from app.views.controls import Choice
from app.views.empty import ElidedLabel

Look: TypeAlias = Literal["text", "changes", "preview"]


class CodeHeader(QWidget):
    """Title and tools, versions and looks, and a third line that only some of them need.

    `changed` says that something else is to be shown; `moved` carries 1 or -1 for the next or the former
    change. `restore` and `edit` are buttons, whose meaning is the view's.
    """

    changed = Signal()
    moved = Signal(int)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._icons: dict[QToolButton, str] = {}
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle, kind="heading")
        self.unsaved = PlainLabel(tr("Unsaved"), kind="warning")
        self.unsaved.setToolTip(tr("Your changes are kept here until you save or discard them"))
        self.unsaved.hide()
        self.copy = self._tool("copy", tr("Copy the text"))
        self.authors = self._tool("author", tr("Show who wrote each line"), checkable=True)
        self.edit = self._tool("edit", tr("Edit this file (Ctrl+E)"), checkable=True)
        self.wide = self._tool("expand", tr("Use the whole window for the files"), checkable=True)
        self.versions = Choice()
        self.versions.setAccessibleName(tr("Version of the file"))
        self.versions.setToolTip(tr("Versions of this file, the latest first"))
        self.versions.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.versions.setMinimumContentsLength(8)
        self.versions.setMinimumWidth(64)  # it gives way before the window has to grow
        self.text = _toggle(tr("Text"), tr("The file as this version left it"))
        self.changes = _toggle(tr("Changes"), tr("What this version changed in the file"))
        self.preview = _toggle(tr("Preview"), tr("The file as it is meant to be seen"))
        self.text.setChecked(True)
        self._third = self._third_line()
        self._connect()
        self._lay_out()
        source.changed.connect(self._rethemed)
        self._rethemed()

    # --- what is chosen ----------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """How the file is looked at."""
        if self.changes.isChecked():
            return "changes"
        return "preview" if self.preview.isChecked() else "text"

    def set_previewable(self, previewable: bool) -> None:
        """Offer a preview or not; without one the text is shown."""
        self.preview.setVisible(previewable)
        self._fit()
        if not previewable and self.preview.isChecked():
            self.text.setChecked(True)

    def set_editing(self, editing: bool, unsaved: bool) -> None:
        """Whether the file is being edited: what is chosen among versions waits meanwhile."""
        self.edit.blockSignals(True)
        self.edit.setChecked(editing)
        self.edit.blockSignals(False)
        self.unsaved.setVisible(unsaved)
        for part in (self.versions, self.text, self.changes, self.preview, self.authors):
            part.setEnabled(not editing)
        if editing:
            self._third.hide()

    def show_third(self, *, changes: int = -1, restorable: int = 0) -> None:
        """The third line: how many changes there are (-1: not a look at changes), a version to go back to."""
        comparing = changes >= 0
        self.count.setVisible(comparing)
        if comparing:
            self.count.setText(trn("{count} change", "{count} changes", changes))
        for button in (self.side, self.former, self.following):
            button.setVisible(comparing)
        for button in (self.former, self.following):
            button.setEnabled(changes > 0)
        self.restore.setVisible(restorable > 0)
        self.restore.setText(tr("Restore v{version}", version=restorable))
        self._third.setVisible(comparing or restorable > 0)

    # --- parts -------------------------------------------------------------------------------------

    def _third_line(self) -> QWidget:
        self.count = PlainLabel(kind="muted")
        self.side = self._tool("columns", tr("Both versions beside each other"), checkable=True)
        self.former = self._tool("chevron-up", tr("The change before (Alt+Up)"))
        self.following = self._tool("chevron-down", tr("The next change (Alt+Down)"))
        self.restore = QToolButton()
        self.restore.setText(tr("Restore"))
        self.restore.setToolTip(
            tr("Make the whole project what it was in this version; that is a version too")
        )
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(XS)
        row.addWidget(self.count)
        for button in (self.former, self.following, self.side):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.restore)
        line.hide()
        return line

    def _connect(self) -> None:
        looks = QButtonGroup(self)
        for button in (self.text, self.changes, self.preview):
            looks.addButton(button)
        looks.buttonToggled.connect(lambda _, checked: self.changed.emit() if checked else None)
        self.versions.currentIndexChanged.connect(self.changed)
        self.side.toggled.connect(self.changed)
        self.authors.toggled.connect(self.changed)
        self.former.clicked.connect(lambda: self.moved.emit(-1))
        self.following.clicked.connect(lambda: self.moved.emit(1))
        self.wide.toggled.connect(self._rethemed)
        self.edit.setShortcut("Ctrl+E")

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.title, 1)
        first.addWidget(self.unsaved)
        for button in (self.copy, self.authors, self.edit, self.wide):
            first.addWidget(button)
        self._looks = QHBoxLayout()
        for button in (self.text, self.changes, self.preview):
            self._looks.addWidget(button)
        self._looks.addStretch(0)
        self._second = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._second.addWidget(self.versions, 1)
        self._second.addLayout(self._looks)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(S, XS, S, XS)
        rows.setSpacing(XS)
        for row in (first, self._looks, self._second):
            row.setSpacing(XS)
        rows.addLayout(first)
        rows.addLayout(self._second)
        rows.addWidget(self._third)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want other rows."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the looks below the versions where no version could be read beside them."""
        needed = self.versions.sizeHint().width() + self._looks.sizeHint().width() + XS + 2 * S
        row, column = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._second.setDirection(column if needed > self.width() else row)

    def _tool(self, name: str, tip: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        button.setCheckable(checkable)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = name
        return button

    def _rethemed(self) -> None:
        for button, name in self._icons.items():
            narrow = button is self.wide and button.isChecked()
            button.setIcon(icon("shrink" if narrow else name, self._source.theme))


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(plain_tip(tip))
    button.setCheckable(True)
    return button
