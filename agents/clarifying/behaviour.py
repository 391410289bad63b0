"""Candidates grouped by what they do: the same on every input is the same reading of the task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.trials import Observation, alike

SHOWN_INPUTS = 4
LONGEST_SHOWN = 60  # characters of a call that is shown before shorter ones are preferred


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sampled program and what it did on the inputs, in their order."""

    code: str
    seen: tuple[Observation, ...]

    @property
    def works(self) -> bool:
        """It gave a value for some input; one that never does is broken, and no reading of anything."""
        return any(observation.kind == "value" for observation in self.seen)


@dataclass(frozen=True, slots=True)
class Behaviours:
    """The groups of candidates that behave alike, the largest first, over the inputs that count."""

    inputs: tuple[str, ...]
    groups: tuple[tuple[Candidate, ...], ...]
    places: tuple[int, ...]

    def clear(self, tolerated: int = 0) -> bool:
        """At most `tolerated` candidates do something else than the largest group."""
        return sum(len(group) for group in self.groups[1:]) <= tolerated

    def differing(self, most: int = SHOWN_INPUTS) -> list[tuple[str, tuple[str, ...]]]:
        """The inputs that tell the groups apart, with what each group does: the telling and short ones first.

        A pair of groups that none of them tells apart adds an input of its own, beyond `most` if need be.
        """
        rows = [(self.inputs[place], self._outcomes(place)) for place in self.places]
        telling = [row for row in rows if len(set(row[1])) > 1]
        telling.sort(key=lambda row: (-len(set(row[1])), len(row[0]) > LONGEST_SHOWN))
        shown = telling[:most]
        for first in range(len(self.groups)):
            for second in range(first):
                if not any(outcomes[first] != outcomes[second] for _, outcomes in shown):
                    shown += [row for row in telling if row[1][first] != row[1][second]][:1]
        return shown

    def _outcomes(self, place: int) -> tuple[str, ...]:
        """What each group does there; alike outcomes as the same text."""
        texts: list[str] = []
        observations = [group[0].seen[place] for group in self.groups]
        for index, observation in enumerate(observations):
            same = next((n for n in range(index) if alike(observations[n], observation)), None)
            texts.append(str(observation) if same is None else texts[same])
        return tuple(texts)


def compared(candidates: Sequence[Candidate], inputs: Sequence[str], trusted: int) -> Behaviours:
    """The candidates by their behaviour. The first `trusted` inputs come from a model or an example.

    A mutated input may lie outside of what the task allows: where any candidate fails on one, it does not
    count [ours]. Candidates that never give a value are left out.
    """
    working = [candidate for candidate in candidates if candidate.works]
    places = tuple(
        place
        for place in range(len(inputs))
        if place < trusted or all(candidate.seen[place].kind == "value" for candidate in working)
    )
    groups: list[list[Candidate]] = []
    for candidate in working:
        group = next((group for group in groups if _same(group[0], candidate, places)), None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    groups.sort(key=len, reverse=True)
    return Behaviours(tuple(inputs), tuple(map(tuple, groups)), places)


def _same(one: Candidate, other: Candidate, places: Sequence[int]) -> bool:
    return all(alike(one.seen[place], other.seen[place]) for place in places)


def as_table(rows: Sequence[tuple[str, Sequence[str]]], headings: Sequence[str]) -> str:
    """Differing behaviour as a Markdown table: an input a line, a reading a column."""
    lines = [
        f"| input | {' | '.join(map(_cell, headings))} |",
        f"|---|{'---|' * len(headings)}",
        *(f"| {_code(call)} | {' | '.join(map(_code, outcomes))} |" for call, outcomes in rows),
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    plain = _cell(text)
    bars = "``" if "`" in plain else "`"
    return f"{bars} {plain} {bars}" if "`" in plain else f"{bars}{plain}{bars}"
