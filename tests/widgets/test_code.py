"""A file's versions, changes and authors."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from app.diffing import side_by_side
from tests.support.artifacts import Desk, Play, carry_out
from tests.support.qtloop import until

OLD = "import sys\n\nsize = 15\nname = 'a'\nend = 1\n"
NEW = "import sys\n\nsize = 19\nname = 'a'\nlast = 2\nend = 1\n"
LONG = "".join(f"line {number}\n" for number in range(120))


@pytest.fixture
def play(qtbot: QtBot) -> Play:
    return partial(carry_out, qtbot)


def test_both_versions_beside_each_other(play: Play) -> None:
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


def test_the_two_sides_scroll_together(play: Play) -> None:
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


def test_a_long_comparison_is_made_in_a_thread(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        long = "".join(f"{number}\n" for number in range(2_000))
        desk.commit(a_py=long)
        desk.commit(a_py=long + "more\n")
        desk.code.header.changes.click()
        assert "being compared" in desk.code.changes.unified.toPlainText()
        await until(lambda: desk.code.changes.unified.kinds()[-1:] == ["added"])
        assert desk.code.header.count.text() == "1 change"

    play(scene)


def test_who_wrote_each_line(play: Play) -> None:
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


def test_restoring_a_version_is_offered_for_older_ones(play: Play) -> None:
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


def test_the_whole_window_for_the_files(play: Play) -> None:
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
