"""Reviews of a program: of the whole by one reviewer, or of its parts by several at the same time.

A large program is parted by its code graph, so that each reviewer reads less; that pays where several
machines read (`Run.parts_at_once`). Each names at most as many findings as a reviewer of the whole [ours].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agents.agent import Agent
from agents.development.branches import Colleagues
from agents.development.parting import parts_of
from agents.development.work import MOST_FINDINGS, review, sources
from agents.prompts import Prompt
from agents.run import Run
from agents.together import together

ReviewPrompt: TypeAlias = Callable[[Agent, Sequence[str], str], Prompt]
"""The prompt of a review for its reader, about these files, with these words about the reader's part."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was found, each once; `most` is how much one reviewer found."""

    findings: tuple[str, ...]
    most: int


async def reviewed(
    run: Run,
    programmer: Agent,
    reviewers: Colleagues,
    focus: Sequence[str],
    prompt: ReviewPrompt,
    at_once: int,
) -> Reviewed:
    """The review of the files of `focus` (of all where it is empty) in at most `at_once` parts."""
    parts = parts_of(sources(run), run.graph, focus, at_once) if at_once > 1 else []
    if len(parts) < 2:
        found = await review(programmer, reviewers.first, prompt(reviewers.first, focus, ""))
        return Reviewed(tuple(found), len(found))
    team = reviewers.take(len(parts))

    async def one(number: int, reviewer: Agent, part: Sequence[str]) -> list[str]:
        async with run.phase(
            "part", "Part", round=number, rounds=len(parts), instructor=programmer, assistant=reviewer
        ) as phase:
            words = run.prompts("review_part", mine=", ".join(part))
            found = await review(programmer, reviewer, prompt(reviewer, part, words))
            found = list(dict.fromkeys(found))[:MOST_FINDINGS]
            phase.conclude("; ".join(found) or "Nothing left to mend.")
            return found

    works = [one(number, *work) for number, work in enumerate(zip(team, parts, strict=True), 1)]
    each = await together(works, at_once)
    merged: dict[str, str] = {}
    for found in each:
        for finding in found:
            merged.setdefault(finding.casefold(), finding)
    return Reviewed(tuple(merged.values()), max(map(len, each)))
