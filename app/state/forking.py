"""A second state that goes on by itself from where the first one is. No Qt.

A state has up to hundreds of thousands of parts that never change again: texts, complete messages, versions
of files. A fork shares those with its original and copies only what can still change, so that making one
costs milliseconds where a deep copy costs seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from copy import copy
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Protocol, TypeVar, runtime_checkable

from app.state.changes import ChangeLog

StateT = TypeVar("StateT")


@runtime_checkable
class Forkable(Protocol):
    """What knows better than `forked` which of its parts can still change."""

    def fork(self) -> Any:
        """A second one of the same value."""


def forked(value: StateT) -> StateT:
    """A second value of the same content: what happens to one of them does not happen to the other.

    Tuples and frozen dataclasses are taken to hold nothing that changes. The elements of a collection are of
    one kind: whether they can change is told by the first.
    """
    kind: Any = type(value)
    fork = _way(kind)
    return value if fork is None else fork(value)


@cache
def _way(kind: type) -> Callable[[Any], Any] | None:
    """How a value of this kind is forked; None when it is shared."""
    if issubclass(kind, list):
        return _list
    if issubclass(kind, dict):
        return _dict
    if issubclass(kind, (set, deque)):
        return copy
    if issubclass(kind, ChangeLog):
        return lambda _: ChangeLog()  # whoever is shown another state starts afresh
    if issubclass(kind, Forkable):
        return kind.fork
    if is_dataclass(kind) and not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return _dataclass
    return None


def _list(value: list[Any]) -> list[Any]:
    fork = _way(value[0].__class__) if value else None
    return value.copy() if fork is None else [fork(element) for element in value]


def _dict(value: dict[Any, Any]) -> dict[Any, Any]:
    fork = _way(next(iter(value.values())).__class__) if value else None
    return value.copy() if fork is None else {key: fork(element) for key, element in value.items()}


def _dataclass(value: Any) -> Any:
    made = copy(value)
    for name in _names(value.__class__):
        setattr(made, name, forked(getattr(value, name)))
    return made


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
