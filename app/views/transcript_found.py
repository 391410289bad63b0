"""Words that are looked for, as they are marked in the text of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.theme import Theme, blend
from app.views.transcript_segment import Segment

Span: TypeAlias = tuple[int, int]
PALE, STRONG = 0.22, 0.45
"""How much of the warning's colour lies behind what was found, and behind the current place."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is marked in a row: the words, and which occurrence (from 0) is the current one; -1 for none."""

    pattern: re.Pattern[str]
    nth: int = -1


@dataclass(frozen=True, slots=True)
class Marked:
    """The places to be marked in one segment, as positions of its text; `current` is one of them or None."""

    spans: tuple[Span, ...]
    current: Span | None


def behind(theme: Theme, *, current: bool) -> str:
    """The colour behind a marked place."""
    return blend(theme.warning, theme.surface, STRONG if current else PALE)


def marked(segments: Sequence[Segment], found: Found) -> list[Marked]:
    """What to mark in each segment. Where fewer are seen than were counted, the last stands for the rest."""
    spans = [segment.places(found.pattern) for segment in segments]
    total = sum(len(some) for some in spans)
    nth = min(found.nth, total - 1) if found.nth >= 0 else -1
    result = []
    for some in spans:
        current = some[nth] if 0 <= nth < len(some) else None
        result.append(Marked(some, current))
        nth = nth - len(some) if nth >= len(some) else -1
    return result
