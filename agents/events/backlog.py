"""A team's backlog, and how the user changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

BacklogChange: TypeAlias = Literal["put", "remove", "move", "reopen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogItem:
    """A piece of work with its acceptance criteria; `sprint` is the last one that worked on it, or 0."""

    item: str
    title: str
    criteria: tuple[str, ...] = ()
    state: Literal["backlog", "sprint", "done"] = "backlog"
    sprint: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogChanged:
    """The whole backlog, as it is now. `taken` are the user's edits (by identity) that it takes up."""

    items: tuple[BacklogItem, ...]
    taken: tuple[str, ...] = ()
    kind: Literal["backlog_changed"] = "backlog_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogEdited:
    """The user changed the backlog; the team takes the change up at its next planning.

    `put` adds `item`, or replaces the title and criteria of the one with its identity; `remove` takes it out;
    `move` puts it before the item `before` (empty: last); `reopen` makes a done item open again.
    """

    edit: str
    change: BacklogChange
    item: BacklogItem
    before: str = ""
    kind: Literal["backlog_edited"] = "backlog_edited"
