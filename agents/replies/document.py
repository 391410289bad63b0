"""A document that a reply consists of: a manual, a plan."""

from __future__ import annotations

import re

from agents.replies.files import read_files

_ONE_FENCE = re.compile(r"\s*(`{3,}|~{3,})[\w-]*\n(.*)\n\1\s*", re.DOTALL)


def read_document(text: str, path: str) -> str:
    """The fenced file called `path`, else what the one fence around it all holds, else the reply itself."""
    named = read_files(text).files.get(path)
    if named is not None:
        return named
    whole = _ONE_FENCE.fullmatch(text)
    return f"{(whole.group(2) if whole else text).strip()}\n"
