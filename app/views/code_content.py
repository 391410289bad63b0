"""A file's content as text to read or to edit, and its colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import tr

if TYPE_CHECKING:
    from pygments.style import Style

    from app.highlight import Span


def editable(content: bytes) -> bool:
    """Whether a content can be edited without being damaged: text, with line ends that an editor knows."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in text and "\u2029" not in text and "\r" not in text.replace("\r\n", "\n")


def plain(content: bytes) -> str:
    """A content as an editor wants it: lines that end in line feeds."""
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def readable(content: bytes) -> str:
    """A file's content as lines of text; a sentence for one that is no text."""
    if b"\0" in content[:8192]:
        return tr("This file is not text ({size} bytes).", size=f"{len(content):,}")
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\u2028", " ").replace("\u2029", " ")


def coloured(path: str, text: str, style: type[Style]) -> list[list[Span]]:
    """The spans of a text; Pygments' list of languages is loaded when the first file is shown."""
    from app.highlight import highlighted  # noqa: PLC0415

    return highlighted(path, text, style)
