"""The backlog of a team that works in sprints, and how the user's edits change it. Plain data, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.events import BacklogEdited, BacklogItem

Items = tuple[BacklogItem, ...]


def numbered(
    pieces: Iterable[tuple[str, Sequence[str]]], before: Sequence[BacklogItem] = ()
) -> tuple[BacklogItem, ...]:
    """Items from titles with their criteria; an item of `before` with the same title stays itself.

    New items get the next free numbers as identities. Pieces without a title and repeated ones are left out.
    """
    known = {item.title.casefold(): item for item in before}
    number = max((int(item.item) for item in before if item.item.isdigit()), default=0)
    items: dict[str, BacklogItem] = {}
    for title, criteria in pieces:
        plain = " ".join(title.split())
        if not plain or plain.casefold() in items:
            continue
        wanted = tuple(" ".join(criterion.split()) for criterion in criteria if criterion.strip())
        if (same := known.get(plain.casefold())) is not None:
            items[plain.casefold()] = replace(same, criteria=wanted or same.criteria)
        else:
            number += 1
            items[plain.casefold()] = BacklogItem(item=str(number), title=plain, criteria=wanted)
    return tuple(items.values())


def edited_backlog(items: Sequence[BacklogItem], edits: Iterable[BacklogEdited]) -> Items:
    """The backlog after the user's edits, in their order; an edit of an item that is gone changes nothing.

    What the team did meanwhile stays: an item that is edited while a sprint works on it keeps its state.
    """
    backlog = list(items)
    for edit in edits:
        at = next((at for at, item in enumerate(backlog) if item.item == edit.item.item), -1)
        match edit.change:
            case "put" if at < 0:
                backlog.append(replace(edit.item, state="backlog"))
            case "put":
                backlog[at] = replace(backlog[at], title=edit.item.title, criteria=edit.item.criteria)
            case "remove" if at >= 0:
                del backlog[at]
            case "reopen" if at >= 0:
                backlog[at] = replace(backlog[at], state="backlog")
            case "move" if at >= 0 and edit.before != edit.item.item:
                moved = backlog.pop(at)
                places = [at for at, item in enumerate(backlog) if item.item == edit.before]
                backlog.insert(places[0] if places else len(backlog), moved)
            case _:
                pass
    return tuple(backlog)


def edit_from(stored: Mapping[str, Any]) -> BacklogEdited:
    """An edit from plain data, as a step records it."""
    item = {**stored["item"], "criteria": tuple(stored["item"]["criteria"])}
    return BacklogEdited(**{**stored, "item": BacklogItem(**item)})


def planned(items: Sequence[BacklogItem], chosen: Iterable[str], sprint: int) -> Items:
    """The items named in `chosen` are in sprint `sprint`; what was in another one and is not done waits."""
    named = set(chosen)

    def settled(item: BacklogItem) -> BacklogItem:
        if item.item in named:
            return replace(item, state="sprint", sprint=sprint)
        return replace(item, state="backlog") if item.state == "sprint" else item

    return tuple(settled(item) for item in items)


def reviewed(items: Sequence[BacklogItem], done: Iterable[str]) -> Items:
    """After a sprint: its items named in `done` are done, its others wait again."""
    named = set(done)
    return tuple(
        replace(item, state="done" if item.item in named else "backlog") if item.state == "sprint" else item
        for item in items
    )


def named_items(items: Sequence[BacklogItem], named: Iterable[str]) -> tuple[str, ...]:
    """The identities of the items that a model named: by identity ("2", "#2", "2. Title") or by title."""
    found: dict[str, None] = {}
    by_title = {item.title.casefold(): item.item for item in items}
    known = {item.item for item in items}
    for name in named:
        plain = name.strip().lstrip("#").strip()
        first = plain.split(maxsplit=1)[0].rstrip(".:)") if plain else ""
        titled = plain.partition(" ")[2].lstrip("-–: ").casefold()
        for candidate in (plain, by_title.get(plain.casefold(), ""), first, by_title.get(titled, "")):
            if candidate in known:
                found[candidate] = None
                break
    return tuple(found)


def told(items: Iterable[BacklogItem]) -> str:
    """Items for a prompt: number, title, state where it is not open, and the acceptance criteria."""
    states = {"backlog": "", "sprint": "", "done": " (done)"}
    lines: list[str] = []
    for item in items:
        lines.append(f"{item.item}. {item.title}{states[item.state]}")
        lines += [f"   - {criterion}" for criterion in item.criteria]
    return "\n".join(lines) or "(empty)"
