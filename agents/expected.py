"""What is expected of a reply: when a typed one fits, when another one is enough, how both are shown."""

from __future__ import annotations

import json
from collections.abc import Callable

from agents.errors import ReplyDoesNotFit
from agents.forms import Form
from agents.received import Enough
from agents.replies import join, read_value


def fitting(form: type[Form]) -> Callable[[str], bool]:
    """Whether a text is the typed reply that was asked for."""

    def fits(text: str) -> bool:
        try:
            read_value(text, form)
        except ReplyDoesNotFit:
            return False
        return True

    return fits


def continuing(text: str, enough: Enough | None) -> Enough | None:
    """`enough` of a reply that began with `text`, asked of what continues it."""
    if enough is None:
        return None
    return lambda rest: rest if enough(join(text, rest)) is not None else None


def renderer(form: type[Form] | None) -> Callable[[str], str]:
    """How a reply stands in the transcript: a typed one as readable Markdown, any other as it is."""
    if form is None:
        return lambda text: text

    def render(text: str) -> str:
        try:
            return read_value(text, form).shown()
        except ReplyDoesNotFit:
            return f"```json\n{json.dumps(text) if '```' in text else text}\n```"

    return render


def settled(text: str, form: Form) -> str:
    """A typed reply as the talk keeps it: in its own words, which the server holds, where they are JSON."""
    try:
        json.loads(text)
    except ValueError:
        return form.model_dump_json(exclude_defaults=True)
    return text
