"""Where a reply ends although its model went on: as the next speaker of its chat template. [ours]

A server whose template is not the model's hands on the marks between turns as text. What is made up behind
them is no part of the reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from agents.replies.blocks import read_blocks

_END = r"<\|(?:im_end|eot_id|endoftext)\|>|<end_of_turn>"
_BEGIN = r"<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|(?:user|assistant|system)\|>"
_SPEAKER = r"\s*(?:user|assistant|system|model)\b"
_TURN = re.compile(
    rf"(?:{_END})\s*(?=\Z|{_BEGIN}|{_END})|^[ \t]*(?:{_BEGIN})(?:{_SPEAKER}|(?=\s*$))", re.MULTILINE
)
_MOST_MARKS = 20  # that are looked at; each costs reading the reply once


def own_turn(text: str, known: Iterable[str]) -> str:
    """The reply up to where its model's turn ends; all of it where the `known` files have such marks too.

    A mark within a fence is a file's.
    """
    if "<|" not in text and "_of_turn>" not in text:
        return text
    for mark in islice(_TURN.finditer(text), _MOST_MARKS):
        before = text[: mark.start()]
        blocks = read_blocks(before)
        if (not blocks or blocks[-1].closed) and not any(map(_TURN.search, known)):
            return before
    return text
