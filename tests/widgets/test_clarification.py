from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from agents.contracts import Answer, Question
from app.dialogs.approval import ApprovalDialog, packages, quoted
from app.dialogs.clarification import ClarificationDialog
from app.dialogs.frame import DialogFrame
from app.dialogs.option_cards import OptionCard, OptionCards
from app.views.markdown import MarkdownText

ASKED = Question(
    key="ceo/cpo?1",
    agent="ceo/cpo",
    text="Who **begins**? <b>now</b> ![x](file:///etc/passwd)",
    options=("Black", "White & co\nThe usual in *renju*:\n\n    white: h8"),
    context="Rules differ.",
)
NAME = Question(key="a?1", agent="a", text="Which name?")


def opened(qtbot: QtBot, *questions: Question) -> tuple[ClarificationDialog, list[tuple[str, Answer]]]:
    dialog = ClarificationDialog()
    qtbot.addWidget(dialog)
    for question in questions or (ASKED,):
        dialog.ask(question, "Chief Product Officer", "Demand analysis")
    answers: list[tuple[str, Answer]] = []
    dialog.answered.connect(lambda key, answer: answers.append((key, answer)))
    dialog.present()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, answers


def button(dialog: DialogFrame, text: str) -> QPushButton:
    buttons = dialog.findChildren(QPushButton)
    return next(found for found in buttons if found.text().replace("&", "") == text)


def test_a_suggestion_is_the_answer(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot)
    assert not button(dialog, "Answer").isEnabled()
    dialog.page.cards.buttons()[1].click()
    button(dialog, "Answer").click()
    assert answers == [(ASKED.key, Answer(ASKED.options[1]))]
    assert not dialog.isVisible()


def test_an_option_shows_its_reasons_below_its_name(qtbot: QtBot) -> None:
    dialog, _ = opened(qtbot)
    black, white = dialog.page.findChildren(OptionCard)
    assert not black.findChildren(MarkdownText)
    assert "white: h8" in white.findChildren(MarkdownText)[0].toPlainText()
    assert abs(black.y() - white.y()) < 2, "they stand side by side"
    assert white.button.accessibleName() == "White & co"


def test_a_card_is_chosen_by_a_click_or_a_digit(qtbot: QtBot) -> None:
    dialog, _ = opened(qtbot)
    qtbot.mouseClick(dialog.page.findChildren(OptionCard)[1], Qt.MouseButton.LeftButton)
    assert dialog.page.text() == ASKED.options[1]
    qtbot.keyClick(dialog, Qt.Key.Key_1)
    assert dialog.page.text() == "Black"
    assert dialog.page.findChildren(OptionCard)[0].property("chosen") is True


def test_own_words_take_the_place_of_a_suggestion(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot)
    dialog.page.cards.buttons()[0].click()
    dialog.page.own.setPlainText("  Red  ")
    assert dialog.page.cards.chosen() == ""
    qtbot.keyClick(dialog.page.own, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert answers == [(ASKED.key, Answer("Red"))]


def test_the_team_decides(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot)
    button(dialog, "Let the team decide").click()
    assert answers == [(ASKED.key, Answer("", by="team"))]


@pytest.mark.parametrize("how", ["button", "escape"])
def test_later_answers_nothing_and_keeps_what_was_written(qtbot: QtBot, how: str) -> None:
    dialog, answers = opened(qtbot)
    dialog.page.own.setPlainText("Perhaps")
    if how == "button":
        button(dialog, "Answer later").click()
    else:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert answers == []
    assert dialog.drafts() == {ASKED.key: "Perhaps"}


def test_a_free_question_waits_for_words(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, NAME)
    assert dialog.focusWidget() is dialog.page.own
    assert not button(dialog, "Answer").isEnabled()
    dialog.page.own.setPlainText("Gomoku")
    button(dialog, "Answer").click()
    assert answers == [("a?1", Answer("Gomoku"))]


def test_several_questions_are_answered_one_after_the_other(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, ASKED, NAME, NAME)
    assert dialog.list.isVisible()
    assert dialog.list.count() == 2
    assert "2 questions" in dialog.windowTitle()
    dialog.turn_to("a?1")
    dialog.page.own.setPlainText("Gomoku")
    button(dialog, "Answer").click()
    assert dialog.isVisible()
    assert dialog.keys() == [ASKED.key]
    assert not dialog.list.isVisible()
    dialog.page.cards.buttons()[0].click()
    button(dialog, "Answer").click()
    assert answers == [("a?1", Answer("Gomoku")), (ASKED.key, Answer("Black"))]
    assert not dialog.isVisible()


def test_a_question_that_was_settled_elsewhere_goes(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, ASKED, NAME)
    dialog.settle(ASKED.key)
    assert dialog.keys() == ["a?1"]
    dialog.settle("a?1")
    assert not dialog.isVisible()
    assert answers == []


def test_html_is_shown_as_text_and_nothing_is_loaded(qtbot: QtBot) -> None:
    dialog, _ = opened(qtbot)
    text = dialog.findChildren(MarkdownText)[0]
    assert "<b>now</b>" in text.toPlainText()
    assert text.loadResource(2, "file:///etc/passwd") is None


def test_the_window_stays_usable_while_the_team_asks(qtbot: QtBot) -> None:
    dialog, _ = opened(qtbot)
    assert not dialog.isModal()
    assert dialog.accessibleName() == "The team asks"
    assert dialog.page.own.accessibleName()


def test_a_review_without_a_wish(qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, Question(key="a?1", agent="a", text="Look at it.", purpose="review"))
    assert not button(dialog, "Let the team decide").isVisible()
    button(dialog, "I am content").click()
    assert answers == [("a?1", Answer(""))]


# --- approvals -------------------------------------------------------------------------------------

RUNS = Question(
    key="t?1",
    agent="t",
    text="May the team run `python main.py --x`?",
    options=("yes", "always", "no", "never"),
    context="You asked to be asked.",
    purpose="execute",
)
INSTALLS = Question(
    key="t?2",
    agent="t",
    text="The program needs packages from the network: numpy>=1.26, requests. May they be installed?",
    options=("yes", "always", "no", "never"),
    purpose="install",
)


@pytest.mark.parametrize(
    ("pressed", "said"),
    [
        ("Run once", "yes"),
        ("Always in this project", "always"),
        ("Not now", "no"),
        ("Never in this project", "never"),
    ],
)
def test_approval(qtbot: QtBot, pressed: str, said: str) -> None:
    dialog = ApprovalDialog(RUNS, "Tester", "Test")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.present()
    assert dialog.exact == ["python main.py --x"]
    button(dialog, pressed).click()
    assert answers == [Answer(said)]


def test_packages_are_listed_one_by_one(qtbot: QtBot) -> None:
    dialog = ApprovalDialog(INSTALLS, "Programmer", "Environment")
    qtbot.addWidget(dialog)
    assert dialog.exact == ["numpy>=1.26", "requests"]
    assert packages("May they be installed?") == []


def test_without_lasting_answers_there_are_only_two(qtbot: QtBot) -> None:
    dialog = ApprovalDialog(Question(key="t?1", agent="t", text="May I?", purpose="execute"), "Tester", "")
    qtbot.addWidget(dialog)
    dialog.present()
    assert not dialog.always.isVisible()
    assert not dialog.never.isVisible()


def test_return_refuses(qtbot: QtBot) -> None:
    dialog = ApprovalDialog(RUNS, "Tester", "")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.present()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert answers == [Answer("no")]


def test_quoted() -> None:
    assert quoted("run `a b`?") == "a b"
    assert quoted("run `a `b`` c") == "a `b`"
    assert quoted("run a") == ""


def test_the_card_at_which_the_keyboard_is_shows_it(qtbot: QtBot) -> None:
    cards = OptionCards(("Here", "There"))
    qtbot.addWidget(cards)
    cards.show()
    first = cards.buttons()[0]
    for event, shown in ((QEvent.Type.FocusIn, True), (QEvent.Type.FocusOut, False)):
        QApplication.sendEvent(first, QFocusEvent(event, Qt.FocusReason.TabFocusReason))
        assert first.parentWidget().property("focused") is shown
