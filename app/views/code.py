"""A file of the project in any of its versions: its text, or what changed in that version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.background import Background
from app.diffing import compared
from app.icons import icon
from app.state.all import RunState
from app.state.files import FileNode, FileVersion
from app.theme import XS, S, ThemeSource, code_style
from app.views.code_editor import CodeEditor
from app.views.controls import Choice
from app.views.empty import ElidedLabel, EmptyStack

if TYPE_CHECKING:
    from pygments.style import Style

    from app.highlight import Span

ReadBlob = Callable[[str], bytes]


class CodeView(QWidget):
    """`show_state` binds it to a run, `show_file` chooses a file; `refresh` takes new versions in.

    While the latest version is shown, a new one takes its place; an older one stays.
    """

    def __init__(self, source: ThemeSource, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._background = source, background
        self._read: ReadBlob | None = None
        self._state = RunState()
        self._path = ""
        self._known = 0
        self._text = ""
        self._job = 0
        self.editor = CodeEditor(source)
        self.editor.setAccessibleName("File content")
        self._stack = EmptyStack(self.editor, "No file is open", "Choose a file above to read it here.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header())
        layout.addWidget(self._stack, 1)
        source.changed.connect(self._rethemed)
        self._rethemed()

    # --- what is shown -----------------------------------------------------------------------------

    def show_state(self, state: RunState, read: ReadBlob | None) -> None:
        """Show files of another run; `read` gives the content of a digest."""
        same = state.run.number == self._state.run.number and self._path in state.files.files
        self._state, self._read = state, read
        self.show_file(self._path if same else "")

    def show_file(self, path: str, version: int = 0) -> None:
        """Show a file, in `version` or, with 0, in its latest one."""
        self._path = path
        self._known = -1
        self.refresh()
        if version and (index := self.versions.findData(version)) >= 0:
            self.versions.setCurrentIndex(index)

    def refresh(self) -> None:
        """Take in what is new in the state."""
        node = self._node()
        count = len(node.versions) if node else 0
        if count == self._known:
            return
        latest = self._known <= 0 or self.versions.currentIndex() <= 0
        kept = self.versions.currentData()
        self._known = count
        self._fill_versions(node)
        self.versions.setCurrentIndex(0 if latest else max(0, self.versions.findData(kept)))
        self._show()

    # --- parts -------------------------------------------------------------------------------------

    def _header(self) -> QWidget:
        bar = QWidget()
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.title.setProperty("kind", "heading")
        self.versions = Choice()
        self.versions.setAccessibleName("Version of the file")
        self.versions.setToolTip("Versions of this file, the latest first")
        self.versions.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.versions.setMinimumContentsLength(8)
        self.versions.currentIndexChanged.connect(self._show)
        self.code_button = _toggle("Text", "The file as this version left it")
        self.diff_button = _toggle("Changes", "What this version changed in the file")
        self.code_button.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.code_button)
        group.addButton(self.diff_button)
        group.buttonToggled.connect(self._show)
        self._copy = QToolButton()
        self._copy.setToolTip("Copy the text")
        self._copy.setAccessibleName("Copy the text")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.title, 1)
        first.addWidget(self._copy)
        second.addWidget(self.versions, 1)
        second.addWidget(self.code_button)
        second.addWidget(self.diff_button)
        rows = QVBoxLayout(bar)
        rows.setContentsMargins(S, XS, S, XS)
        rows.setSpacing(XS)
        for row in (first, second):
            row.setSpacing(XS)
            rows.addLayout(row)
        self._bar = bar
        return bar

    def _node(self) -> FileNode | None:
        return self._state.files.files.get(self._path)

    def _fill_versions(self, node: FileNode | None) -> None:
        self.versions.blockSignals(True)
        self.versions.clear()
        for version in reversed(node.versions if node else []):
            author = self._state.hierarchy.role(version.author)
            self.versions.addItem(f"v{version.version} · {author} · {version.message}", version.version)
        self.versions.blockSignals(False)

    def _chosen(self) -> tuple[FileVersion | None, FileVersion | None]:
        """The chosen version and the one before it."""
        node = self._node()
        if node is None or self.versions.currentIndex() < 0:
            return None, None
        place = len(node.versions) - 1 - self.versions.currentIndex()
        return node.versions[place], node.versions[place - 1] if place else None

    # --- showing -----------------------------------------------------------------------------------

    def _show(self) -> None:
        version, before = self._chosen()
        self._job += 1
        self.title.show_text(self._path)
        self._bar.setVisible(version is not None)
        if version is None:
            self._text = ""
            self._stack.show_empty()
            return
        self._text = self._content(version)
        self._stack.show_content()
        if self.diff_button.isChecked():
            self._show_diff(self._content(before) if before else "", self._text)
        elif not version.digest:
            self.editor.show_code("This version deleted the file.")
        else:
            self.editor.show_code(self._text)
            self._background.start(self._colour(self._job, self._path, self._text))

    def _show_diff(self, before: str, after: str) -> None:
        lines = compared(before, after)
        if lines is None:
            self.editor.show_code("The file is too long to compare its versions.")
        elif not lines:
            self.editor.show_code("Nothing changed in the text of this file.")
        else:
            self.editor.show_diff(lines)

    async def _colour(self, job: int, path: str, text: str) -> None:
        """Colour the text; in a thread, as Pygments may first have to load a language."""
        spans = await asyncio.to_thread(_highlighted, path, text, code_style(self._source.theme))
        if job == self._job:
            self.editor.paint_spans(spans)

    def _content(self, version: FileVersion) -> str:
        if self._read is None or not version.digest:
            return ""
        return readable(self._read(version.digest))

    def _rethemed(self) -> None:
        self._copy.setIcon(icon("copy", self._source.theme))
        self._show()


def readable(content: bytes) -> str:
    """A file's content as lines of text; a sentence for one that is no text."""
    if b"\0" in content[:8192]:
        return f"This file is not text ({len(content):,} bytes)."
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\u2028", " ").replace("\u2029", " ")


def _highlighted(path: str, text: str, style: type[Style]) -> list[list[Span]]:
    """The spans of a text; Pygments' list of languages is loaded when the first file is shown."""
    from app.highlight import highlighted  # noqa: PLC0415

    return highlighted(path, text, style)


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    return button
