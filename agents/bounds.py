"""What bounds a reply: where it stops, and how many tokens it may have. [ours]

A weak model that has said its part goes on as the next speaker of its chat template. Its server ends it at
these marks, and what stood before them is the reply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agents.cast import tokens_in
from agents.contracts import ChatMessage, Json

STOPS = (
    "<|im_start|>",
    "<|im_end|>",
    "<|start_header_id|>",
    "<|eot_id|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<|user|>",
    "<|endoftext|>",
)
"""Marks between the turns of the usual templates. None is HTML (`</s>` is), a part of a word (`[INST]` may be
one), or written by a model on its way to the answer (gpt-oss writes `<|end|>` there)."""

FORM_LENGTH = 4096  # tokens in which every typed reply fits; a longer one has lost its way
WORDS_LENGTH = 2048  # of a reply in words: more than a page; a longer one is continued
CHANGE_LENGTH = 4096  # of a change, beside twice the files that there are
BOUNDS = ("num_predict", "stop")  # of a request's options
BLOCK_MARK = "<<<<<<< SEARCH"


def stops_for(messages: Iterable[ChatMessage]) -> tuple[str, ...]:
    """The marks at which a reply to `messages` ends: those that nobody speaks of.

    A project that is about such marks names them in its idea or in its files. Where SEARCH/REPLACE blocks are
    asked for there are none: a block whose end is missing must have been ended by the model itself.
    """
    said = "\n".join(message.content for message in messages)
    return () if BLOCK_MARK in said else tuple(mark for mark in STOPS if mark not in said)


def going_on(text: str) -> str:
    """What a model is told whose reply was cut off after `text`, its thinking aside."""
    if not text.strip():
        return "Your reply was cut off before its answer began. Answer now, after less thought."
    return "Your reply was cut off. Continue exactly where it stopped; do not repeat what you wrote."


def unbounded(request: Json) -> Json:
    """A recorded request without what only bounds its reply.

    That is no part of a step's identity: a reply that was paid for holds, also where it would be bounded
    otherwise today.
    """
    options = {name: value for name, value in request.get("options", {}).items() if name not in BOUNDS}
    return {**request, "options": options}


def change_length(existing: Mapping[str, str]) -> int | None:
    """The tokens that a change of `existing` files may have; None where there is nothing to change yet."""
    return CHANGE_LENGTH + 2 * tokens_in(sum(map(len, existing.values()))) if existing else None
