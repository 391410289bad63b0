"""How the stored runs are arranged: as trees of branches, or as what a search found. No Qt."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from agents.store.rows import RunRow, SearchHit

FEW_HITS = 3
"""So many messages are shown under a run before one asks for all of them."""


@dataclass(slots=True, eq=False)
class Node:
    """A line of the list: a run, with `hit` a message of it, with `more` what leads to so many more."""

    row: RunRow
    hit: SearchHit | None = None
    more: int = 0
    parent: Node | None = None
    place: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def is_run(self) -> bool:
        """Whether the line stands for the run itself."""
        return self.hit is None and not self.more

    def add(self, child: Node) -> None:
        """Put a line below this one."""
        child.parent, child.place = self, len(self.children)
        self.children.append(child)

    def key(self) -> tuple[int, int, int, int]:
        """What the line is, whatever its run is doing."""
        return (
            self.row.id,
            self.hit.seq if self.hit else 0,
            self.more,
            self.parent.row.id if self.parent else 0,
        )


def branches(rows: Sequence[RunRow]) -> list[Node]:
    """The runs as trees: each below the run that it branched off, where that is in the list too.

    Trees stand in the order of their newest run, branches as well, the newest first.
    """
    nodes = {row.id: Node(row) for row in sorted(rows, key=lambda row: row.id)}
    newest = dict.fromkeys(nodes, 0)
    for number in reversed(nodes):  # a branch is younger than what it branched off
        newest[number] = max(newest[number], number)
        above = nodes[number].row.branched_from
        if above in nodes:
            newest[above] = max(newest[above], newest[number])
    roots: list[Node] = []
    for number in sorted(nodes, key=lambda number: (-newest[number], number)):
        node = nodes[number]
        above = node.row.branched_from
        if above in nodes and above < number:
            nodes[above].add(node)
        else:
            node.place = len(roots)
            roots.append(node)
    return roots


def found(
    rows: Sequence[RunRow], words: str, hits: Sequence[SearchHit], unfolded: Set[int] = frozenset()
) -> list[Node]:
    """The runs whose name, idea or model has all of `words`, and those with `hits`; the newest first.

    Below each run are its hits: a few of them, or all where the run is in `unfolded`.
    """
    wanted = words.casefold().split()
    of_run: dict[int, list[SearchHit]] = {}
    for hit in hits:
        of_run.setdefault(hit.run, []).append(hit)
    roots: list[Node] = []
    for row in sorted(rows, key=lambda row: -row.id):
        text = f"{row.project_name} {row.idea} {row.model}".casefold()
        said = sorted(of_run.get(row.id, ()), key=lambda hit: hit.seq)
        if not said and not all(word in text for word in wanted):
            continue
        run = Node(row, place=len(roots))
        roots.append(run)
        shown = said if row.id in unfolded or len(said) <= FEW_HITS + 1 else said[:FEW_HITS]
        for hit in shown:
            run.add(Node(row, hit))
        if len(said) > len(shown):
            run.add(Node(row, more=len(said) - len(shown)))
    return roots


def flattened(roots: Sequence[Node]) -> list[Node]:
    """All lines from top to bottom."""
    lines: list[Node] = []
    waiting = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        lines.append(node)
        waiting.extend(reversed(node.children))
    return lines
