"""What keeping the code graph up to date costs: `python -m tests.benchmarks.bench_codegraph [--files N]`.

A generated project of packages is changed in one file, at its leaves and at what everything imports. Prints
each update beside its limit and beside building the graph anew in the same run. Exit code 1 when a limit is
missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

from agents.codegraph import CodeGraph

LIMIT = 50.0
ROUNDS = 9
_PYTHON = '''"""Module {n}."""

from __future__ import annotations

import json
from pkg{a}.m{a} import Thing{a}, work{a}
from pkg{b} import m{b}


class Thing{n}(Thing{a}):
    """The thing {n}."""

    def __init__(self, size: int = {n}) -> None:
        self.size = size

    def grow(self, by: int) -> int:
        """Grow and tell."""
        self.size += by + m{b}.work{b}(by)
        return self.size


def work{n}(value: int) -> int:
    """Do a part of the work."""
    return work{a}(value) + {n} if value > {n} else value
'''
_SCRIPT = """import {{ work{a} }} from '../web{a}/m{a}.js';
export class View{n} {{ show(x) {{ return work{a}(x); }} }}
export function work{n}(x) {{ return x + {n}; }}
"""


def project(count: int) -> dict[str, str]:
    """`count` files, four of five of them Python; each imports two of those before it."""
    files: dict[str, str] = {}
    for n in range(count):
        a, b = n // 2, n // 3
        if n % 5 == 4:
            scripted = a - a % 5 + (4 if a % 5 == 4 else -1)
            files[f"web{n}/m{n}.js"] = _SCRIPT.format(n=n, a=max(scripted, 4))
        else:
            python = [x - 1 if x % 5 == 4 else x for x in (a, b)]
            files[f"pkg{n}/__init__.py"] = ""
            files[f"pkg{n}/m{n}.py"] = _PYTHON.format(n=n, a=python[0], b=python[1])
    return files


def milliseconds(graph: CodeGraph, files: dict[str, str], path: str, added: str) -> float:
    """The middle time of an update after one file was changed, over some rounds."""
    times = []
    for number in range(ROUNDS):
        changed = {**files, path: f"{files[path]}{added.format(n=number)}"}
        begun = time.perf_counter()
        graph.update(changed)
        times.append((time.perf_counter() - begun) * 1000)
    graph.update(files)
    return statistics.median(times)


def main() -> int:
    """Measure and print; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    files = project(parser.parse_args().files)
    begun = time.perf_counter()
    graph = CodeGraph(files)
    whole = (time.perf_counter() - begun) * 1000
    last = next(path for path in reversed(files) if path.endswith(".py") and "__init__" not in path)
    script = next(path for path in reversed(files) if path.endswith(".js"))
    figures = {
        "a body of a file that nobody imports": (last, "\n# {n}\n"),
        "a script": (script, "\nexport const added{n} = 1;\n"),
        "a new name in what most import in the end": ("pkg0/m0.py", "\ndef added{n}(): ...\n"),
    }
    missed = False
    for what, (path, added) in figures.items():
        took = milliseconds(graph, files, path, added)
        missed |= took > LIMIT
        mark = "MISS" if took > LIMIT else "ok  "
        print(f"{mark} {what:<44} {took:8.1f} ms   limit ≤ {LIMIT:.0f} ms   anew {whole:8,.0f} ms")  # noqa: T201
    begun = time.perf_counter()
    affected = len(graph.affected(["pkg0/m0.py"]))
    took = (time.perf_counter() - begun) * 1000
    print(f"     what pkg0/m0.py affects: {affected:,} files in {took:.1f} ms")  # noqa: T201
    print(f"     {len(files):,} files, {sum(map(len, files.values())):,} characters")  # noqa: T201
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
