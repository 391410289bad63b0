"""What must hold for hostile text in the window's own views; needs Qt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from app.diffing import compared, side_by_side
from app.hosts import read_hosts
from app.plain import PlainLabel, plain_tip
from app.terminal import neutralised
from app.theme import ThemeSource
from app.views.code_content import readable
from app.views.link_menu import may_open
from app.views.markdown import MarkdownText
from app.views.transcript_documents import Look, code, plain, prose
from app.views.transcript_split import split
from app.visible import has_hidden, shown_lines, visible
from tests.support import hostile_text as hostile

PICTURE = "\ufffc"
"""What stands in a document for something that was loaded."""


@cache
def application() -> QApplication:
    """The application that widgets need; the same for all."""
    known = QApplication.instance()
    return known if isinstance(known, QApplication) else QApplication([])


@cache
def look() -> Look:
    """Fonts and colours."""
    application()
    return Look(ThemeSource().theme)


def transcript(random: Random) -> None:
    """A message is laid out part by part: no part is lost, no picture loaded, nothing hidden."""
    text = hostile.text(random)
    parts = split(text)
    assert "".join(part.raw for part in parts) == text
    for part in parts[:4]:
        shown = code(part.text, part.info, look()) if part.kind == "code" else prose(part.text, look())
        assert not has_hidden(shown.toPlainText().replace("\u2028", "\n").replace(PICTURE, ""))
        assert PICTURE in part.text or PICTURE not in shown.toPlainText()
    assert plain(text[:2000], look()).characterCount() > 0


@cache
def browser() -> MarkdownText:
    """One Markdown view for all inputs."""
    application()
    return MarkdownText()


def markdown(random: Random) -> None:
    """Markdown of a question: the words stand there, and no link opens what is no page of the web."""
    text = hostile.text(random, 15)
    view = browser()
    view.show_text(f"kept\n\n{text}")
    assert view.toPlainText().startswith("kept")
    assert not view.openLinks()
    assert not may_open(f"{random.choice(('javascript', 'file', 'data', 'ssh', 'mailto', ''))}:{text[:50]}")


def labels(random: Random) -> None:
    """A label and a tooltip show the very text."""
    application()
    text = hostile.text(random, 4)
    label = PlainLabel(text)
    assert not has_hidden(label.text())
    shown = QTextDocument()
    tip = plain_tip(f"<b>{text}")
    shown.setHtml(tip)
    assert shown.toPlainText().startswith("<b>")


def code_and_diffs(random: Random) -> None:
    """A file and its change: as many lines as there are, none hidden, none too long."""
    before, after = (readable(hostile.text(random, 8).encode("utf-8", "replace")) for _ in range(2))
    shown = shown_lines(after, 500)
    assert shown.count("\n") == after.count("\n")
    assert max(map(len, shown.split("\n"))) < 540
    assert not has_hidden(shown)
    for made in (compared(visible(before), visible(after)), side_by_side(visible(before), visible(after))):
        assert made is None or isinstance(made, list)


def console(random: Random) -> None:
    """What a program printed: nothing that a terminal would obey, nothing that turns the text."""
    shown = neutralised(hostile.text(random).encode("utf-8", "replace").decode())
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def settings(random: Random) -> None:
    """Remembered hosts: whatever is none is left out."""
    stored = [{"name": hostile.value(random), "address": hostile.value(random)}]
    for host in read_hosts(hostile.json_text(random, stored)):
        assert host.address
        json.dumps(host.name)


VIEWS: Mapping[str, Callable[[Random], None]] = {
    "transcript": transcript,
    "Markdown view": markdown,
    "labels and tooltips": labels,
    "code and diffs": code_and_diffs,
    "console": console,
    "remembered hosts": settings,
}
