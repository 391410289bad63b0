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

    `name` and `note` are what is shown of its title and its detail; its title ends with `tail`, the round
    of a cycle, which is cut last. A `short` one shows its number alone.
    """

    phase: str
    number: int
    title: str
    detail: str
    state: PhaseState
    tail: str = ""
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
    *(Manner(link=XS, widest=float(widest)) for widest in range(208, 112, -8)),
    Manner(link=XS, notes=False),
    *(Manner(link=XS, widest=float(widest), notes=False) for widest in range(208, 36, -8)),
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


@dataclass(frozen=True, slots=True)
class _Size:
    """How wide all of a chip's words are: its name, its note, its number."""

    name: float
    note: float
    number: float


def place(chips: Sequence[Chip], width: float, fonts: ChainFonts) -> tuple[int, float]:
    """Set chips into rows, saying as much as fits; how many rows there are, and how long the links are."""
    measured = [(chip, _measured(chip, chip.title, fonts)) for chip in chips]
    fitting = (each for each in MANNERS if _set(measured, width, each) <= MOST_ROWS)
    manner = next(fitting, MANNERS[-1])
    for chip in chips:
        _word(chip, fonts, manner)
    worded = [(chip, _measured(chip, chip.name, fonts)) for chip in chips]
    return _set(worded, width, manner), manner.link


def _measured(chip: Chip, name_shown: str, fonts: ChainFonts) -> _Size:
    small = QFontMetricsF(fonts.small)
    name = QFontMetricsF(fonts.of(chip)).horizontalAdvance(name_shown)
    note = S + small.horizontalAdvance(chip.detail) if chip.detail else 0.0
    return _Size(name, note, small.horizontalAdvance(str(chip.number)))


def _set(measured: Sequence[tuple[Chip, _Size]], width: float, manner: Manner) -> int:
    """Give the chips their places; how many rows they have."""
    x, y, rows = float(M), float(S), 1
    for chip, size in measured:
        wide = _width(chip, size, manner)
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
    chip.name = chip.title
    if metrics.horizontalAdvance(chip.title) > widest:
        room = widest - metrics.horizontalAdvance(chip.tail)
        name = chip.title.removesuffix(chip.tail)
        chip.name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + chip.tail


def _width(chip: Chip, size: _Size, manner: Manner) -> float:
    done = chip.state == "done"
    if manner.numbers and done:
        return round(S + MARK + XS + size.number + S)
    name = min(size.name, manner.widest) if done else size.name
    note = size.note if manner.notes or not done else 0.0
    return round(S + MARK + XS + name + note + S) + 1.0
