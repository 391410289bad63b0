"""Is a project's idea clear? Readers who do not see each other say how they understand it [ours].

ClarifyGPT (arXiv:2310.10996) compares solutions of a function. For a project, n readers write down the
decisions that the idea leaves open, each as topic and choice. Where all decide the same, nothing is asked;
what they disagree on is asked, with the readings as options, the most disputed first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.agent import Agent
from agents.clarifying.forms import Disagreements, ProjectReading
from agents.clarifying.options import ClarifyOptions
from agents.contracts import Sampling, Task
from agents.errors import ReplyDoesNotFit
from agents.events import Reading
from agents.run import Run
from agents.together import together

SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Point:
    """A disputed question with its readings, the most usual first."""

    question: str
    readings: tuple[Reading, ...]


@dataclass(slots=True)
class ProjectClarification:
    """The people at work on one idea."""

    run: Run
    options: ClarifyOptions
    lead: Agent
    analyst: Agent

    async def carry_out(self, task: Task) -> Task:
        """The task, with what was asked and answered behind its idea."""
        async with self.run.phase(
            "clarification", "Clarification", instructor=self.lead, assistant=self.analyst
        ) as phase:
            found = await self._readings(task)
            points = await self._points(task, found) if len(found) > 1 and not same(found) else []
            if not points:
                phase.conclude("The idea is clear: the readers understand it alike.")
                return task
            decided = [await self._ask(point) for point in points[: self.options.questions]]
            if left := len(points) - len(decided):
                self.run.notice(f"{left} less disputed questions were not asked.")
            phase.conclude("\n".join(decided))
        return replace(task, idea="\n".join([task.idea, "", "Decided with the customer:", *decided]))

    async def _readings(self, task: Task) -> list[ProjectReading]:
        """How each reader understands the idea."""
        asked = self.run.prompts.in_full("reading", idea=task.idea)
        readers = [
            (self.run.hire("Reader", self.lead), self.run.random.randrange(SEEDS))
            for _ in range(self.options.samples)
        ]

        async def read(reader: Agent, seed: int) -> ProjectReading | None:
            reader.hear(self.lead, asked)
            try:
                sampling = Sampling(self.options.temperature, seed)
                return await reader.fill(self.lead.path, ProjectReading, sampling=sampling)
            except ReplyDoesNotFit:
                return None

        read_so = await together([read(reader, seed) for reader, seed in readers], self.run.at_once)
        found = [reading for reading in read_so if reading is not None and reading.decisions]
        if lost := len(read_so) - len(found):
            self.run.notice(
                f"{lost} of {len(read_so)} readings could not be used and are left out.", "warning"
            )
        return found

    async def _points(self, task: Task, found: Sequence[ProjectReading]) -> list[Point]:
        """What the readers disagree on, the most disputed first."""
        told = "\n\n".join(f"Reader {number}:\n{one.shown()}" for number, one in enumerate(found, 1))
        self.analyst.forget()
        self.analyst.hear(self.lead, self.run.prompts.in_full("compare", idea=task.idea, readings=told))
        disagreements = await self.analyst.fill(self.lead.path, Disagreements)
        points = [disputed(point, len(found), self.options.readings) for point in disagreements.points]
        real = [point for point in points if point is not None]
        return sorted(real, key=lambda point: point.readings[0].held_by)

    async def _ask(self, point: Point) -> str:
        """One line with the question and what was decided."""
        meanings = [reading.meaning for reading in point.readings]
        answer = await self.run.ask_user(
            self.analyst, point.question, options=meanings, readings=point.readings
        )
        if answer.text.strip():
            return f"- {point.question} {answer.text.strip()}"
        if answer.by == "later":
            self.run.meanwhile.expect_decision(self.analyst.last_key("?"), point.question)
        self.run.notice(f"The team decides as most readers did: {meanings[0]}")
        return f"- {point.question} {meanings[0]} (decided by the team)"


def same(readings: Sequence[ProjectReading]) -> bool:
    """Whether all readings have the same decisions word for word, but for case, spaces and full stops."""
    plain = [
        frozenset((_plain(found.topic), _plain(found.choice)) for found in reading.decisions)
        for reading in readings
    ]
    return len(set(plain)) == 1


def disputed(point: Disagreements.Point, readers: int, most: int) -> Point | None:
    """A point as it is asked; None when fewer than two readings of it are held by anyone.

    A reader counts for the first reading that names them; numbers of nobody are left out.
    """
    taken: set[int] = set()
    held: dict[str, int] = {}
    names: dict[str, str] = {}
    for choice in point.choices:
        own = {number for number in choice.readers if 1 <= number <= readers} - taken
        taken |= own
        name = " ".join(choice.choice.split())
        if own and name:
            names.setdefault(_plain(name), name)
            held[_plain(name)] = held.get(_plain(name), 0) + len(own)
    if len(held) < 2 or not point.question.strip():
        return None
    ordered = sorted(held, key=lambda plain: -held[plain])[:most]
    return Point(point.question.strip(), tuple(Reading(names[plain], held[plain]) for plain in ordered))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
