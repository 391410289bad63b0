from __future__ import annotations

from enum import Enum
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_validator
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from app.dialogs.options_form import OptionsForm, title_of


class Size(Enum):
    SMALL = "s"
    LARGE_ONE = "l"


class Sample(BaseModel):
    rounds: int = Field(3, ge=1, lt=10, description="How often the code is reviewed")
    share: float = Field(0.5, ge=0, le=1)
    ask: bool = False
    style: Literal["plain", "rich"] = "rich"
    size: Size = Size.LARGE_ONE
    words: str = "hello"

    @field_validator("words")
    @classmethod
    def not_empty(cls, value: str) -> str:
        if not value:
            raise ValueError("say something")
        return value


class Nothing(BaseModel):
    pass


def test_a_field_for_each_option_with_its_default(qtbot: QtBot) -> None:
    form = OptionsForm(Sample)
    qtbot.addWidget(form)
    assert form.values() == {
        "rounds": 3,
        "share": 0.5,
        "ask": False,
        "style": "rich",
        "size": "l",
        "words": "hello",
    }
    assert Sample.model_validate(form.values()) == Sample()
    assert form.problem() == ""


def test_bounds_names_and_help(qtbot: QtBot) -> None:
    form = OptionsForm(Sample)
    qtbot.addWidget(form)
    spin = form.findChild(QSpinBox)
    assert (spin.minimum(), spin.maximum()) == (1, 9)
    assert spin.accessibleDescription() == "How often the code is reviewed"
    form.show()
    [told] = [label for label in form.findChildren(QLabel) if label.text() == spin.accessibleDescription()]
    assert told.isVisible()
    assert told.geometry().top() >= spin.geometry().bottom()
    assert spin.accessibleName() == "Rounds"
    assert form.findChild(QCheckBox).text() == "Ask"
    texts = [combo.itemText(row) for combo in form.findChildren(QComboBox) for row in range(combo.count())]
    assert texts == ["Plain", "Rich", "Small", "Large one"]


def test_says_what_the_model_refuses(qtbot: QtBot) -> None:
    form = OptionsForm(Sample)
    qtbot.addWidget(form)
    form.show_values({"words": "", "unknown": 1})
    assert form.problem() == "Words: say something."


def test_no_options(qtbot: QtBot) -> None:
    form = OptionsForm(Nothing)
    qtbot.addWidget(form)
    assert form.values() == {}


def test_every_workflow_has_a_form(qtbot: QtBot) -> None:
    from agents.registry import workflows

    for workflow in workflows().values():
        form = OptionsForm(workflow.options)
        qtbot.addWidget(form)
        assert form.problem() == ""
        assert workflow.options.model_validate(form.values()) == workflow.options()


@given(
    rounds=st.integers(1, 9),
    ask=st.booleans(),
    style=st.sampled_from(["plain", "rich"]),
    size=st.sampled_from(Size),
)
def test_values_come_back(qapp, rounds: int, ask: bool, style: str, size: Size) -> None:
    form = OptionsForm(Sample)
    form.show_values({"rounds": rounds, "ask": ask, "style": style, "size": size})
    found = form.values()
    assert (found["rounds"], found["ask"], found["style"], found["size"]) == (rounds, ask, style, size.value)
    form.deleteLater()


def test_titles() -> None:
    assert title_of("review_rounds") == "Review rounds"
