from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.contracts import Answer, Question
from app.dialogs.approval import ApprovalDialog, quoted
from app.dialogs.clarification import ClarificationDialog
from app.dialogs.frame import DialogFrame

ASKED = Question(
    key="ceo/cpo?1",
    agent="ceo/cpo",
    text="Who **begins**? <b>now</b> ![x](file:///etc/passwd)",
    options=("Black", "White & co"),
    context="Rules differ.",
)


def opened(qtbot: QtBot, question: Question = ASKED) -> tuple[ClarificationDialog, list[Answer]]:
    dialog = ClarificationDialog(question, "Chief Product Officer", "Demand analysis")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.open()
    return dialog, answers


def button(dialog: DialogFrame, text: str):
    from PySide6.QtWidgets import QPushButton

    return next(found for found in dialog.findChildren(QPushButton) if found.text().replace("&", "") == text)


def test_a_suggestion_is_the_answer(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot)
    assert not button(dialog, "Answer").isEnabled()
    dialog._choices.buttons()[1].click()
    assert dialog._choices.buttons()[1].text() == "White && co"
    button(dialog, "Answer").click()
    assert answers == [Answer("White & co")]


def test_own_words_take_the_place_of_a_suggestion(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot)
    dialog._choices.buttons()[0].click()
    dialog._own.setPlainText("  Red  ")
    assert dialog._choices.checkedButton() is None
    qtbot.keyClick(dialog._own, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert answers == [Answer("Red")]


def test_the_team_decides(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot)
    button(dialog, "Let the team decide").click()
    assert answers == [Answer("", by="team")]


@pytest.mark.parametrize("how", ["button", "escape"])
def test_later_answers_nothing(qtbot: QtBot, how: str) -> None:
    dialog, answers = opened(qtbot)
    if how == "button":
        button(dialog, "Answer later").click()
    else:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert answers == []


def test_a_free_question_waits_for_words(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, Question(key="a?1", agent="a", text="Which name?"))
    assert dialog._own.hasFocus() or dialog.focusWidget() is dialog._own
    assert not button(dialog, "Answer").isEnabled()
    dialog._own.setPlainText("Gomoku")
    button(dialog, "Answer").click()
    assert answers == [Answer("Gomoku")]


def test_html_is_shown_as_text_and_nothing_is_loaded(qtbot: QtBot) -> None:
    from app.views.markdown import MarkdownText

    dialog, _ = opened(qtbot)
    text = dialog.findChildren(MarkdownText)[0]
    assert "<b>now</b>" in text.toPlainText()
    assert text.loadResource(2, "file:///etc/passwd") is None


def test_every_field_has_a_name_to_be_heard(qtbot: QtBot) -> None:
    dialog, _ = opened(qtbot)
    assert dialog.accessibleName() == "The team asks"
    assert dialog._own.accessibleName()


@pytest.mark.parametrize(("pressed", "said"), [("Run it", "yes"), ("Not now", "no")])
def test_approval(qtbot: QtBot, pressed: str, said: str) -> None:
    asked = Question(
        key="t?1",
        agent="t",
        text="May the team run `python main.py --x`?",
        options=("yes", "no"),
        context="You asked to be asked.",
        purpose="execute",
    )
    dialog = ApprovalDialog(asked, "Tester", "Test")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.open()
    button(dialog, pressed).click()
    assert answers == [Answer(said)]


@pytest.mark.parametrize(("pressed", "said"), [("Run it", "always"), ("Not now", "never")])
def test_approval_for_the_whole_project(qtbot: QtBot, pressed: str, said: str) -> None:
    options = ("yes", "always", "no", "never")
    asked = Question(key="t?1", agent="t", text="May the team run `x`?", options=options, purpose="execute")
    dialog = ApprovalDialog(asked, "Tester", "Test")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.open()
    dialog.remember.click()
    button(dialog, pressed).click()
    assert answers == [Answer(said)]


def test_a_review_without_a_wish(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, Question(key="a?1", agent="a", text="Look at it.", purpose="review"))
    button(dialog, "I am content").click()
    assert answers == [Answer("")]


def test_return_refuses(qtbot: QtBot) -> None:
    asked = Question(key="t?1", agent="t", text="May the team run `x`?", purpose="execute")
    dialog = ApprovalDialog(asked, "Tester", "")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.open()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert answers == [Answer("no")]


def test_installing_names_the_packages(qtbot: QtBot) -> None:
    asked = Question(key="t?1", agent="t", text="It needs packages: pygame", purpose="install")
    dialog = ApprovalDialog(asked, "Tester", "")
    qtbot.addWidget(dialog)
    assert button(dialog, "Install")


def test_exactly_what_stands_in_backticks() -> None:
    assert quoted("run `a b`?") == "a b"
    assert quoted("run `a `b` c`?") == "a `b` c"
    assert quoted("run it?") == quoted("a ` b") == ""
