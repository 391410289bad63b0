"""Who answers the team's questions without a window."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cli.answers import (
    FileAnswers,
    NobodyAnswers,
    TerminalAnswers,
    answers_from,
    behaviour_lines,
    read_answers,
)
from agents.cli.terminal import folded, plain
from agents.contracts import Answer, Question, User
from agents.errors import UsageError
from agents.events import Reading

QUESTION = Question("a?1", "a", "Which colour?", ("blue", "red"))
CONSENT = Question("a$1?", "a", "May it run?", ("yes", "no"), purpose="execute")


def answered(user: User, question: Question = QUESTION) -> Answer:
    return asyncio.run(user.answer(question))


def test_differing_behaviour_stands_in_columns() -> None:
    readings = (Reading("Down", 2, ("2", "raises TypeError")), Reading("Up", 1, ("3", "x" * 99)))
    question = Question(
        "a?1", "a", "Which way?", ("Down", "Up"), inputs=("f(2.5)", "f('')"), readings=readings
    )
    lines = behaviour_lines(question)
    assert lines[:2] == ["         1.                 2.", "f(2.5)   2                  3"]
    assert lines[2].startswith("f('')    raises TypeError   xxx")
    assert "…" in lines[2]
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize(
    "text",
    ['{"colou?r": "red"}', '"colou?r" = "red"\n', "# mine\ncolou?r = red\n", "COLOU?R = red"],
    ids=["json", "toml", "lines", "any case"],
)
def test_a_file_of_answers_in_each_form(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers"
    path.write_text(text)
    user = answers_from(str(path))
    assert answered(user) == Answer("red", by="file")
    assert answered(user, CONSENT) == Answer("", by="team")


@pytest.mark.parametrize("text", ["just a word", "(unclosed = x"])
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_answers(path)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("2\n", Answer("red")),
        ("green\n", Answer("green")),
        ("7\n", Answer("7")),
        ("\n", Answer("", by="team")),
        ("", Answer("", by="team")),
    ],
)
def test_the_terminal(monkeypatch: pytest.MonkeyPatch, typed: str, answer: Answer) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert answered(TerminalAnswers()) == answer


def test_nobody_consents_to_anything() -> None:
    assert answered(NobodyAnswers("blue")) == Answer("blue", by="demo")
    assert answered(NobodyAnswers("blue"), CONSENT) == Answer("", by="team")
    assert answered(NobodyAnswers()) == Answer("", by="team")
    assert answered(FileAnswers({})) == Answer("", by="team")


@given(st.text())
def test_what_is_printed_never_commands_the_terminal(text: str) -> None:
    shown = plain(text)
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert "\u202e" not in shown


def test_long_code_is_folded_and_short_code_is_not() -> None:
    long = "a.py\n```python\n" + "x = 1\n" * 20 + "```\n"
    assert folded(long) == "a.py\n    … 20 lines\n"
    assert folded("```\nx\n```") == "```\nx\n```"


def test_a_file_that_is_missing_is_told_in_words_alone(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_answers(tmp_path / "mine.txt")
    assert "mine.txt cannot be read: No such file or directory. Name" in str(refused.value)
