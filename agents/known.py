"""What an agent knows from the talk at hand, so that it is told only what it does not know yet [ours].

A prompt is put together as if its reader knew nothing: the task, the project, what to do. Where the reader's
talk goes on, what it was told already is left out, and a file that it has seen comes as the changes to it.
So a talk only grows at its end, and a server that holds its beginning need not read that again.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.prompts import Code, Prompt

KNOWN_CODE = "(the files that you know are as you know them)"
OTHERS_KNOWN = "(apart from what follows, the files that you know are as you know them)"
GONE = "No longer there: "
CHANGED = "Changed since you saw them whole: "
KNOWN = "(as before)"
_SHORT = 120  # characters; what is no longer is simply said again
_CHANGES_PAY = 0.6  # changes that take more than this part of their file are shown as the file


@dataclass(slots=True)
class Known:
    """What was said in a talk: texts by the name of their field, and files as they were seen last.

    A file that somebody else changed or deleted meanwhile is never passed over: where the prompt at hand does
    not show it whole, it is named, and known no more.
    """

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
            for path in (*self._gone(prompt.code), *self._changed_unseen(prompt.code)):
                del self.files[path]
            self.files |= prompt.code.files

    def wrote(self, files: Mapping[str, str | None], reply: str, before: Mapping[str, str]) -> None:
        """These are the files after the reader's own `reply`; None deletes one.

        What it wrote whole is known, and what it changed if it knew that as it was `before`: a few lines are
        no file, and what somebody else changed while it wrote was not seen.
        """
        for path, text in files.items():
            if text is None:
                self.files.pop(path, None)
            elif text.strip() in reply or (path in self.files and self.files[path] == before.get(path)):
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
            text = text.replace(prompt.code, self._news_of(prompt.code))
        return text.strip()

    def _news_of(self, code: Code) -> str:
        """The project without the files that are known, and of those that have changed the changes."""
        text = str(code)
        for path, block in code.blocks.items():
            known, now = self.files.get(path), code.files[path]
            if known == now:
                text = _replaced(text, block, "")
            elif known is not None:
                text = _replaced(text, block, _changes(path, known, now) or block)
        told = [
            f"{what}{', '.join(paths)}"
            for what, paths in ((GONE, self._gone(code)), (CHANGED, self._changed_unseen(code)))
            if paths
        ]
        rest = "\n\n".join(part for part in (*told, text.strip()) if part)
        if all(code.project.get(path) != known for path, known in self.files.items()):
            return rest
        return f"{OTHERS_KNOWN}\n\n{rest}" if rest else KNOWN_CODE

    def _gone(self, code: Code) -> list[str]:
        return [path for path in self.files if path not in code.project]

    def _changed_unseen(self, code: Code) -> list[str]:
        """The files that are others by now and do not stand there whole."""
        unseen = code.project.keys() - code.files.keys()
        return [path for path, known in self.files.items() if path in unseen and code.project[path] != known]


def _without(text: str, part: str, known: str) -> str:
    """The text without a part of it that is known, or with what that says more where it grew at its end."""
    before, found, after = text.partition(part)
    if found and known == part:
        return f"{before}{KNOWN}{after}"
    if found and part.startswith(f"{known}\n"):
        return f"{before}New since then:\n{part.removeprefix(known).strip()}{after}"
    return text


def _replaced(text: str, block: str, by: str) -> str:
    """The text with something else, or nothing, in the place of a block that is a paragraph of it."""
    before, _, after = f"\n\n{text}".partition(f"\n\n{block}")
    return "\n\n".join(part for part in (before.strip("\n"), by, after.strip("\n")) if part)


def _changes(path: str, known: str, now: str) -> str:
    """A file's changes as a diff; empty when the file itself is hardly longer."""
    lines = difflib.unified_diff(known.splitlines(), now.splitlines(), lineterm="", n=3)
    body = "\n".join(line for line in lines if not line.startswith(("--- ", "+++ ")))
    if not body or len(body) > len(now) * _CHANGES_PAY or "```" in body:
        return ""
    return f"{path} (only what changed in it)\n```diff\n{body}\n```"
