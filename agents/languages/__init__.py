"""The languages that programs are built, started and tested in; each is one file of this package."""

from __future__ import annotations

from agents.languages.c import C_LANGUAGE, CPP
from agents.languages.go import GO
from agents.languages.java import JAVA
from agents.languages.javascript import JAVASCRIPT
from agents.languages.language import BUILD, BUILD_FOLDER, Files, Language, in_one_line
from agents.languages.page import PAGE
from agents.languages.python import PYTHON

__all__ = [
    "BUILD",
    "BUILD_FOLDER",
    "LANGUAGES",
    "PAGE",
    "PYTHON",
    "Files",
    "Language",
    "in_one_line",
    "language_of",
]

# In the order in which they are asked for a main file.
LANGUAGES: tuple[Language, ...] = (PYTHON, JAVASCRIPT, GO, JAVA, CPP, C_LANGUAGE, PAGE)


def language_of(files: Files) -> Language:
    """The language of the program in `files` (path → text): the first that knows its main file.

    A single Python file without a telling name counts when no other language has a main file. Without any
    main file it is the language of most of the source files, and Python when there are none.
    """
    for language in LANGUAGES:
        if language is PAGE and PYTHON.likely_entry(files):
            return PYTHON
        if language.entry(files):
            return language
    counted = {language.name: sum(map(language.owns, files)) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: counted[language.name])
