"""Finding things by a few of their letters. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

ItemT = TypeVar("ItemT")
WHOLE, BEGINNING, WORD, INSIDE, SCATTERED = 1000, 400, 300, 150, 20
"""What a word is worth that is the whole text, its beginning, a word's beginning, a part, its letters."""


@dataclass(frozen=True, slots=True)
class Hit:
    """How well a text fits (the more the better), and where its letters were found, in ascending order."""

    score: float
    places: tuple[int, ...]


def match(query: str, text: str) -> Hit | None:
    """How `text` fits the words of `query`, each found whole or letter by letter; None if one is not.

    An empty query fits everything alike.
    """
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that is folded into two, such as ß, would shift the places
        folded = text.lower() if len(text.lower()) == len(text) else text
    score, places = 0.0, set[int]()
    for word in query.casefold().split():
        hit = _word(word, folded, text)
        if hit is None:
            return None
        score += hit.score
        places.update(hit.places)
    return Hit(score - 0.2 * len(text) if query.strip() else 0.0, tuple(sorted(places)))


def best(query: str, items: Iterable[ItemT], text: Callable[[ItemT], str], most: int) -> list[ItemT]:
    """The `most` items that fit best, the best first; equal ones stay in their order."""
    found = [(hit.score, item) for item in items if (hit := match(query, text(item))) is not None]
    found.sort(key=lambda pair: -pair[0])
    return [item for _, item in found[:most]]


def _word(word: str, folded: str, text: str) -> Hit | None:
    at = folded.find(word)
    if at >= 0:
        starts = [place for place in _occurrences(word, folded) if _begins_word(text, place)]
        at = starts[0] if starts else at
        worth = WHOLE if word == folded else BEGINNING if at == 0 else WORD if starts else INSIDE
        return Hit(worth + 2.0 * len(word) - 0.1 * at, tuple(range(at, at + len(word))))
    return _letters(word, folded, text)


def _occurrences(word: str, folded: str) -> Iterable[int]:
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + 1)


def _letters(word: str, folded: str, text: str) -> Hit | None:
    """The letters of `word` in their order; those that begin words count more, gaps less."""
    places: list[int] = []
    at = 0
    for letter in word:
        here = list(_occurrences(letter, folded[at:]))
        if not here:
            return None
        starts = [at + place for place in here if _begins_word(text, at + place)]
        rest = word[len(places) + 1 :]
        place = next((start for start in starts if _fits(rest, folded, start + 1)), at + here[0])
        places.append(place)
        at = place + 1
    initials = sum(10 for place in places if _begins_word(text, place))
    gaps = places[-1] - places[0] + 1 - len(word)
    return Hit(SCATTERED + initials - 0.5 * gaps, tuple(places))


def _fits(letters: str, folded: str, at: int) -> bool:
    for letter in letters:
        at = folded.find(letter, at) + 1
        if not at:
            return False
    return True


def _begins_word(text: str, place: int) -> bool:
    """Whether a word begins at `place`: after a blank or a sign, or with a capital after a small letter."""
    if place == 0:
        return True
    before, here = text[place - 1], text[place]
    return not before.isalnum() or (before.islower() and here.isupper())
