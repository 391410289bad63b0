"""The name of the file that a block holds, as models write it: after the fence, before it, or in it.

Every function returns the name as it is written, or an empty text. Whether it is a path inside the
project is for `agents.paths.checked` to say: a name like `/etc/passwd` is found here and refused there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from agents.replies.languages import (
    BARE_NAMES,
    DOT_NAMES,
    EXTENSIONS,
    NO_LANGUAGE,
    NOTICES,
    PRODUCTS,
    WORDS,
    WORDY_NAMES,
    extension_of,
    is_commands,
    is_language,
    may_hold,
)


class Place(IntEnum):
    """Where a name stands, by how little else can be meant there."""

    SENTENCE = 0  # among other words: the ending has to be a known one
    LINE = 1  # alone on its line: any ending
    LABELLED = 2  # marked as code or called a file: a path without an ending as well


_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(?P<key>file_?name|file_?path|file|path|title|name|src)\s*[=:]\s*
    (?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|(?P<bare>[^\s"'{},;]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_TAG = re.compile(
    r"""<(?:file|code|document|artifact|source)\b[^<>]*?\b
    (?:path|file_?name|name|file|src)\s*=\s*["']?(?P<name>[^"'<>]+?)["']?\s*/?>""",
    re.VERBOSE | re.IGNORECASE,
)
_HTML = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>")
_VERSION = re.compile(r"v?\d+(?:\.\d\w*)*(?:\.x)?", re.IGNORECASE)
_ENDING = re.compile(r".\.[A-Za-z][A-Za-z0-9+-]{1,11}\Z")
# How a path begins that needs no ending to be one; `and/or` is none, `.git/config` is.
_PATH_LIKE = re.compile(r"/|\.{1,2}[/\\]|~/|[A-Za-z]:[\\/]|\\|(?:.*[\\/])?\.[A-Za-z]\w*[\\/]")
_NO_NAME = re.compile(r"[=*<>|?\"]|:\s|\(\)|\)\.|\s{2}|\A\.\.\.")

# What may stand before a name on its line: heading, list and quotation marks, numbers, pictures.
_DECORATION = re.compile(
    r"""(?: [\s>\#•·▶►→=|\u2013\u2014] | [-+](?=[\s*`-]) | \*(?=[\s*`]) | \*{1,3}(?=\d+[.)]\s) | \d+[.)]\s
    | (?://|/\*|<!--)(?=\s) | [\U0001F000-\U0001FAFF\u2600-\u27BF\ufe0f] )+""",
    re.VERBOSE,
)
_LABEL = re.compile(
    r"""(?:\W{0,4}\b(?:new|updated?|modified|modify|creat(?:e|ed|ing)|add(?:ed)?|edit(?:ed)?|main|source|the|full|
    complete|final|step|code|test)\b\W{0,3}(?:\d+\W{1,3})?){0,4}
    [*_`\[(]{0,3}\b(?:file[ _]?name|file[ _]?path|file|path|name|script|module)\b[*_`\])]{0,3}
    \s*(?:\#?\d+|\([^()]{0,30}\))?\s*[:=]?[*_`]{0,3}[:=]?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_OTHER_LABEL = re.compile(r"(?P<label>[^:`/\\.]{1,60}?)[*_]{0,3}:[*_]{0,3}\s+(?=\S+\W{0,4}$)")
_MARKED = re.compile(
    r"""\*{0,3}_{0,3}(?:
    `+(?P<code>[^`]+)`+ | \[`?(?P<link>[^\]\s`]+)`?\](?=[\s:(]|$) | "(?P<quoted>[^"]+)" | '(?P<single>[^']+)'
    | \((?P<round>[^\s()]+)\)(?=:?$) | <(?P<angle>[^\s<>]+)> )""",
    re.VERBOSE,
)
_BARE = re.compile(r"\*{0,3}(?P<bare>[^\s`\"'<>|,;：]+)")
# What may follow a name without making a sentence of the line.
_REST = re.compile(
    r"[*_`\])]{0,6}\s*(?:,?\s*$|[:：({\[]|[-\u2013\u2014=#|/]{1,3}(?:\s|$)|\*/|-->)",
)
_COMMENT = re.compile(
    r"""\s*(?:\#+|//+|--+|;+|%+|/\*+|<!--|\(\*|\"{3}|'{3}|\{\#|\{-|\{/\*|@?rem(?=\s|$)|'|!|\*)\s*(?P<text>.*?)\s*
    (?:\*+/\}?|-->|\*\)|\"{3}|'{3}|\#\}|-\})?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE_COMMENT = re.compile(
    r"\s*$|#!|#\s*-\*-|#.*coding[:=]|<!doctype|<\?|[\"']use \w+[\"'];?\s*$|@charset", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"[`*_\"')\]]*,?\s*(?:which|that|using|uses|with|imports?|importing|from|for|based|to)\b", re.IGNORECASE
)
_ESCAPED = re.compile(r"\\([_*.\-#~])")
ABOUT_OUTPUT = re.compile(
    r"\b(?:outputs?|prints?|printed|displays?|displayed|results?|produces?|example|expected|structure|tree|"
    r"layout|traceback|errors?|logs?|usage|runs?|running|execut(?:e|ing)|start|launch|install|commands?|"
    r"terminal|see|try)\b",
    re.IGNORECASE,
)


def is_file_name(token: str, place: Place) -> bool:
    """Whether `token`, standing in `place`, looks like a file's name or path."""
    base = re.split(r"[\\/]", token)[-1]
    if not base.strip(". ") or "://" in token or _VERSION.fullmatch(token):
        return False
    if token.lower() in PRODUCTS and (
        place is Place.SENTENCE or (place is Place.LINE and token[0].isupper())
    ):
        return False
    if base in BARE_NAMES | DOT_NAMES | WORDY_NAMES or base.startswith(("Dockerfile.", "Makefile.")):
        return True
    if _NO_NAME.search(token):
        return False
    extension = extension_of(base)
    if place is Place.SENTENCE:
        return extension in EXTENSIONS - WORDS
    if extension in EXTENSIONS or base in NOTICES or _ENDING.search(base):
        return True
    if base.startswith("."):
        return base[1:].lower() not in EXTENSIONS and re.fullmatch(r"\.\w[\w.-]*", base) is not None
    in_folder = base != token and re.fullmatch(r"[\w./\\~:@+-]+", token) is not None
    return in_folder and (place is Place.LABELLED or _PATH_LIKE.match(token) is not None)


def split_info(info: str) -> tuple[str, str]:
    """Return the language (in lower case) and the file's name that stand after a fence."""
    words = info.strip().strip("{}").strip()
    named = _from_attributes(words)
    first, *others = words.split(None, 1)[:2] or [""]
    rest = others[0] if others else ""
    language, colon, name = first.partition(":")
    if "=" in first:
        return "", named
    if colon and ((is_language(language) and len(language) > 1) or not name.startswith(("/", "\\"))):
        name = name or rest
    elif is_file_name(first, Place.LINE) and not is_language(first) and first not in BARE_NAMES:
        return "", named or first
    else:
        language, name = first, rest
    return language.strip(".,").lower(), named or _from_words(name)


def from_info_alone(info: str) -> str:
    """Return the word after a fence that may be a language or a file: `Makefile`, `Dockerfile`."""
    return info if info in BARE_NAMES and info[0].isupper() else ""


def _from_attributes(words: str) -> str:
    for found in _ATTRIBUTE.finditer(words):
        value = (found["double"] or found["single"] or found["bare"]).strip()
        if found["key"].lower() not in ("title", "name", "src") or is_file_name(value, Place.LABELLED):
            return value
    return ""


def _from_words(words: str) -> str:
    """Return the name among what follows the language."""
    commented = _COMMENT.fullmatch(words)
    for word in (commented["text"] if commented else words).split():
        token = word.strip("`*\"'()[]{},;").rstrip(":")
        if is_file_name(token, Place.LABELLED):
            return token
    return ""


LONGEST_SENTENCE = 4_000
"""Characters of a line that may speak of a file; a longer one is data, and reading it would take minutes."""


def from_line(line: str, any_label: bool = True) -> str:
    """Return the name when a line says little else: `### File: main.py`, `**main.py**`, `main.py:`.

    `any_label` also takes a name after any words and a colon: `The entry point: main.py`.
    """
    if len(line) > LONGEST_SENTENCE:
        return ""
    if tag := _TAG.search(line):
        return tag["name"].strip()
    text = _HTML.sub("", line).strip()
    if decoration := _DECORATION.match(text):
        text = text[decoration.end() :]
    label = _LABEL.match(text)
    if label and (name := _name_at(text[label.end() :], Place.LABELLED)):
        return name
    if name := _name_at(text, Place.LINE):
        return name
    other = _OTHER_LABEL.match(text) if any_label else None
    if other and not ABOUT_OUTPUT.search(other["label"]):
        return _name_at(text[other.end() :], Place.LINE)
    return ""


def _name_at(text: str, place: Place) -> str:
    """Return the name at the start of `text` when no sentence follows it."""
    if found := _MARKED.match(text):
        token = next(group for group in found.groups() if group is not None).strip().rstrip(":").strip()
        place = Place.LABELLED if found["code"] else place
    elif found := _BARE.match(text):
        token = _without_emphasis(found["bare"])
    else:
        return ""
    if not _REST.match(text[found.end() :]) or not is_file_name(token, place):
        return ""
    return "" if " " in token and is_commands("", token) else token


def _without_emphasis(token: str) -> str:
    """Strip what Markdown and punctuation add around a bare name: `\\_\\_init\\_\\_.py**:`, `__main.py__`."""
    token = re.sub(r"[*:.]+\Z|:\d+(?:-\d+)?:?\Z", "", _ESCAPED.sub(r"\1", token))
    for mark in ("__", "_"):
        if token.startswith(mark) and token.endswith(mark) and len(token) > 2 * len(mark):
            return token[len(mark) : -len(mark)]
    return token if re.search(r"[\[(]", token) else token.rstrip("])")


def from_comment(content: str, language: str) -> str:
    """Return the name in the comment on the first line of a block (a `#!` line and the like may precede)."""
    line = next((line for line in content.splitlines()[:4] if not _BEFORE_COMMENT.match(line)), "")
    found = _COMMENT.fullmatch(line)
    if found is None or (language in ("markdown", "md") and line.startswith("#")):
        return ""
    name = from_line(found["text"], any_label=False)
    place = Place.LABELLED if _LABEL.match(found["text"]) else Place.SENTENCE
    return name if is_file_name(name, place) else ""


def from_prose(line: str, language: str) -> str:
    """Return the one file that a sentence speaks of, if the block can be that file.

    Of several, the one that the others are said to belong to: "main.py, which imports util.py".
    """
    names = mentions(line)
    fitting = [name for name in names if language in NO_LANGUAGE or may_hold(language, name)]
    if len(fitting) <= 1:
        return fitting[0] if fitting else ""
    text = _ESCAPED.sub(r"\1", line)
    between = text[text.index(fitting[0]) + len(fitting[0]) :]
    return fitting[0] if _CLAUSE.match(between) else ""


def mentions(line: str) -> list[str]:
    """Return the file names in a sentence, each once."""
    if len(line) > LONGEST_SENTENCE:
        return []
    words = re.split(r"[\s`*\"'“”‘’<>|,;：]+|\]\(", _ESCAPED.sub(r"\1", line))
    tokens = (re.sub(r"\A[(\[{]+|[.:!?)\]}…]+\Z", "", word) for word in words)
    return list(dict.fromkeys(token for token in tokens if is_file_name(token, Place.SENTENCE)))


def spoken_of(sentence: str, known: Iterable[str]) -> str:
    """The only file that a sentence before a block speaks of, if it is there."""
    named = mentions(sentence)
    if len(named) != 1:
        return ""
    found = [path for path in known if path == named[0] or path.endswith(f"/{named[0]}")]
    return found[0] if len(found) == 1 else ""
