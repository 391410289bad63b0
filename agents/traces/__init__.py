"""What programs print when they fail, read down to the project's own files."""

from __future__ import annotations

from collections.abc import Iterable

from agents.traces.compiled import compiled_traces
from agents.traces.node import node_traces
from agents.traces.place import OwnPaths, Place, Trace
from agents.traces.python import python_traces

__all__ = ["OwnPaths", "Place", "Trace", "read_traces"]

MOST = 200_000  # characters that are read: the end of a longer text, where a program says why it ended
LINE = 1000  # characters of a line that are read


def read_traces(text: str, paths: Iterable[str]) -> list[Trace]:
    """Every error that `text` tells of, in its order by language; `paths` are the project's files.

    Python's tracebacks (chained, of syntax errors, in pytest's form, of faulthandler), Node's stacks, panics
    and compile errors of Go, errors of gcc and clang, stacks and compile errors of Java. Never raises.
    """
    own = OwnPaths(paths)
    plain = "\n".join(line[:LINE] for line in text[-MOST:].splitlines())
    return [*python_traces(plain, own), *node_traces(plain, own), *compiled_traces(plain, own)]
