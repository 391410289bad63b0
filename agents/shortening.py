"""Long texts cut to a size that a prompt can carry."""

from __future__ import annotations

REPORT = 6000  # characters of a failure that go into a prompt: its head and its tail


def shortened(text: str, most: int = REPORT) -> str:
    """The head and the tail of a text of more than `most` characters, with what is left out between them."""
    if len(text) <= most:
        return text.strip()
    half = most // 2
    return f"{text[:half]}\n… {len(text) - most:,} characters left out …\n{text[-half:]}".strip()
