"""Words in the user's language. The English text is the key; a catalogue has the others. No Qt.

Every text that people read goes through `tr` as a literal: `tr("Branch from here")`. What varies stands in
braces and is given by name, so that a translation can put it elsewhere: `tr("Run {number}", number=3)`. A
text that is made before the language is known (in a table of a module) is written `marked("...")` and goes
through `tr` where it is shown. A count has two forms: `trn("{count} question", "{count} questions", 2)`; the
catalogue knows it by the second.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh_CN"]
Choice: TypeAlias = Literal["system", "en", "zh_CN"]
LANGUAGES: dict[Choice, str] = {"system": "", "en": "English", "zh_CN": "简体中文"}
"""The languages by their own names; the system's has none of its own."""


class _Chosen:
    """The language of the moment. A program has one; it is chosen once, before anything is shown."""

    language: Language = "en"


def use(choice: str, system: str = "") -> Language:
    """Take a language from now on: `choice`, or what `system` (such as `zh_CN` or `de_DE`) says; the outcome.

    Whatever is neither is English.
    """
    wanted = system if choice == "system" else choice
    _Chosen.language = "zh_CN" if wanted.replace("-", "_").lower().startswith("zh") else "en"
    return _Chosen.language


def language() -> Language:
    """The language of the moment."""
    return _Chosen.language


@lru_cache(maxsize=4)
def catalogue(of: Language) -> dict[str, str]:
    """The translations into a language by the English text; empty for English itself."""
    if of == "en":
        return {}
    text = (files("resources") / "translations" / f"{of}.toml").read_text(encoding="utf-8")
    return {key: value for key, value in tomllib.loads(text).items() if isinstance(value, str)}


def tr(text: str, /, **values: object) -> str:
    """`text` in the user's language, English where the catalogue lacks it, with `values` filled in."""
    found = catalogue(_Chosen.language).get(text, text)
    return found.format(**values) if values else found


def trn(one: str, many: str, /, count: int, **values: object) -> str:
    """The text for `count` things, `{count}` filled in. Chinese has one form, known by `many`."""
    text = one if count == 1 and _Chosen.language == "en" else many
    return tr(text, count=count, **values)


def marked(text: str) -> str:
    """`text` itself: it is translated by `tr` where it is shown."""
    return text
