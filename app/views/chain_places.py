"""The chips of the chain's strip, set into rows with as much of their names as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from app.state.chain import PhaseState
from app.theme import XS, M, S, figures_font, ui_font

CHIP, LINK, MARK = 26.0, 14.0, 14.0
MOST_ROWS, UNCUT = 2, 4096.0
"""With more rows than that, phases that are done say less."""


@dataclass(slots=True)
class Chip:
    """A phase, or a cycle by its latest round, in the strip.

    `name` and `note` are what is shown of its title and its detail. A `short` one shows its number alone.
    """

    phase: str
    number: int
    title: str
    detail: str
    state: PhaseState
    where: QRectF = field(default_factory=QRectF)
    name: str = ""
    note: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How much phases that are done say: the link between two, the widest name, durations or not."""

    link: float = LINK
    widest: float = UNCUT
    notes: bool = True
    numbers: bool = False


MANNERS = (
    Manner(),
    Manner(link=XS),
    Manner(link=XS, widest=172.0),
    Manner(link=XS, widest=144.0),
    Manner(link=XS, widest=118.0),
    Manner(link=XS, notes=False),
    Manner(link=XS, widest=84.0, notes=False),
    Manner(link=XS, widest=60.0, notes=False),
    Manner(link=LINK, numbers=True),
)
"""From the fullest to the last resort."""


class ChainFonts:
    """The fonts of the strip."""

    def __init__(self) -> None:
        self.title, self.strong, self.small = ui_font(), ui_font(bold=True), figures_font(small=True)

    def of(self, chip: Chip) -> QFont:
        """The font of a chip's name."""
        return self.strong if chip.state == "running" else self.title


def place(chips: Sequence[Chip], width: float, fonts: ChainFonts) -> tuple[int, float]:
    """Set chips into rows, saying as much as fits; how many rows there are, and how long the links are."""
    rows = 1
    for manner in MANNERS:
        rows = _place(chips, width, fonts, manner)
        if rows <= MOST_ROWS:
            return rows, manner.link
    return rows, MANNERS[-1].link


def _place(chips: Sequence[Chip], width: float, fonts: ChainFonts, manner: Manner) -> int:
    x, y, rows = float(M), float(S), 1
    for chip in chips:
        _word(chip, fonts, manner)
        wide = _width(chip, fonts)
        if x > M and x + wide > width - M:
            x, y, rows = float(M), y + CHIP + XS, rows + 1
        chip.where = QRectF(x, y, min(wide, max(CHIP, width - 2 * M)), CHIP)
        x += wide + manner.link
    return rows


def _word(chip: Chip, fonts: ChainFonts, manner: Manner) -> None:
    """What a chip says; only one that is done says less than everything."""
    done = chip.state == "done"
    chip.short = manner.numbers and done
    chip.note = chip.detail if manner.notes or not done else ""
    metrics = QFontMetricsF(fonts.of(chip))
    widest = manner.widest if done else UNCUT
    chip.name = metrics.elidedText(chip.title, Qt.TextElideMode.ElideRight, widest)


def _width(chip: Chip, fonts: ChainFonts) -> float:
    small = QFontMetricsF(fonts.small)
    if chip.short:
        return round(S + MARK + XS + small.horizontalAdvance(str(chip.number)) + S)
    note = S + small.horizontalAdvance(chip.note) if chip.note else 0.0
    name = QFontMetricsF(fonts.of(chip)).horizontalAdvance(chip.name)
    return round(S + MARK + XS + name + note + S) + 1.0
