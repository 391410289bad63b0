"""A file's versions, changes, authors, preview, and the user's edits of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from agents.events import AgentHired, Event, FileChange, FileEdit, FilesCommitted, RunStarted, UserEdited
from app.background import Background
from app.diffing import side_by_side
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.artifacts import Artifacts
from app.views.code_content import editable
from app.views.preview import PictureView
from tests.support.qtloop import drive, until
from tests.support.story import Story

OLD = "import sys\n\nsize = 15\nname = 'a'\nend = 1\n"
NEW = "import sys\n\nsize = 19\nname = 'a'\nlast = 2\nend = 1\n"
LONG = "".join(f"line {number}\n" for number in range(120))


class Desk:
    """The files view of a run whose contents are made up here."""

    def __init__(self, qtbot: QtBot) -> None:
        self.blobs: dict[str, bytes] = {}
        self.background = Background()
        self.story = Story()
        self.state = RunState()
        self.view = Artifacts(ThemeSource("light"), self.background)
        self.saved: list[dict[str, str | None]] = []
        qtbot.addWidget(self.view)
        self.view.resize(900, 900)
        self.view.show()
        self.code = self.view.code
        self.code.edited.connect(lambda files, _: self.saved.append(files))
        self.tell(
            RunStarted(
                project="P", idea="i", workflow="w", title="W", model="m", sandbox="s", folder="/nowhere"
            ),
            AgentHired(agent="p", role="Programmer", manager="", model="m"),
            AgentHired(agent="r", role="Code Reviewer", manager="", model="m"),
        )
        self.view.show_state(self.state, self.blobs.__getitem__)

    def tell(self, *events: Event) -> None:
        before = len(self.story.events)
        self.story.tell(*events)
        for stamped in self.story.events[before:]:
            self.state.receive(stamped)
        self.view.refresh()

    def commit(self, author: str = "p", **files: str | bytes | None) -> None:
        """A version; `a_py` stands for `a.py`."""
        changes = []
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            digest = "" if data is None else sha256(data).hexdigest()
            if data is not None:
                self.blobs[digest] = data
            changes.append(FileChange(path=name.replace("_", "."), digest=digest, added=1, removed=1))
        version = self.state.files.version + 1
        message = f"Version {version}"
        self.tell(FilesCommitted(version=version, author=author, message=message, changes=tuple(changes)))

    def confirm(self) -> None:
        """The run takes in what was saved last."""
        files = tuple(FileEdit(path, text) for path, text in self.saved[-1].items())
        self.tell(UserEdited(edit=f"edit#{len(self.saved)}", message="Your edit", files=files))


@pytest.fixture
def play(qtbot: QtBot) -> Callable[[Callable[[Desk], Awaitable[None]]], None]:
    def carry_out(scene: Callable[[Desk], Awaitable[None]]) -> None:
        async def whole() -> None:
            desk = Desk(qtbot)
            try:
                await scene(desk)
            finally:
                desk.view.hide()
                desk.background.cancel()
                await desk.background.ended()

        drive(whole())

    return carry_out


def test_both_versions_beside_each_other(play) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py=OLD)
        desk.commit(a_py=NEW)
        header, changes = desk.code.header, desk.code.changes
        header.changes.click()
        assert header.count.text() == "2 changes"
        header.side.click()
        split = changes.split
        assert split.kinds() == ["same", "same", "removed", "same", "added", "same"]
        assert split.old.document().blockCount() == split.new.document().blockCount() == 6
        assert split.old._diff[2].words == ((7, 2),)
        assert split.old.numbers(4) == (0,)
        assert split.new.numbers(4) == (5,)
        await until(lambda: split.new.document().firstBlock().layout().formats())
        assert changes.at == 0
        header.following.click()
        assert (changes.at, split.new.textCursor().blockNumber()) == (1, 4)
        header.following.click()
        assert changes.at == 0, "around at the end"
        header.former.click()
        assert changes.at == 1
        assert desk.view.grab().toImage().pixelColor(10, 10).isValid()
        header.side.click()
        assert changes.unified.kinds()[0] == "hunk"

    play(scene)


def test_the_two_sides_scroll_together(play) -> None:
    async def scene(desk: Desk) -> None:
        desk.code.changes.split.resize(400, 200)
        split = desk.code.changes.split
        split.show_rows(side_by_side(LONG, LONG.replace("line 60\n", f"line {'x' * 200}\n")) or [])
        split.show()
        desk.view.code._pages.setCurrentWidget(desk.code.changes)
        desk.code.changes._pages.setCurrentWidget(split)
        desk.code._stack.show_content()
        await asyncio.sleep(0.05)
        old, new = split.old, split.new
        new.verticalScrollBar().setValue(40)
        assert old.verticalScrollBar().value() == 40
        old.verticalScrollBar().setValue(12)
        assert new.verticalScrollBar().value() == 12
        new.verticalScrollBar().setValue(55)  # only lines that were in view count for the width
        await asyncio.sleep(0.05)
        new.horizontalScrollBar().setValue(new.horizontalScrollBar().maximum())
        assert new.horizontalScrollBar().value() == new.horizontalScrollBar().maximum() > 0

    play(scene)


def test_a_long_comparison_is_made_in_a_thread(play) -> None:
    async def scene(desk: Desk) -> None:
        long = "".join(f"{number}\n" for number in range(2_000))
        desk.commit(a_py=long)
        desk.commit(a_py=long + "more\n")
        desk.code.header.changes.click()
        assert "being compared" in desk.code.changes.unified.toPlainText()
        await until(lambda: desk.code.changes.unified.kinds()[-1:] == ["added"])
        assert desk.code.header.count.text() == "1 change"

    play(scene)


def test_who_wrote_each_line(play) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit("p", a_py="a = 1\nb = 2\n")
        desk.commit("r", a_py="a = 1\nc = 3\nb = 2\n")
        desk.commit("user", a_py="a = 1\nc = 3\nb = 4\n")
        header, editor = desk.code.header, desk.code.editor
        header.authors.click()
        await until(lambda: len(editor.gutter.authors) == 3)
        assert [author.name for author in editor.gutter.authors] == [
            "1 Programmer",
            "2 Code Reviewer",
            "3 You",
        ]
        desk.view.grab()
        place = editor.visible_lines()[1][1].center().y()
        assert editor.gutter.told_at(place) == "v2 · Code Reviewer · Version 2"
        width = editor.gutter.needed()
        header.authors.click()
        assert editor.gutter.needed() < width
        desk.code.versions.setCurrentIndex(2)
        header.authors.click()
        await until(lambda: [author.name for author in editor.gutter.authors] == ["1 Programmer"] * 2)

    play(scene)


def test_an_edit_is_saved_and_waits_to_become_a_version(play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n", b_py="b = 1\n")
        desk.view.files.choose("a.py")
        code, header, pane = desk.code, desk.code.header, desk.code.editing
        header.edit.click()
        assert code._pages.currentWidget() is pane
        assert not pane.save_button.isEnabled()
        qtbot.keyClicks(pane.editor, "if x:")
        qtbot.keyClick(pane.editor, Qt.Key.Key_Return)
        qtbot.keyClicks(pane.editor, "y")
        assert pane.editor.toPlainText() == "if x:\n    ya = 1\n"
        assert not header.unsaved.isHidden()
        assert desk.view.files._model._unsaved == {"a.py"}
        await until(lambda: pane.editor.document().firstBlock().layout().formats())
        qtbot.keyClick(pane.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        assert desk.saved == [{"a.py": "if x:\n    ya = 1\n"}]
        assert not header.unsaved.isHidden(), "it is saved once the run says so"
        qtbot.keyClicks(pane.editor, "z")
        desk.confirm()
        assert pane.conflict.isHidden(), "one's own edit is no conflict"
        assert not header.unsaved.isHidden()
        pane.save()
        desk.confirm()
        assert header.unsaved.isHidden()
        assert pane.leave_button.text() == "Done"
        pane.leave_button.click()
        assert code._pages.currentWidget() is code.editor
        assert code.versions.currentText().startswith("Not a version yet · You")
        assert code.editor.toPlainText() == "if x:\n    yza = 1\n"
        desk.commit("user", a_py="if x:\n    yza = 1\n")
        assert code.versions.currentText().startswith("v2 · You")

    play(scene)


def test_drafts_outlive_a_look_at_another_file_and_losing_them_is_asked_for(play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n", b_py="b = 1\n")
        asked: list[str] = []
        desk.code.discard_wanted.connect(asked.append)
        desk.view.files.choose("a.py")
        desk.code.header.edit.click()
        qtbot.keyClicks(desk.code.editing.editor, "# ")
        desk.view.files.choose("b.py")
        assert desk.code.editor.toPlainText() == "b = 1\n"
        desk.view.files.choose("a.py")
        assert desk.code.editing.editor.toPlainText() == "# a = 1\n"
        desk.code.header.edit.click()
        assert asked == ["a.py"]
        assert desk.code.header.edit.isChecked()
        desk.code.discard("a.py")
        assert desk.code.editor.toPlainText() == "a = 1\n"
        assert desk.view.files._model._unsaved == set()

    play(scene)


def conflicting(desk: Desk, qtbot: QtBot) -> None:
    desk.commit(a_py="a = 1\n")
    desk.code.header.edit.click()
    qtbot.keyClicks(desk.code.editing.editor, "# ")
    assert desk.code.editing.conflict.isHidden()
    desk.commit("r", a_py="a = 2\n")
    assert not desk.code.editing.conflict.isHidden()


def test_keep_mine(play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        conflicting(desk, qtbot)
        pane = desk.code.editing
        pane.mine_button.click()
        assert pane.conflict.isHidden()
        pane.save()
        assert desk.saved == [{"a.py": "# a = 1\n"}]

    play(scene)


def test_take_theirs(play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        conflicting(desk, qtbot)
        pane = desk.code.editing
        pane.theirs_button.click()
        assert pane.conflict.isHidden()
        assert pane.editor.toPlainText() == "a = 2\n"
        assert not pane.save_button.isEnabled()
        pane.editor.undo()
        assert pane.editor.toPlainText() == "# a = 1\n", "one's own text can be had back"

    play(scene)


def test_show_both(play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        conflicting(desk, qtbot)
        pane = desk.code.editing
        pane.both_button.click()
        assert pane.both.old.toPlainText() == "a = 2"
        assert pane.both.new.toPlainText() == "# a = 1"
        assert pane.both_button.text() == "Back to the editor"
        pane.both_button.click()
        assert pane._pages.currentWidget() is pane.editor
        desk.commit("r", a_py=None)
        assert "deleted" in pane._what.text()

    play(scene)


def test_an_untouched_editor_follows_the_team(play) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n")
        desk.code.header.edit.click()
        desk.commit("r", a_py="a = 2\n")
        assert desk.code.editing.editor.toPlainText() == "a = 2\n"
        assert desk.code.editing.conflict.isHidden()
        desk.code.set_editable(False)
        assert desk.code._pages.currentWidget() is desk.code.editor
        assert not desk.code.header.edit.isEnabled()

    play(scene)


def test_indenting_and_line_ends(play, qtbot: QtBot) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a\r\nb\r\n")
        desk.code.header.edit.click()
        editor = desk.code.editing.editor
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        assert editor.toPlainText() == "    a\nb\n"
        editor.selectAll()
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        assert editor.toPlainText().startswith("        a\n    b\n")
        editor.selectAll()
        qtbot.keyClick(editor, Qt.Key.Key_Backtab)
        assert editor.toPlainText() == "    a\nb\n"
        desk.code.save()
        assert desk.saved == [{"a.py": "    a\r\nb\r\n"}]

    play(scene)


def test_what_can_be_edited() -> None:
    assert editable("é\r\n".encode())
    assert not editable(b"\xff")
    assert not editable(b"a\0")
    assert not editable(b"a\rb")
    assert not editable("a\u2029b".encode())


def test_restoring_a_version_is_offered_for_older_ones(play) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n")
        desk.commit(a_py="a = 2\n")
        wanted: list[int] = []
        desk.code.restore_wanted.connect(wanted.append)
        assert desk.code.header._third.isHidden()
        desk.code.versions.setCurrentIndex(1)
        assert desk.code.header.restore.text() == "Restore v1"
        desk.code.header.restore.click()
        assert wanted == [1]

    play(scene)


def test_markdown_and_pictures_are_previewed(play) -> None:
    async def scene(desk: Desk) -> None:
        text = "# Title\n\n![far](http://example.invalid/x.png) <b>bold</b> [code](a.py)\n"
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
            '<rect width="40" height="20" fill="red"/></svg>'
        )
        desk.commit(README_md=text, pic_svg=svg, a_py="a = 1\n")
        header, preview = desk.code.header, desk.code.preview
        desk.view.files.choose("README.md")
        header.preview.click()
        assert desk.code._pages.currentWidget() is preview
        shown = preview.page.toPlainText()
        assert "Title" in shown and "<b>bold</b>" in shown, "HTML stays text"
        from PySide6.QtCore import QUrl

        preview.page.anchorClicked.emit(QUrl("http://example.invalid/"))
        assert desk.view.files.current() == "README.md"
        preview.page.anchorClicked.emit(QUrl("./a.py"))
        assert desk.view.files.current() == "a.py"
        assert desk.code._pages.currentWidget() is desk.code.editor, "Python has no preview"
        desk.view.files.choose("pic.svg")
        header.preview.click()
        assert preview.picture.told == "40 × 20"
        middle = preview.picture.grab().toImage()
        assert middle.pixelColor(middle.width() // 2, middle.height() // 2) == QColor("red")

    play(scene)


def test_a_picture_that_is_none(qtbot: QtBot) -> None:
    view = PictureView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.show_picture("a.png", b"\0nonsense")
    assert not view.filled
    assert "no picture" in view.told
    view.show_picture("a.svg", b"<svg")
    assert not view.filled
    view.show_picture("a.png", b"x" * (16 * 1024**2 + 1))
    assert "too large" in view.told
    view.grab()


def test_a_drawing_loads_nothing_from_elsewhere(qtbot: QtBot, tmp_path) -> None:
    secret = tmp_path / "red.png"
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(secret))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" '
        f'height="40"><image xlink:href="{secret.as_uri()}" width="40" height="40"/>'
        f"<image href = '{secret}' width='40' height='40'/></svg>"
    )
    view = PictureView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show_picture("a.svg", svg.encode())
    assert view.filled
    shot = view.grab().toImage()
    assert shot.pixelColor(100, 80) != QColor("red")


def test_the_whole_window_for_the_files(play) -> None:
    async def scene(desk: Desk) -> None:
        desk.commit(a_py="a = 1\n")
        told: list[bool] = []
        desk.view.widened.connect(told.append)
        sizes = desk.view.split.sizes()
        desk.code.header.wide.click()
        assert desk.view.files.parent() is desk.view._outer
        desk.code.header.wide.click()
        assert desk.view.split.indexOf(desk.view.files) == 0
        assert desk.view.split.sizes() == sizes
        assert told == [True, False]

    play(scene)
