"""No text from outside becomes HTML, hides something, or is too much for a view."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from agents.contracts import Question
from app.dialogs.approval import ApprovalDialog
from app.plain import PlainLabel, plain_tip
from app.theme import ThemeSource
from app.views.code_editor import CodeEditor
from app.views.empty import ElidedLabel
from app.views.link_menu import address_of, link_menu, may_open
from app.views.markdown import MarkdownText
from app.views.transcript_documents import Look, code, plain, prose
from app.visible import shown_lines

APP = Path(__file__).resolve().parents[2] / "app"
HOSTILE = "<img src='file:///etc/hostname'><b>bold</b> \u202egnp.exe \x1b[31m"


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Where something of that name is called in the window's code."""
    return [
        (f"{path.relative_to(APP.parent)}:{node.lineno}", node)
        for path in sorted(APP.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and name == (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    ]


def is_our_own(text: ast.expr) -> bool:
    """A text of ours without anything filled in, or one that was made safe."""
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Name):
        own = text.func.id == "tr" and not text.keywords and isinstance(text.args[0], ast.Constant)
        return own or text.func.id == "plain_tip"
    return isinstance(text, ast.Constant)


def test_every_label_is_plain_and_every_tooltip_made_safe() -> None:
    """Write `PlainLabel(…)` for `QLabel(…)`, and `setToolTip(plain_tip(…))`."""
    assert [where for where, _ in calls("QLabel")] == []
    assert [where for where, _ in calls("QMessageBox")] == []
    assert [where for where, call in calls("setToolTip") if not is_our_own(call.args[-1])] == []
    assert [where for where, call in calls("showText") if not is_our_own(call.args[1])] == []
    assert [where for where, _ in (*calls("setHtml"), *calls("insertHtml"), *calls("appendHtml"))] == []


def test_a_label_shows_html_as_text_and_what_hides(qtbot: QtBot) -> None:
    for label in (PlainLabel(HOSTILE), ElidedLabel(HOSTILE)):
        qtbot.addWidget(label)
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert "<b>bold</b> ⟨U+202E⟩gnp.exe ⟨U+001B⟩" in label.text()


def test_a_tooltip_shows_html_as_text() -> None:
    shown = QTextDocument()
    shown.setHtml(plain_tip(HOSTILE))
    assert shown.toPlainText().startswith("<img src='file:///etc/hostname'><b>bold</b> ⟨U+202E⟩")
    assert plain_tip("a & b > c") == "a & b > c"
    assert len(plain_tip("x" * 10_000_000)) < 3000


def test_consent_is_asked_for_what_will_really_run(qtbot: QtBot) -> None:
    command = "python \u202eyp.gnp.exe\u202c <b>x</b>"
    question = Question("k", "ceo", f"May the team run `{command}`?", purpose="run")
    dialog = ApprovalDialog(question, "Programmer", "Coding")
    qtbot.addWidget(dialog)
    [field] = dialog.findChildren(QPlainTextEdit)
    assert field.toPlainText() == "python ⟨U+202E⟩yp.gnp.exe⟨U+202C⟩ <b>x</b>"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize("make", [prose, plain, lambda text, look: code(text, "python", look)])
def test_a_transcript_shows_what_hides_and_loads_nothing(qtbot: QtBot, make: object) -> None:
    document = make("x = '\u202e' ![p](file:///etc/hostname) <script>1</script>", Look(ThemeSource().theme))  # type: ignore[operator]
    text = document.toPlainText()
    assert "⟨U+202E⟩" in text
    assert "<script>1</script>" in text
    assert "\ufffc" not in text  # what stands for a picture


PICTURES = [
    ("![a](b.png)", "a"),
    ("![a [b] c](d.png)", "a [b] c"),
    ("![a][1]\n\n[1]: b.png", "a"),
    ("`![a](b.png)`", "![a](b.png)"),
    ("a \ufffc b", "a \ufffc b"),
]


@pytest.mark.parametrize(("text", "shown"), PICTURES)
def test_a_picture_is_a_link_with_its_words(qtbot: QtBot, text: str, shown: str) -> None:
    question = MarkdownText(text)
    qtbot.addWidget(question)
    assert question.toPlainText() == shown
    assert prose(text, Look(ThemeSource().theme)).toPlainText() == shown


def test_markdown_of_a_model_is_text_with_links_that_do_not_open(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    shown = MarkdownText(f"[go](javascript:alert(1)) {HOSTILE} \n\n" + "> " * 20_000, parent=parent)
    assert not shown.openLinks()
    assert not shown.openExternalLinks()
    assert "⟨U+202E⟩" in shown.toPlainText()
    for link in (
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "vbscript:x",
        "smb://x/y",
        "x",
    ):
        assert not may_open(link)


def test_a_line_of_ten_megabytes_is_laid_out_at_once(qtbot: QtBot) -> None:
    editor = CodeEditor(ThemeSource())
    qtbot.addWidget(editor)
    editor.show_code(shown_lines("x" * 10_000_000 + "\nend"))
    assert editor.blockCount() == 2
    assert editor.document().characterCount() < 11_000


def test_a_link_says_where_it_leads_before_it_opens(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = link_menu("https://\u0430pple.com/a&b?\u202ex=" + "y" * 500, parent)
    texts = [action.text() for action in menu.actions()]
    assert texts[0] == "Leads to xn--pple-43d.com"
    assert texts[1].startswith("https://xn--pple-43d.com/a&&b?%E2%80%AEx=yyy")
    assert len(texts[1]) < 110
    assert not menu.actions()[0].isEnabled()
    assert "Open in the browser" in texts
    assert address_of("http://a.example") == "http://a.example"
    assert not may_open("http:///etc/passwd")
