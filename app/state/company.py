"""A company that is being edited: what can be undone, what is wrong where, and the rows of its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.companies import Company, Problem, Step, files_of, problems
from agents.companies.editing import Place

MOST_UNDONE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A step of the chain as it is shown; `level` 1 is a part of the composed phase above it.

    `talk` is who instructs whom, in at most so many `turns`; None for a composed phase, which has `cycles`.
    `on`: it is not left out. `problem` is what is wrong with the step or with what its phase says.
    """

    place: Place
    level: int
    name: str
    talk: tuple[str, str] | None
    cycles: int
    turns: int
    on: bool
    problem: str


class CompanyDraft:
    """A company with its past and future. A change with the `merge` of the one before is one with it."""

    def __init__(self, company: Company) -> None:
        self._past: list[Company] = []
        self._future: list[Company] = []
        self._saved = company
        self._merge = ""
        self.company = company

    def change(self, company: Company, merge: str = "") -> None:
        """Take another state."""
        if company == self.company:
            return
        if not merge or merge != self._merge:
            self._past = [*self._past[-MOST_UNDONE:], self.company]
        self._future = []
        self._merge = merge
        self.company = company

    def undo(self) -> None:
        """Go back by a change."""
        if self._past:
            self._future.append(self.company)
            self.company = self._past.pop()
            self._merge = ""

    def redo(self) -> None:
        """Take an undone change again."""
        if self._future:
            self._past.append(self.company)
            self.company = self._future.pop()
            self._merge = ""

    def saved(self, company: Company) -> None:
        """The company is kept as this one now."""
        self._saved = self.company = company
        self._merge = ""

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone change."""
        return bool(self._future)

    @property
    def changed(self) -> bool:
        """Whether the company is another one than the one that is kept."""
        return self.company != self._saved and files_of(self.company) != files_of(self._saved)

    def problems(self) -> list[Problem]:
        """What is wrong."""
        return problems(self.company)

    def rows(self) -> list[Row]:
        """The chain, one row a step, the parts of composed phases below them."""
        found = self.problems()
        rows: list[Row] = []
        for at, step in enumerate(self.company.chain):
            rows.append(self._row((at,), step, step.on, found))
            rows += [self._row((at, n), part, step.on, found) for n, part in enumerate(step.parts)]
        return rows

    def _row(self, place: Place, step: Step, on: bool, found: Sequence[Problem]) -> Row:
        phase = None if step.composed else self.company.phases.get(step.phase)
        return Row(
            place=place,
            level=len(place) - 1,
            name=step.phase,
            talk=(phase.instructor, phase.assistant) if phase else None,
            cycles=step.cycles if step.composed else 1,
            turns=1 if step.composed else step.most_turns,
            on=on,
            problem=self._problem(place, step, found) if on else "",
        )

    def _problem(self, place: Place, step: Step, found: Sequence[Problem]) -> str:
        own = [one for one in found if one.kind == "step" and one.name == str(place[0])]
        inner = f"Composition[{place[1]}]" if len(place) > 1 else ""
        for one in own:
            if (inner and inner in one.key) or (not inner and "Composition[" not in one.key):
                return one.sentence
        if step.composed:
            return ""
        return next((p.sentence for p in found if p.kind == "phase" and p.name == step.phase), "")


def drop_target(rows: Sequence[Row], source: Place, over: int, *, below: bool) -> int | None:
    """Where a dragged step goes, as `editing.moved` counts; None where it cannot be put.

    `over` is the row under the mouse (-1: below all), `below` its lower half. A step goes before or behind
    whole steps; a part stays within its composed phase.
    """
    if over < 0:
        target: Place = (max((row.place[0] for row in rows), default=0),)
        below = True
    else:
        target = rows[over].place
    if len(source) == 1:
        at = target[0] + (1 if below or len(target) > 1 else 0)
        return at - 1 if at > source[0] else at
    if target[0] != source[0]:
        return None
    at = target[1] + (1 if below else 0) if len(target) > 1 else 0
    return at - 1 if at > source[1] else at
