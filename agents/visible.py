"""Text from outside with all that is in it: characters that hide or turn it, as their numbers."""

from __future__ import annotations

import re

# Controls; characters that turn the direction of writing; those without any width; tags, which spell a
# second text that nobody sees. Joiners are none where they join letters or signs of a script.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u02ff])|[\ud800-\udfff]"
)
_ODD = re.compile("[^\t\n\r -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0600\u3040-\u30ff\u4e00-\u9fff]")


def visible(text: str) -> str:
    """`text` with each hidden character as its number, ⟨U+202E⟩; line ends and tabs stay."""
    if _ODD.search(text) is None:
        return text
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def has_hidden(text: str) -> bool:
    """Whether `visible` would show something of the text in another way."""
    return _ODD.search(text) is not None and _HIDDEN.search(text) is not None
