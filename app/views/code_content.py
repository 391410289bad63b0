"""A file's content as text to read or to edit, and its colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import tr
from app.visible import has_hidden

if TYPE_CHECKING:
    from pygments.style import Style

    from app.highlight import Span


def editable(content: bytes) -> bool:
    """Whether a content can be edited without being damaged, or deceiving who edits it.

    That is text with line ends that an editor knows, and without characters that hide or turn it.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    hard = "\0" in text or "\u2029" in text or "\r" in text.replace("\r\n", "\n")
    return not hard and not has_hidden(text)


def plain(content: bytes) -> str:
    """A content as an editor wants it: lines that end in line feeds."""
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def readable(content: bytes) -> str:
    """A file's content as lines of text, to be copied; a sentence for one that is no text."""
    if b"\0" in content[:8192]:
        return tr("This file is not text ({size} bytes).", size=f"{len(content):,}")
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def coloured(path: str, text: str, style: type[Style]) -> list[list[Span]]:
    """The spans of a text; Pygments' list of languages is loaded when the first file is shown."""
    from app.highlight import highlighted  # noqa: PLC0415

    return highlighted(path, text, style)
