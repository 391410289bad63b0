"""Strongly connected parts of a directed graph: what imports each other in a circle belongs together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


def circles(paths: Iterable[str], targets: Callable[[str], Iterable[str]]) -> Iterator[list[str]]:
    """The circles of the graph over `paths`, each sorted, what is imported before what imports it.

    A file in no circle is one of its own. `targets` may name others than `paths`, which are passed over. The
    order depends on the order of `paths` and on the graph alone (Tarjan, 1972, without recursion).
    """
    known = list(dict.fromkeys(paths))
    among = set(known)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    closed: set[str] = set()
    stack: list[str] = []

    def begin(path: str) -> tuple[str, Iterator[str]]:
        index[path] = low[path] = len(index)
        stack.append(path)
        return path, iter(sorted(target for target in targets(path) if target in among))

    for start in known:
        if start in index:
            continue
        walk = [begin(start)]
        while walk:
            path, remaining = walk[-1]
            target = next((target for target in remaining if target not in closed), None)
            if target is None:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[path])
                if low[path] == index[path]:
                    circle = stack[stack.index(path) :]
                    del stack[-len(circle) :]
                    closed.update(circle)
                    yield sorted(circle)
            elif target in index:
                low[path] = min(low[path], index[target])
            else:
                walk.append(begin(target))
