"""The editor of one file with what stands around it: saving, discarding, and the team's changes meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.diffing import side_by_side
from app.drafts import Draft
from app.i18n import marked, tr
from app.plain import PlainLabel
from app.theme import XS, M, S, ThemeSource
from app.views.diff_split import SideBySide
from app.views.empty import ElidedLabel
from app.views.file_editor import FileEditor

SAVE_HINT = marked("Saving makes a version of yours")


class EditPane(QWidget):
    """Edits a draft. `saved` carries its path and text, `left` says that the user is done with it.

    `altered` says that there is something to save now, or no longer. When the team changes the file while it
    is being edited, a notice offers to keep one of the two texts or to see both.
    """

    saved = Signal(str, str)
    left = Signal(str)
    altered = Signal()

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self._theirs, self._their_digest = "", ""
        self._dirty = False
        self.editor = FileEditor(source)
        self.both = SideBySide(source)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.editor)
        self._pages.addWidget(self.both)
        self.conflict = self._conflict_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.conflict)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._save_bar())
        self.editor.textChanged.connect(self._typed)
        self.editor.save_wanted.connect(self.save)

    @property
    def draft(self) -> Draft | None:
        """The draft that is being edited."""
        return self._draft

    def show_draft(self, draft: Draft, text: str, digest: str) -> None:
        """Edit a draft of a file whose content now is `text`, named by `digest`."""
        self._draft = None
        self.editor.show_code(draft.text)
        self._draft = draft
        self._pages.setCurrentWidget(self.editor)
        self.show_theirs(text, digest)
        self._tell()

    def show_theirs(self, text: str, digest: str) -> None:
        """The file's content as it is now: unless something was typed, the editor takes it over."""
        draft = self._draft
        self._theirs, self._their_digest = text, digest
        if draft is None:
            return
        if digest != draft.base_digest and text in (draft.text, draft.sent):
            self._rebase()
        elif digest != draft.base_digest and not draft.dirty:
            self._rebase()
            self.editor.replace_all(text)
        self._show_conflict()
        self._tell()

    def save(self) -> None:
        """Hand the text over, if there is something to save; it is saved once the run says so."""
        draft = self._draft
        if draft is not None and draft.dirty:
            draft.sent = draft.text
            self.saved.emit(draft.path, draft.text)

    def keep_mine(self) -> None:
        """Go on with the user's text, from the file as the team left it."""
        self._rebase()
        self._show_conflict()
        self._tell()

    def take_theirs(self) -> None:
        """Take the team's text; the user's can be had back by undoing."""
        self._rebase()
        self.editor.replace_all(self._theirs)
        self._show_conflict()

    def show_both(self) -> None:
        """Show the team's text and the user's beside each other, or the editor again."""
        if self._pages.currentWidget() is self.both or self._draft is None:
            self._pages.setCurrentWidget(self.editor)
        else:
            rows = side_by_side(self._theirs, self._draft.text)
            self.both.show_rows(rows or [])
            self._pages.setCurrentWidget(self.both)
        self._name_both()

    # --- inside ------------------------------------------------------------------------------------

    def _rebase(self) -> None:
        if self._draft is not None:
            self._draft.base, self._draft.base_digest = self._theirs, self._their_digest

    def _typed(self) -> None:
        if self._draft is None:
            return
        # Unlike toPlainText, this keeps no-break spaces.
        self._draft.text = self.editor.document().toRawText().replace("\u2029", "\n")
        if self._dirty != self._draft.dirty:
            self._tell()

    def _tell(self) -> None:
        self._dirty = self._draft is not None and self._draft.dirty
        self.save_button.setEnabled(self._dirty)
        self.leave_button.setText(tr("Discard …") if self._dirty else tr("Done"))
        self.altered.emit()

    def _show_conflict(self) -> None:
        draft = self._draft
        clashes = draft is not None and draft.clashes(self._their_digest)
        self.conflict.setVisible(clashes)
        if clashes:
            gone = not self._their_digest
            self._what.setText(
                tr("The team deleted this file while you edited it.")
                if gone
                else tr("The team changed this file while you edited it.")
            )
        elif self._pages.currentWidget() is self.both:
            self._pages.setCurrentWidget(self.editor)
        self._name_both()

    def _name_both(self) -> None:
        seen = self._pages.currentWidget() is self.both
        self.both_button.setText(tr("Back to the editor") if seen else tr("Show both"))

    def _conflict_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("kind", "notice")
        self._what = PlainLabel(kind="warning", wraps=True)
        self.mine_button, self.theirs_button = QPushButton(tr("Keep mine")), QPushButton(tr("Take theirs"))
        self.both_button = QPushButton(tr("Show both"))
        self.mine_button.clicked.connect(self.keep_mine)
        self.theirs_button.clicked.connect(self.take_theirs)
        self.both_button.clicked.connect(self.show_both)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        for button in (self.mine_button, self.theirs_button, self.both_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(bar)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(S)
        column.addWidget(self._what)
        column.addLayout(buttons)
        bar.hide()
        return bar

    def _save_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("kind", "composer")
        hint = ElidedLabel(tr(SAVE_HINT), kind="muted")
        self.leave_button, self.save_button = QPushButton(tr("Done")), QPushButton(tr("Save"))
        self.save_button.setProperty("kind", "primary")
        self.save_button.setToolTip(tr("Save (Ctrl+S)"))
        self.save_button.clicked.connect(self.save)
        self.leave_button.clicked.connect(lambda: self.left.emit(self._draft.path if self._draft else ""))
        row = QHBoxLayout(bar)
        row.setContentsMargins(M, XS, M, XS)
        row.setSpacing(S)
        row.addWidget(hint, 1)
        row.addWidget(self.leave_button)
        row.addWidget(self.save_button)
        return bar
