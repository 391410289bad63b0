"""The languages that the code graph reads, one file each, found by the endings of file names."""

from __future__ import annotations

from agents.codegraph.languages.c import CPP, C
from agents.codegraph.languages.css import CSS
from agents.codegraph.languages.go import GO, GO_MODULE
from agents.codegraph.languages.html import HTML
from agents.codegraph.languages.java import JAVA
from agents.codegraph.languages.javascript import JAVASCRIPT
from agents.codegraph.languages.python import PYTHON
from agents.codegraph.languages.rust import CARGO, RUST
from agents.codegraph.parts import Language

LANGUAGES: tuple[Language, ...] = (PYTHON, JAVASCRIPT, HTML, CSS, JAVA, C, CPP, GO, RUST)

_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}
_BY_NAME = {"go.mod": GO_MODULE, "Cargo.toml": CARGO}


def language_of(path: str) -> Language | None:
    """The language of a file; None when the code graph does not read it."""
    name = path[path.rfind("/") + 1 :]
    return _BY_NAME.get(name) or _BY_SUFFIX.get(name[name.rfind(".") :].lower())


def is_code(path: str) -> bool:
    """Whether the code graph reads what a file imports and defines."""
    language = language_of(path)
    return language is not None and language.code
