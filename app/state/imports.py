"""The import graph of the project as rows of cards: what is imported stands below what imports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.codegraph import circles, edges, is_code

WIDEST = 8
"""So many cards stand in one row at most."""
SWEEPS = 4


@dataclass(frozen=True, slots=True)
class ImportGraph:
    """`rows` of paths from the top; `links` (importer, imported); `circular` are those links of a circle."""

    rows: tuple[tuple[str, ...], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    circular: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    @property
    def paths(self) -> list[str]:
        """All files, row by row."""
        return [path for row in self.rows for path in row]

    def imports(self, path: str) -> list[str]:
        """What a file imports."""
        return [target for source, target in self.links if source == path]

    def importers(self, path: str) -> list[str]:
        """Who imports a file."""
        return [source for source, target in self.links if target == path]


def import_graph(files: Mapping[str, str]) -> ImportGraph:
    """The graph of the code among the files (path → text); an empty `__init__.py` is left out."""
    shown = {
        path for path, text in files.items() if is_code(path) and (text.strip() or not _marks_package(path))
    }
    graph = {
        path: sorted(target for target in targets if target in shown)
        for path, targets in sorted(edges(files).items())
        if path in shown
    }
    group = _circles(graph)
    depth = _depths(graph, group)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for path in graph:
        rows[depth[path]].append(path)
    links = tuple((source, target) for source, targets in graph.items() for target in targets)
    return ImportGraph(
        rows=_broken(_ordered(rows, graph)),
        links=links,
        circular=frozenset(link for link in links if group[link[0]] == group[link[1]]),
    )


def _marks_package(path: str) -> bool:
    return path.rpartition("/")[2] == "__init__.py"


def _circles(graph: Mapping[str, list[str]]) -> dict[str, int]:
    """The number of the circle that each file is part of, what is imported before what imports it."""
    found = enumerate(circles(graph, graph.__getitem__))
    return {path: number for number, circle in found for path in circle}


def _depths(graph: Mapping[str, list[str]], group: Mapping[str, int]) -> dict[str, int]:
    """The longest way from the top to each file; the files of a circle stand in one row.

    What is imported has the smaller number, so one pass from the last circle is enough.
    """
    depth = dict.fromkeys(group.values(), 0)
    members: dict[int, list[str]] = {}
    for path, number in group.items():
        members.setdefault(number, []).append(path)
    for number in reversed(list(members)):
        for path in members[number]:
            for target in graph[path]:
                if group[target] != number:
                    depth[group[target]] = max(depth[group[target]], depth[number] + 1)
    return {path: depth[number] for path, number in group.items()}


def _ordered(rows: list[list[str]], graph: Mapping[str, list[str]]) -> list[list[str]]:
    """Each row sorted by the middle of its neighbours, down and up, so that fewer lines cross."""
    neighbours: dict[str, list[str]] = {path: list(targets) for path, targets in graph.items()}
    for path, targets in graph.items():
        for target in targets:
            neighbours[target].append(path)
    place = _places(rows)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            middles = {path: _middle(path, neighbours[path], place) for path in row}
            row.sort(key=lambda path: (middles[path], path))
            place |= _places([row])
    return rows


def _places(rows: list[list[str]]) -> dict[str, float]:
    """How far right each file stands in its row, from 0 to 1."""
    return {path: (number + 0.5) / len(row) for row in rows for number, path in enumerate(row)}


def _middle(path: str, neighbours: list[str], place: Mapping[str, float]) -> float:
    if not neighbours:
        return place[path]
    return sum(place[other] for other in neighbours) / len(neighbours)


def _broken(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows that are too wide become several of nearly equal width."""
    made: list[tuple[str, ...]] = []
    for row in rows:
        parts = -(-len(row) // WIDEST)
        width = -(-len(row) // parts) if parts else 0
        made += [tuple(row[start : start + width]) for start in range(0, len(row), width or 1)]
    return tuple(made)
