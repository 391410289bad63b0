"""The thinking that some models write before their answer, told from the answer."""

from __future__ import annotations

import re
from itertools import islice

from agents.replies.blocks import read_blocks

_OPENING = re.compile(r"<(think|thinking)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(think|thinking)>", re.IGNORECASE)
_MOST_TAGS = 20  # that are looked at; each costs reading the reply once


def without_thinking(text: str) -> tuple[str, str]:
    """Return the answer and the thinking of a reply.

    Thinking is `<think>…</think>` or `<thinking>…</thinking>` at the start of the reply or of a line, also
    when it never ends, and all that stands before a closing tag whose opening tag is missing (a server may
    have put it into the prompt). Tags within the answer's code or in the middle of a line are text.
    """
    answer, thoughts = _without_headless(text)
    while (opening := _next_opening(answer)) is not None:
        closing = _CLOSING.search(answer, opening.end())
        thoughts.append(answer[opening.end() : closing.start() if closing else len(answer)])
        answer = answer[: opening.start()] + (answer[closing.end() :].lstrip("\r\n") if closing else "")
    if not thoughts:
        return text, ""
    answer, more = _without_headless(answer)  # a thought that quoted the opening tag ends twice
    thoughts += more
    return answer.lstrip("\r\n"), "\n\n".join(thought.strip() for thought in thoughts if thought.strip())


def _without_headless(text: str) -> tuple[str, list[str]]:
    """Take off what stands before a closing tag that nothing has opened."""
    if "</" not in text or _OPENING.match(text.lstrip()):
        return text, []
    for closing in islice(_CLOSING.finditer(text), _MOST_TAGS):
        before, after = text[: closing.start()], text[closing.end() :]
        if _starts_line(_OPENING, before):
            break
        # Within a fence that the answer needs, cutting here would tear that fence in two.
        if not _ends_in_fence(before) or (_is_alone(before, after) and not _ends_in_fence(after)):
            return after.lstrip("\r\n"), [before]
    return text, []


def _starts_line(tag: re.Pattern[str], text: str) -> bool:
    return any(not text[: found.start()].rpartition("\n")[2].strip() for found in tag.finditer(text))


def _is_alone(before: str, after: str) -> bool:
    return not before.rpartition("\n")[2].strip() and not after.partition("\n")[0].strip()


def _ends_in_fence(text: str) -> bool:
    blocks = read_blocks(text)
    return bool(blocks) and not blocks[-1].closed


def _next_opening(text: str) -> re.Match[str] | None:
    """Return the next opening tag at the start of a line outside the code of the answer."""
    for opening in islice(_OPENING.finditer(text), _MOST_TAGS):
        before = text[: opening.start()]
        if not before.strip() or (not before.rpartition("\n")[2].strip() and not _ends_in_fence(before)):
            return opening
    return None
