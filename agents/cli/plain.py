"""Text from outside, made fit for a terminal."""

from __future__ import annotations

from agents.visible import visible


def plain(text: str) -> str:
    """Text without what a terminal would obey or a reader be deceived by: hidden characters as numbers.

    Line ends and tabs stay; a carriage return, with which a line would write over itself, is shown.
    """
    return visible(text.replace("\r\n", "\n")).replace("\r", "⟨U+000D⟩")


def gigabytes(size: int) -> str:
    """A number of bytes as it is told."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.0f} MB"
