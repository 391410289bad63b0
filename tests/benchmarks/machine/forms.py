"""A scripted reply in the form that its prompt asks for: files whole, or changes as SEARCH/REPLACE blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from difflib import SequenceMatcher

from agents.context import fenced
from agents.replies import read_files
from tests.support.ollama.scripted import ChatCall, Scripted

_FILE = re.compile(
    r"^(?P<path>[\w./-]+\.\w+)\n(?P<fence>`{3,})\w*\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
_ASKED_FOR = "<<<<<<< SEARCH"
_AROUND = 2  # lines that a block repeats before and after the change, as models do


def files_in(prompt: str) -> dict[str, str]:
    """The files that a prompt shows whole, by path: the last text of each."""
    return {found["path"]: found["text"] for found in _FILE.finditer(prompt)}


def as_asked(reply: Callable[[ChatCall], Scripted]) -> Callable[[ChatCall], Scripted]:
    """The same team: where a prompt asks for blocks, it gives those for the files that the prompt shows."""

    def shaped(call: ChatCall) -> Scripted:
        scripted = reply(call)
        if call.title or _ASKED_FOR not in call.prompt:
            return scripted
        shown: dict[str, str] = {}
        for message in call.messages:
            shown |= files_in(message["content"])
        written = read_files(scripted.content).files
        if not shown.keys() & written.keys():
            return scripted
        parts = [
            blocks(path, shown[path], text) if path in shown else fenced(path, text)
            for path, text in written.items()
        ]
        return replace(scripted, content="\n\n".join(["Here it is.", *parts]))

    return shaped


def blocks(path: str, before: str, after: str) -> str:
    """The change of a file as SEARCH/REPLACE blocks with a few lines around what changes; empty for none.

    The file whole, where lines around a change stand in it more than once.
    """
    if before == after:
        return ""
    old, new = before.splitlines(), after.splitlines()
    written = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        search, put = old[group[0][1] : group[-1][2]], new[group[0][3] : group[-1][4]]
        if sum(old[at : at + len(search)] == search for at in range(len(old))) != 1:
            return fenced(path, after)
        written += [_ASKED_FOR, *search, "=======", *put, ">>>>>>> REPLACE"]
    return f"{path}\n```\n" + "\n".join(written) + "\n```"
