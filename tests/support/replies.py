"""Files in the forms in which local models really write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

LANGUAGES = {
    ".py": "python",
    ".js": "javascript",
    ".html": "html",
    ".css": "css",
    ".md": "markdown",
    ".java": "java",
    ".json": "json",
    ".sh": "bash",
}
_COMMENTS = {
    "python": "# {}",
    "javascript": "// {}",
    "java": "// {}",
    "html": "<!-- {} -->",
    "css": "/* {} */",
}
_BEFORE = {
    "line": "{}\n",
    "bold": "**{}**\n",
    "backticks": "`{}`\n",
    "heading": "### {}\n",
    "file_heading": "### File: {}\n",
    "colon": "{}:\n",
    "blank_line": "{}\n\n",
    "bold_blank_line": "**{}**\n\n",
    "prose": "Here is version 2.0 of {} using pygame v1.9:\n\n",
}
_INFO = {
    "info_space": "{language} {path}",
    "info_colon": "{language}:{path}",
    "info_title": "{language} title={path}",
    "info_filename": '{language} filename="{path}"',
    "info_bare": "{path}",
}
FORMS = (*_BEFORE, *_INFO, "comment")


def language(path: str) -> str:
    """What a model writes behind the fence for a file of this name; nothing where it has no idea."""
    return LANGUAGES.get(PurePosixPath(path).suffix, "")


def fence(content: str, mark: str = "`") -> str:
    """A fence that is longer than any in the content."""
    runs = re.findall(rf"^\s*({re.escape(mark)}{{3,}})", content, re.MULTILINE)
    return mark * max(3, *(len(run) + 1 for run in runs), 3)


def block(path: str, content: str, form: str = "line", mark: str = "`") -> str:
    """One file as a fenced block in one of `FORMS`; `mark` may be a tilde.

    In the form `comment` the path is the first line of the content itself; a language without comments is
    written in the form `line`.
    """
    said = language(path)
    bars = fence(content, mark)
    body = content if content.endswith("\n") else f"{content}\n"
    if form in _INFO:
        return f"{bars}{_INFO[form].format(language=said, path=path)}\n{body}{bars}\n"
    if form == "comment" and said in _COMMENTS:
        return f"{bars}{said}\n{_COMMENTS[said].format(path)}\n{body}{bars}\n"
    before = _BEFORE["line" if form == "comment" else form].format(path)
    return f"{before}{bars}{said}\n{body}{bars}\n"


def fenced(files: Mapping[str, str], form: str = "line", mark: str = "`") -> str:
    """A whole reply: a sentence, then every file as a block in one of `FORMS`."""
    blocks = "\n".join(block(path, content, form, mark) for path, content in files.items())
    return f"Here are the files.\n\n{blocks}"


def unclosed(path: str, content: str) -> str:
    """A file whose fence never closes, because the reply was cut."""
    return f"Here is the file.\n\n{path}\n```{language(path)}\n{content}"


def after_thinking(reply: str, thinking: str = "Perhaps `x = 1`?", *, closed: bool = True) -> str:
    """A reply behind thinking that the model wrote as text, in tags."""
    return f"<think>\n{thinking}\n{'</think>' if closed else ''}\n{reply}"


def in_every_form(files: Mapping[str, str]) -> dict[str, str]:
    """The same files as a reply in each form, by the form's name."""
    return {form: fenced(files, form) for form in FORMS}


def search_replace(path: str, old: str, new: str) -> str:
    """A change as a SEARCH/REPLACE block."""
    return f"{path}\n```\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


def wrapped_json(text: str, how: str) -> str:
    """JSON as models wrap it: `plain`, `fence`, `sentence` or `trailing_comma`."""
    wraps: dict[str, Callable[[str], str]] = {
        "plain": str,
        "fence": lambda json: f"```json\n{json}\n```",
        "sentence": lambda json: f"Sure! Here is the answer:\n\n{json}",
        "trailing_comma": lambda json: re.sub(r"([}\]])$", r",\1", json),
    }
    return wraps[how](text)
