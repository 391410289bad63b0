"""A file of the project in any of its versions: its text, what changed in it, its preview, or its editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.background import Background
from app.drafts import Draft, Drafts
from app.i18n import tr
from app.state.all import RunState
from app.state.files import FileNode
from app.theme import ThemeSource, code_style
from app.views.code_changes import ChangesView
from app.views.code_content import coloured, editable, plain, readable
from app.views.code_editor import CodeEditor
from app.views.code_header import CodeHeader
from app.views.code_versions import Shown, authors_of, shown_versions, told
from app.views.editing import EditPane
from app.views.empty import EmptyStack
from app.views.preview import Preview, is_picture, previewable
from app.visible import shown_lines

ReadBlob = Callable[[str], bytes]


class CodeView(QWidget):
    """`show_state` binds it to a run, `show_file` chooses a file; `refresh` takes new versions in.

    While the latest version is shown, a new one takes its place; an older one stays. `edited` carries the
    files that the user saved (path → text) and a message, `restore_wanted` a version, `discard_wanted` the
    path of an unsaved file, `drafts_changed` tells of unsaved marks, `file_wanted` carries a path.
    """

    edited = Signal(object, str)
    restore_wanted = Signal(int)
    discard_wanted = Signal(str)
    drafts_changed = Signal()
    file_wanted = Signal(str)

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._background = source, background
        self._read: ReadBlob | None = None
        self._state = RunState()
        self._path = ""
        self._known: object = None
        self._entries: list[Shown] = []
        self._text = ""
        self._job = 0
        self._editable = True
        self.drafts = Drafts()
        self.header = CodeHeader(source)
        self.versions = self.header.versions
        self.diff_button = self.header.changes
        self.editor = CodeEditor(source)
        self.editor.setAccessibleName(tr("File content"))
        self.changes = ChangesView(source, background)
        self.preview = Preview(source)
        self.editing = EditPane(source)
        self._pages = QStackedWidget()
        for page in (self.editor, self.changes, self.preview, self.editing):
            self._pages.addWidget(page)
        self._stack = EmptyStack(
            self._pages, tr("No file is open"), tr("Choose a file above to read it here."), mark="edit"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        self._connect()
        self._show()

    # --- what is shown -----------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The file that is shown."""
        return self._path

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show files of another run; `read` gives the content of a digest."""
        same = state.run.number == self._state.run.number and self._path in state.files.files
        self._state, self._read = state, read
        self.show_file(self._path if same else "")

    def show_file(self, path: str, version: int = 0) -> None:
        """Show a file, in `version` or, with 0, in its latest one; a draft of it is taken up again."""
        self._path = path
        self._known = None
        self.refresh()
        if version and (index := self.versions.findData(version)) >= 0:
            self.versions.setCurrentIndex(index)

    def refresh(self) -> None:
        """Take in what is new in the state."""
        node = self._node()
        known = (len(node.versions), node.pending) if node else (0, None)
        if known == self._known:
            return
        latest = self._known is None or self.versions.currentIndex() <= 0
        kept = self.versions.currentData()
        self._known = known
        self._entries = shown_versions(node)
        self._fill_versions()
        self.versions.setCurrentIndex(0 if latest else max(0, self.versions.findData(kept)))
        self._show()

    # --- editing -----------------------------------------------------------------------------------

    def set_editable(self, editable: bool) -> None:
        """Allow edits, or only reading while an earlier moment is shown; drafts wait meanwhile."""
        self._editable = editable
        self._show()

    def begin_edit(self) -> None:
        """Turn the view into an editor of the latest version."""
        content = self._content(self._entries[0]) if self._entries else b""
        if self._entries and editable(content):
            text = plain(content)
            self.drafts.begin(self._run, self._path, text, self._entries[0].digest)
        self._show()
        self.editing.editor.setFocus()

    def save(self) -> None:
        """Save what is being edited."""
        self.editing.save()

    def discard(self, path: str) -> None:
        """Forget the unsaved text of a file."""
        self.drafts.drop(self._run, path)
        self.drafts_changed.emit()
        self._show()

    def _leave(self, path: str) -> None:
        """The user is done with a draft; losing something is asked for first."""
        draft = self.drafts.get(self._run, path)
        if draft is not None and draft.dirty:
            self.header.set_editing(True, True)
            self.discard_wanted.emit(path)
        else:
            self.discard(path)

    def _saved(self, path: str, text: str) -> None:
        raw = self._content(self._entries[0]) if self._entries else b""
        whole = text.replace("\n", "\r\n") if b"\r\n" in raw else text
        self.edited.emit({path: whole}, tr("Your edit of {path}", path=path))

    def _altered(self) -> None:
        draft = self.editing.draft
        if draft is not None and draft is self.drafts.get(self._run, self._path):
            self.header.set_editing(True, draft.dirty)
        self.drafts_changed.emit()

    # --- inside ------------------------------------------------------------------------------------

    @property
    def _run(self) -> int:
        return self._state.run.number

    def _connect(self) -> None:
        header, editing = self.header, self.editing
        header.changed.connect(self._show)
        header.moved.connect(self.changes.step)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):  # the conversation has these keys as well
            shortcut = QShortcut(QKeySequence(keys), self, partial(self.changes.step, by))
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        header.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        header.edit.toggled.connect(lambda wanted: self.begin_edit() if wanted else self._leave(self._path))
        header.restore.clicked.connect(lambda: self.restore_wanted.emit(self.versions.currentData()))
        editing.saved.connect(self._saved)
        editing.left.connect(self._leave)
        editing.altered.connect(self._altered)
        editing.editor.colours_wanted.connect(self._colour_draft)
        self.changes.compared.connect(self._name_third)
        self.preview.link.connect(self.file_wanted)
        self._source.changed.connect(self._show)

    def _draft(self) -> Draft | None:
        return self.drafts.get(self._run, self._path) if self._editable else None

    def _node(self) -> FileNode | None:
        return self._state.files.files.get(self._path)

    def _fill_versions(self) -> None:
        self.versions.blockSignals(True)
        self.versions.clear()
        for entry in self._entries:
            self.versions.addItem(told(entry, self._state.hierarchy), entry.version)
        self.versions.blockSignals(False)

    def _restorable(self) -> int:
        """The version that can be gone back to: an older one of this file."""
        place = self.versions.currentIndex()
        return self._entries[place].version if place > 0 else 0

    def _content(self, entry: Shown) -> bytes:
        if entry.text is not None:
            return entry.text.encode("utf-8", "replace")
        return self._read(entry.digest) if self._read is not None and entry.digest else b""

    # --- showing -----------------------------------------------------------------------------------

    def _show(self) -> None:
        place = self.versions.currentIndex()
        self._job += 1
        header = self.header
        header.title.show_text(self._path)
        header.setVisible(bool(self._path and self._entries))
        if place < 0 or not self._entries:
            self._text = ""
            self._stack.show_empty()
            return
        self._stack.show_content()
        draft = self._draft()
        header.set_previewable(previewable(self._path))
        header.set_editing(draft is not None, draft is not None and draft.dirty)
        if draft is not None:
            self._show_draft()
            return
        entry = self._entries[place]
        content = self._content(entry)
        self._text = readable(content)
        header.show_third(restorable=self._restorable())
        latest = place == 0 and bool(entry.digest)
        header.edit.setEnabled(self._editable and latest and editable(content))
        header.restore.setEnabled(self._editable)
        if header.look == "changes":
            before = self._content(self._entries[place + 1]) if place + 1 < len(self._entries) else b""
            self._pages.setCurrentWidget(self.changes)
            old, new = shown_lines(readable(before)), shown_lines(self._text)
            self.changes.show_change(self._path, old, new, split=header.side.isChecked())
        elif entry.digest and (header.look == "preview" or (is_picture(self._path) and b"\0" in content)):
            self.preview.show_file(self._path, content)
            self._pages.setCurrentWidget(self.preview)
        else:
            self._show_text(entry, place)

    def _show_text(self, entry: Shown, place: int) -> None:
        self._pages.setCurrentWidget(self.editor)
        if not entry.digest:
            self.editor.show_code(tr("This version deleted the file."))
            return
        shown = shown_lines(self._text)
        self.editor.show_code(shown)
        self._background.start(self._colour(self._job, self.editor, shown))
        if self.header.authors.isChecked():
            self._background.start(self._name_authors(self._job, self._entries[place:]))

    def _show_draft(self) -> None:
        """The editor of the draft, which the file's latest content may have overtaken."""
        draft = self._draft()
        if draft is None:
            return
        text, digest = plain(self._content(self._entries[0])), self._entries[0].digest
        if self.editing.draft is draft:
            self.editing.show_theirs(text, digest)
        else:
            self.editing.show_draft(draft, text, digest)
        self._text = draft.text
        self._pages.setCurrentWidget(self.editing)
        self._colour_draft()

    def _name_third(self, count: int) -> None:
        """Say how many changes there are, once they are known."""
        if self.header.look == "changes" and self._pages.currentWidget() is self.changes:
            self.header.show_third(changes=count, restorable=self._restorable())

    def _colour_draft(self) -> None:
        draft = self.editing.draft
        if draft is not None:
            self._background.start(self._colour(self._job, self.editing.editor, draft.text))

    async def _colour(self, job: int, editor: CodeEditor, text: str) -> None:
        """Colour a text; in a thread, as Pygments may first have to load a language."""
        style = code_style(self._source.theme)
        spans = await asyncio.to_thread(coloured, self._path, text, style)
        draft = self.editing.draft
        overtaken = editor is self.editing.editor and draft is not None and draft.text != text
        if job == self._job and not overtaken:
            editor.paint_spans(spans)

    async def _name_authors(self, job: int, entries: list[Shown]) -> None:
        """Say beside each line which version brought it in."""
        contents = [self._content(entry) for entry in reversed(entries)]
        made = await asyncio.to_thread(
            authors_of,
            [shown_lines(readable(content)) for content in contents],
            entries,
            self._state.hierarchy,
        )
        if job == self._job:
            self.editor.show_authors(made)
