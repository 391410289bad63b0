"""Text from outside, made fit for a terminal."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Text without what a terminal would obey: control characters other than line ends and tabs."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf"}
    )
