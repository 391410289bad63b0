"""More test inputs out of a few: mutation by type, as in ClarifyGPT (arXiv:2310.10996).

Every mutation keeps the type of a value, and of what is inside it. Sets and dictionaries are gone through in
the order of their texts, so that the same seed gives the same inputs in every process.
"""

from __future__ import annotations

import math
import random
import string
from collections.abc import Callable, Sequence
from typing import Any

LONGEST = 200  # characters of a text, items of a container
ROUNDS = 20  # attempts for each further input before there are no more new ones
LETTERS = string.ascii_letters + string.digits + " "

Arguments = tuple[Any, ...]


def multiplied(seeds: Sequence[Arguments], most: int, chance: random.Random) -> list[Arguments]:
    """The seeds, each once, and mutants of them: at most `most` inputs in all, none twice.

    A mutant may be mutated further. Fewer come back when no new ones are found, as for a function without
    parameters.
    """
    found: dict[str, Arguments] = {}
    for seed in seeds:
        found.setdefault(literal(seed), seed)
    inputs = list(found.values())[:most]
    attempts = 0
    while inputs and len(inputs) < most and attempts < ROUNDS * most:
        attempts += 1
        mutant = mutated_arguments(chance.choice(inputs), chance)
        if literal(mutant) not in found:
            found[literal(mutant)] = mutant
            inputs.append(mutant)
    return inputs


def mutated_arguments(arguments: Arguments, chance: random.Random) -> Arguments:
    """The arguments with one of them mutated."""
    if not arguments:
        return arguments
    place = chance.randrange(len(arguments))
    return (*arguments[:place], mutated(arguments[place], chance), *arguments[place + 1 :])


def mutated(value: Any, chance: random.Random) -> Any:
    """A value of the same type that is a little different; what has no mutation stays as it is."""
    match value:
        case bool():
            return not value
        case int():
            return value + chance.choice((-1, 1))
        case float():
            return _float(value, chance)
        case str():
            return _text(value, chance)
        case list():
            return _items(value, chance)
        case tuple():
            return _tuple(value, chance)
        case set() | frozenset():
            return type(value)(_items(sorted(value, key=literal), chance))
        case dict():
            return _dictionary(value, chance)
        case _:
            return value


def _float(value: float, chance: random.Random) -> float:
    """Moved by less than 1, or scaled [ours: by up to a half each way]; rounded to stay readable [ours]."""
    if chance.random() < 0.5:
        return round(value + chance.uniform(-1, 1), 4)
    return round(value * (1 + chance.uniform(-0.5, 0.5)), 4)


def _text(text: str, chance: random.Random) -> str:
    """A character more, a character less, or a part of it twice."""
    place = chance.randint(0, len(text))
    # What the text is made of says more about what is allowed in it than the alphabet does [ours].
    letter = chance.choice(text if text and chance.random() < 0.7 else LETTERS)
    inserted = text[:place] + letter + text[place:]
    if not text:
        return inserted
    end = chance.randint(place, len(text))
    deleted = text[: max(0, place - 1)] + text[place:] if place else text[1:]
    repeated = text[:end] + text[place:end] + text[end:]
    return chance.choice((inserted, deleted, repeated))[:LONGEST]


def _items(items: Sequence[Any], chance: random.Random) -> list[Any]:
    """An item less, one twice, a new one, or a changed one."""
    if not items:
        return list(items)
    place = chance.randrange(len(items))
    item = items[place]
    changes: tuple[Callable[[], list[Any]], ...] = (
        lambda: [*items[:place], *items[place + 1 :]],
        lambda: [*items[:place], item, *items[place:]],
        lambda: [*items[:place], mutated(item, chance), *items[place:]],
        lambda: [*items[:place], mutated(item, chance), *items[place + 1 :]],
    )
    return chance.choice(changes)()[:LONGEST]


def _tuple(value: tuple[Any, ...], chance: random.Random) -> tuple[Any, ...]:
    """Like a list; but items of different types are fields of a record, of which one is changed [ours]."""
    if len({type(item) for item in value}) > 1:
        place = chance.randrange(len(value))
        return (*value[:place], mutated(value[place], chance), *value[place + 1 :])
    return tuple(_items(value, chance))


def _dictionary(value: dict[Any, Any], chance: random.Random) -> dict[Any, Any]:
    """An entry less, a new one, or one with a changed value."""
    if not value:
        return dict(value)
    key = chance.choice(sorted(value, key=literal))
    match chance.choice(("drop", "add", "change")):
        case "drop":
            return {name: item for name, item in value.items() if name != key}
        case "add" if len(value) < LONGEST:
            return {**value, mutated(key, chance): mutated(value[key], chance)}
        case _:
            return {**value, key: mutated(value[key], chance)}


def literal(value: object) -> str:
    """A value as Python source; sets in order, so that the same inputs are the same text everywhere."""
    match value:
        case set() | frozenset() if value:
            return "{" + ", ".join(sorted(map(literal, value))) + "}"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case tuple():
            return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
        case float() if not math.isfinite(value):
            return f"float('{value}')"
        case _:
            return repr(value)
