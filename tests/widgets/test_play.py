from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, create_model
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from agents.contracts import Answer, Question
from agents.replies import read_value
from agents.talk import Clarification, MissingInformation, TalkTurn
from app.dialogs.play import PlayDialog
from app.dialogs.schema_form import ObjectList, SchemaForm
from app.views.controls import Choice, Tick


def played(qtbot: QtBot, form: str = "") -> tuple[PlayDialog, list[Answer]]:
    asked = Question(key="t#1?", agent="t", text="Repair *it*.", purpose="play", form=form)
    dialog = PlayDialog(asked, "Tester", "Test")
    qtbot.addWidget(dialog)
    answers: list[Answer] = []
    dialog.answered.connect(answers.append)
    dialog.present()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, answers


def test_words_and_files_are_written_in_one_field(qtbot: QtBot) -> None:
    dialog, answers = played(qtbot)
    assert dialog.form is None
    assert not dialog._send.isEnabled()
    reply = "```python main.py\nprint('<b>')\n```"
    dialog.text.setPlainText(reply)
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert answers == [Answer(reply)]


def test_a_turn_of_a_talk_is_a_form(qtbot: QtBot) -> None:
    dialog, answers = played(qtbot, json.dumps(TalkTurn.model_json_schema()))
    form = dialog.form
    assert form is not None
    assert list(form.fields) == ["message", "question", "options", "conclusion"]
    for name, text in (("message", "Let us."), ("options", "Black\n\n White \n"), ("conclusion", "Done")):
        box = form.fields[name].widget
        assert isinstance(box, QPlainTextEdit)
        box.setPlainText(text)
    dialog._send.click()
    [given_answer] = answers
    turn = read_value(given_answer.text, TalkTurn)
    assert (turn.message, turn.options, turn.conclusion) == ("Let us.", ["Black", "White"], "Done")


def test_true_or_false(qtbot: QtBot) -> None:
    dialog, answers = played(qtbot, json.dumps(Clarification.model_json_schema()))
    assert dialog.form is not None
    known = dialog.form.fields["known"].widget
    assert isinstance(known, Tick)
    known.click()
    dialog._send.click()
    assert read_value(answers[0].text, Clarification).known


def test_a_list_of_objects_grows_and_shrinks(qtbot: QtBot) -> None:
    form = SchemaForm(MissingInformation.model_json_schema())
    qtbot.addWidget(form)
    gaps = form.fields["questions"].widget
    assert isinstance(gaps, ObjectList)
    assert form.value() == {"questions": []}
    gaps.add.click()
    second = gaps.append()
    box = second.fields["question"].widget
    assert isinstance(box, QPlainTextEdit)
    box.setPlainText("Which colour?")
    assert form.value()["questions"] == [
        {"question": "", "options": []},
        {"question": "Which colour?", "options": []},
    ]
    gaps._remove(gaps.forms[0], gaps.forms[0].parentWidget())
    assert read_value(form.text(), MissingInformation).questions[0].question == "Which colour?"


def test_what_no_field_fits_is_written_as_json(qtbot: QtBot) -> None:
    form = SchemaForm({"properties": {"odd": {"anyOf": [{"type": "string"}, {"type": "null"}]}}})
    qtbot.addWidget(form)
    assert form.value() == {"odd": None}
    form.fields["odd"].widget.setText("{")
    with pytest.raises(ValueError, match="Odd"):
        form.value()


def test_an_invalid_field_keeps_the_reply_back(qtbot: QtBot) -> None:
    schema = {"properties": {"odd": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
    dialog, answers = played(qtbot, json.dumps(schema))
    assert dialog.form is not None
    dialog.form.fields["odd"].widget.setText("{")
    assert not dialog._send.isEnabled()
    assert dialog.problem.isVisible()
    dialog._answer()
    assert answers == []


def test_the_model_speaks_this_time(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QPushButton

    dialog, answers = played(qtbot)
    buttons = {found.text().replace("&", ""): found for found in dialog.findChildren(QPushButton)}
    buttons["Let the model speak this time"].click()
    assert answers == [Answer("", by="team")]


KINDS = {"text": (str, ""), "yes": (bool, False), "count": (int, 3), "share": (float, 0.5)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([*KINDS, "words", "choice"]), unique=True))
def test_an_untouched_form_fits_its_schema(qtbot: QtBot, names: list[str]) -> None:
    from typing import Literal

    kinds = {
        **KINDS,
        "words": (list[str], Field(default=["a", "b"])),
        "choice": (Literal["x", "y"], "y"),
    }
    model = create_model("Form", **{name: kinds[name] for name in names})
    form = SchemaForm(model.model_json_schema())
    assert model.model_validate_json(form.text()) == model()
    if "choice" in names:
        assert isinstance(form.fields["choice"].widget, Choice)
    form.deleteLater()
