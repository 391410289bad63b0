"""A tidy drawing of a tree of cards, in time linear in their number.

As in Reingold and Tilford's tidy trees (IEEE TSE, 1981) a manager stands centred above its team, teams never
overlap, and equal teams are drawn alike. Unlike there, a team may also be wrapped into rows or set as an
indented list below its manager, because a company of a thousand in one row of cards cannot be read: `fitting`
chooses what comes out largest in a given room. Lengths are logical pixels at a scale of 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Team: TypeAlias = Mapping[str, Sequence[str]]

CARD_WIDTH, CARD_HEIGHT = 216.0, 64.0
GAP_X, GAP_Y = 16.0, 28.0
LIST_GAP, INDENT = 8.0, 24.0
TRUNK = 12.0
ENDLESS = 1e9
LARGE = 400


@dataclass(frozen=True, slots=True)
class Style:
    """How teams are set: rows of at most `limit` pixels; `lists`: a team without inner teams as a list.

    `worth` weighs the scale that it reaches: wrapped rows are harder to read than others.
    """

    limit: float = ENDLESS
    lists: bool = False
    worth: float = 1.0


STYLES: tuple[Style, ...] = (
    Style(),
    Style(lists=True),
    *(
        Style(count * (CARD_WIDTH + GAP_X), lists, worth=0.8)
        for count in (64, 40, 28, 18, 12, 7, 4, 3, 2)
        for lists in (False, True)
    ),
    Style(0.0, lists=True),
)
"""What `fitting` tries, the most classical drawing first."""


@dataclass(slots=True)
class Layout:
    """Top left corners of the cards, and for each agent the line from its manager to it."""

    cards: dict[str, Point] = field(default_factory=dict)
    edges: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0

    def scale_in(self, width: float, height: float) -> float:
        """The scale at which it just fits into a room."""
        if not self.width or not self.height:
            return 1.0
        return min(width / self.width, height / self.height)


@dataclass(slots=True)
class _Block:
    """The room of an agent with its whole team; `card` is the card's distance from the left edge.

    `rows` are the members of the team row by row; None: the team is a list.
    """

    width: float = CARD_WIDTH
    height: float = CARD_HEIGHT
    card: float = 0.0
    rows: list[list[str]] | None = None


def fitting(heads: Sequence[str], team: Team, width: float, height: float) -> Layout:
    """The drawing that is largest, up to a scale of 1, in a room of `width` x `height`."""
    order = _top_down(heads, team)
    styles = STYLES if len(order) <= LARGE else STYLES[:10]
    best: tuple[float, dict[str, _Block]] | None = None
    for style in styles:
        blocks = _measure(order, team, style)
        all_width, all_height = _extent(heads, blocks)
        scale = min(1.0, width / all_width, height / all_height) if heads else 1.0
        if best is None or scale * style.worth > best[0] * 1.02:
            best = (scale * style.worth, blocks)
        if best[0] >= 1.0:
            break
    return _place(heads, team, best[1] if best else {})


def tidy(heads: Sequence[str], team: Team, style: Style = STYLES[0]) -> Layout:
    """The drawing in one style. `team` gives the members of each agent's team, in order."""
    return _place(heads, team, _measure(_top_down(heads, team), team, style))


def _top_down(heads: Sequence[str], team: Team) -> list[str]:
    """Every agent, managers before their teams."""
    order = list(heads)
    for agent in order:  # grows while it is read
        order.extend(team.get(agent, ()))
    return order


def _extent(heads: Sequence[str], blocks: Mapping[str, _Block]) -> tuple[float, float]:
    width = sum(blocks[head].width for head in heads) + GAP_X * max(0, len(heads) - 1)
    return width, max((blocks[head].height for head in heads), default=0.0)


def _measure(order: Sequence[str], team: Team, style: Style) -> dict[str, _Block]:
    """The block of every agent, teams before their managers."""
    blocks: dict[str, _Block] = {}
    alone = _Block()
    for agent in reversed(order):
        members = team.get(agent, ())
        if not members:
            blocks[agent] = alone
        elif _as_list(members, team, style):
            blocks[agent] = _listed(members, blocks)
        else:
            blocks[agent] = _in_rows(members, blocks, style.limit)
    return blocks


def _as_list(members: Sequence[str], team: Team, style: Style) -> bool:
    if not style.limit:
        return True
    return style.lists and 1 < len(members) <= 12 and not any(team.get(member) for member in members)


def _listed(members: Sequence[str], blocks: Mapping[str, _Block]) -> _Block:
    width = INDENT + max(blocks[member].width for member in members)
    height = CARD_HEIGHT + sum(LIST_GAP + blocks[member].height for member in members)
    return _Block(width, height)


def _in_rows(members: Sequence[str], blocks: Mapping[str, _Block], limit: float) -> _Block:
    rows: list[list[str]] = [[]]
    used = widest = 0.0
    for member in members:
        width = blocks[member].width
        if rows[-1] and used + GAP_X + width > limit:
            rows.append([])
            used = 0.0
        used += width + (GAP_X if rows[-1] else 0.0)
        rows[-1].append(member)
        widest = max(widest, used)
    trunk = TRUNK if len(rows) > 1 else 0.0
    height = CARD_HEIGHT + sum(GAP_Y + max(blocks[member].height for member in row) for row in rows)
    width = trunk + widest
    return _Block(width, height, _card_above(rows[0], blocks, trunk, width), rows)


def _card_above(row: Sequence[str], blocks: Mapping[str, _Block], left: float, width: float) -> float:
    """Where a manager's card stands: centred between the first and the last card below it."""
    first, last = blocks[row[0]], blocks[row[-1]]
    whole = sum(blocks[member].width for member in row) + GAP_X * (len(row) - 1)
    middle = left + (first.card + whole - last.width + last.card) / 2
    return min(max(0.0, middle), width - CARD_WIDTH)


def _place(heads: Sequence[str], team: Team, blocks: Mapping[str, _Block]) -> Layout:
    layout = Layout()
    layout.width, layout.height = _extent(heads, blocks) if heads else (0.0, 0.0)
    open_blocks: list[tuple[str, float, float]] = []
    left = 0.0
    for head in heads:
        open_blocks.append((head, left, 0.0))
        left += blocks[head].width + GAP_X
    while open_blocks:
        agent, left, top = open_blocks.pop()
        block = blocks[agent]
        layout.cards[agent] = (left + block.card, top)
        if block.rows is not None:
            open_blocks.extend(_place_rows(layout, agent, block.rows, blocks, left, top))
        elif members := team.get(agent, ()):
            open_blocks.extend(_place_list(layout, members, blocks, left, top))
    return layout


def _place_list(
    layout: Layout, members: Iterable[str], blocks: Mapping[str, _Block], left: float, top: float
) -> list[tuple[str, float, float]]:
    placed: list[tuple[str, float, float]] = []
    trunk, bottom = left + INDENT / 2, top + CARD_HEIGHT
    y = bottom + LIST_GAP
    for member in members:
        block = blocks[member]
        middle = y + CARD_HEIGHT / 2
        layout.edges[member] = (
            (trunk, bottom),
            (trunk, middle),
            (left + INDENT + block.card, middle),
        )
        placed.append((member, left + INDENT, y))
        y += block.height + LIST_GAP
    return placed


def _place_rows(
    layout: Layout,
    agent: str,
    rows: Sequence[Sequence[str]],
    blocks: Mapping[str, _Block],
    left: float,
    top: float,
) -> list[tuple[str, float, float]]:
    placed: list[tuple[str, float, float]] = []
    center, bottom = left + blocks[agent].card + CARD_WIDTH / 2, top + CARD_HEIGHT
    trunk = TRUNK if len(rows) > 1 else 0.0
    y, first_bus = bottom + GAP_Y, bottom + GAP_Y / 2
    for number, row in enumerate(rows):
        x = left + trunk
        bus = y - GAP_Y / 2
        start: tuple[Point, ...] = ((center, bottom), (center, first_bus))
        if number:
            start = (*start, (left, first_bus), (left, bus))
        for member in row:
            block = blocks[member]
            middle = x + block.card + CARD_WIDTH / 2
            layout.edges[member] = (*start, (middle, bus), (middle, y))
            placed.append((member, x, y))
            x += block.width + GAP_X
        y += max(blocks[member].height for member in row) + GAP_Y
    return placed
