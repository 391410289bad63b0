"""Which parts of a fold changed since a view last looked."""

from __future__ import annotations

from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")

REMEMBERED = 4096
"""A log remembers at most so many changed keys; whoever looks more seldom starts afresh."""


class ChangeLog(Generic[KeyT]):
    """The changed keys in the order of their latest change; any number of readers.

    `revision` grows with every change. A log is no part of a fold's value: all logs are equal.
    """

    __slots__ = ("_at", "_forgotten", "revision")

    def __init__(self) -> None:
        self.revision = 0
        self._forgotten = 0
        self._at: dict[KeyT, int] = {}

    def touch(self, key: KeyT) -> None:
        """Note that `key` changed."""
        self.revision += 1
        self._at.pop(key, None)
        self._at[key] = self.revision
        if len(self._at) > REMEMBERED:
            oldest = next(iter(self._at))
            self._forgotten = self._at.pop(oldest)

    def since(self, revision: int) -> list[KeyT] | None:
        """The keys that changed after `revision`, latest first; None when that is too long ago to know."""
        if revision < self._forgotten:
            return None
        found: list[KeyT] = []
        for key in reversed(self._at):
            if self._at[key] <= revision:
                break
            found.append(key)
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChangeLog)

    def __hash__(self) -> int:
        return hash(ChangeLog)
