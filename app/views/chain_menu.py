"""Every round of a phase, and the phases within it, as a menu: each leads to its place in the transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from app.i18n import tr
from app.state.chain import ChainState, PhaseNode, Stretch
from app.views.transcript_content import duration

INDENT = "    "


@dataclass(frozen=True, slots=True)
class Place:
    """A phase that can be gone to: its identity, and its title with round and duration."""

    phase: str
    title: str


def places(chain: ChainState, stretch: Stretch, now: float) -> list[Place]:
    """What a stretch of the strip is made of, in the order of the beginnings, indented by depth."""
    return [
        Place(node.phase, f"{INDENT * depth}{_title(node)}  ·  {duration(chain.seconds(node.phase, now))}")
        for begun in stretch.rounds_begun
        for node, depth in _within(chain, begun, 0)
    ]


def phases_menu(found: list[Place], go: Callable[[str], None], parent: QWidget) -> QMenu:
    """The menu of these places; `go` gets the identity of the one that is chosen."""
    menu = QMenu(parent)
    menu.setAccessibleName(tr("Phases"))
    for place in found:
        menu.addAction(place.title.replace("&", "&&"), partial(go, place.phase))
    return menu


def _within(chain: ChainState, node: PhaseNode, depth: int) -> Iterator[tuple[PhaseNode, int]]:
    yield node, depth
    for inner in node.inner:
        yield from _within(chain, chain.phases[inner], depth + 1)


def _title(node: PhaseNode) -> str:
    return f"{node.name} {node.round}/{node.rounds}" if node.rounds > 1 else node.name
