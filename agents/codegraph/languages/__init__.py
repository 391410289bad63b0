"""The languages that the code graph reads, one file each, found by the endings of file names."""

from __future__ import annotations

from agents.codegraph.languages import python
from agents.codegraph.parts import Language

LANGUAGES: tuple[Language, ...] = (python.PYTHON,)

_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}


def language_of(path: str) -> Language | None:
    """The language of a file; None when the code graph does not read it."""
    return _BY_SUFFIX.get(path[path.rfind(".") :].lower())
