from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app import i18n
from app.i18n import catalogue, tr, trn

APP = Path(app.__file__).parent
FIELD = re.compile(r"\{(\w*)")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.use("en")


def asked_for() -> Iterator[tuple[str, str]]:
    """Every literal that goes through `tr`, `trn` or `marked`, with where it stands."""
    for file in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"tr": 0, "marked": 0, "trn": 1}.get(node.func.id)
                if place is None or file.name == "i18n.py" or len(node.args) <= place:
                    continue
                text = node.args[place]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value, f"{file.relative_to(APP)}:{node.lineno}"
                else:
                    assert not isinstance(text, ast.JoinedStr), (
                        f"{file.name}:{node.lineno}: no f-string; give values by name, tr('{{name}}', name=…)"
                    )


def test_every_text_has_a_chinese_one() -> None:
    known = catalogue("zh_CN")
    missing = {text: where for text, where in asked_for() if text not in known}
    assert not missing, f"add to resources/translations/zh_CN.toml: {missing}"


def test_no_translation_is_left_over() -> None:
    assert set(catalogue("zh_CN")) <= {text for text, _ in asked_for()}


@pytest.mark.parametrize(("english", "chinese"), catalogue("zh_CN").items())
def test_a_translation_has_the_same_fields_and_access_key(english: str, chinese: str) -> None:
    assert set(FIELD.findall(english)) == set(FIELD.findall(chinese))
    assert ("&" in english) == ("&" in chinese)
    assert chinese.strip()


def test_the_language_follows_the_choice_or_the_system() -> None:
    assert i18n.use("system", "zh_CN") == "zh_CN"
    assert i18n.use("system", "zh-Hans-CN") == "zh_CN"
    assert i18n.use("system", "de_DE") == "en"
    assert i18n.use("zh_CN", "de_DE") == "zh_CN"
    assert i18n.use("purple", "zh_CN") == "en"


def test_values_are_filled_in_by_name() -> None:
    assert tr("no such {text}", text="entry") == "no such entry"
    assert tr("{braces} stay without values") == "{braces} stay without values"


def test_a_count_has_two_forms_in_english_and_one_in_chinese() -> None:
    one, many = "{count} question", "{count} questions"
    assert (trn(one, many, 1), trn(one, many, 2)) == ("1 question", "2 questions")
    i18n.use("zh_CN")
    assert trn(one, many, 1) == catalogue("zh_CN")[many].format(count=1)


def test_without_an_entry_the_english_text_stays() -> None:
    i18n.use("zh_CN")
    assert tr("A sentence that nobody translated") == "A sentence that nobody translated"
