"""What an agent knows from the talk at hand, so that it is told only what it does not know yet [ours].

A prompt is put together as if its reader knew nothing: the task, the project, what to do. Where the reader's
talk goes on, what it was told already is left out, and a file that it has seen comes as the changes to it.
So a talk only grows at its end, and a server that holds its beginning need not read that again.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from agents.prompts import Code, Prompt

KNOWN_CODE = "(the files that you know are as you know them)"
KNOWN = "(as before)"
_SHORT = 120  # characters; what is no longer is simply said again
_CHANGES_PAY = 0.6  # changes that take more than this part of their file are shown as the file


@dataclass(slots=True)
class Known:
    """What was said in a talk: texts by the name of their field, and files as they were seen last."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def forget(self) -> None:
        """Nothing is known any more."""
        self.texts.clear()
        self.files.clear()

    def take_in(self, prompt: Prompt) -> None:
        """The prompt was said."""
        self.texts |= prompt.parts
        if prompt.code is not None:
            self.files |= prompt.code.files

    def wrote(self, files: dict[str, str | None]) -> None:
        """These are the files as the reader itself wrote them; None deletes one."""
        for path, text in files.items():
            if text is None:
                self.files.pop(path, None)
            else:
                self.files[path] = text

    def news(self, prompt: Prompt) -> str:
        """The prompt's text without what is known of it; the very text where nothing is."""
        if not (self.texts or self.files):
            return prompt.text
        text = prompt.text
        for name, part in prompt.parts.items():
            known = self.texts.get(name, "")
            if len(part) >= _SHORT and known:
                text = _without(text, part, known)
        if prompt.code:
            text = text.replace(prompt.code, self._news_of(prompt.code), 1)
        return text.strip()

    def _news_of(self, code: Code) -> str:
        """The project without the files that are known, and of those that have changed the changes."""
        text, same = str(code), 0
        for path, block in code.blocks.items():
            known, now = self.files.get(path), code.files[path]
            if known == now:
                text, same = _cut(text, block), same + 1
            elif known is not None:
                text = text.replace(block, _changes(path, known, now) or block, 1)
        if not same:
            return text
        return f"{KNOWN_CODE}\n\n{text}" if text.strip() else KNOWN_CODE


def _without(text: str, part: str, known: str) -> str:
    """The text without a part of it that is known, or with what that says more where it grew at its end."""
    before, _, after = text.partition(part)
    if known == part:
        return f"{before}{KNOWN}{after}"
    if part.startswith(known):
        return f"{before}New since then:\n{part.removeprefix(known).strip()}{after}"
    return text


def _cut(text: str, part: str) -> str:
    """The text without a part of it and the blank lines behind that."""
    before, _, after = text.partition(part)
    return f"{before}{after.lstrip(chr(10))}"


def _changes(path: str, known: str, now: str) -> str:
    """A file's changes as a diff; empty when the file itself is hardly longer."""
    lines = difflib.unified_diff(known.splitlines(), now.splitlines(), lineterm="", n=3)
    body = "\n".join(line for line in lines if not line.startswith(("--- ", "+++ ")))
    if not body or len(body) > len(now) * _CHANGES_PAY or "```" in body:
        return ""
    return f"{path} (only what changed in it)\n```diff\n{body}\n```"
