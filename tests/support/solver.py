"""A scripted programmer for function-sized tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.support.ollama.scripted import ChatCall, Scripted

ADD = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"
TASK = "Write a function add(a, b).\nadd(1, 2) -> 3\nadd(0, 0) -> 0\n"


def written(code: str) -> str:
    """A reply with a module."""
    return f"Here it is.\n\nsolution.py\n```python\n{code}```\n"


def programmer(*codes: str) -> Callable[[ChatCall], Scripted]:
    """Replies with each code in turn, the last one again and again."""
    return saying([written(code) for code in codes])


def saying(texts: Sequence[str]) -> Callable[[ChatCall], Scripted]:
    """Replies with each text in turn, the last one again and again."""
    left = list(texts)
    return lambda call: Scripted(left.pop(0) if len(left) > 1 else left[0])
