"""A company's chain at work: who takes part, what each phase is told, and how phases follow one another.

Phases that have code of their own in ChatDev (arXiv:2307.07924) are in `chain_phases`; every other name runs
here, as a talk of two agents. The imported template stands first, then what Troupe must add so that it can
read the reply: the form of files, or that a typed form takes the place of a line with `<INFO>` [ours].
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.agent import Agent
from agents.companies import Company, Phase, Step
from agents.companies.templates import fill
from agents.contracts import Task
from agents.development.briefing import Briefing
from agents.development.deciding import Deciding
from agents.development.forms import ErrorSummary
from agents.development.work import code_for, sources
from agents.development.writing import how_to_write
from agents.prompts import Code, Prompt
from agents.run import Run
from agents.shortening import shortened
from agents.talk import Decisions, TalkTurn
from agents.testing import Check

HEAD, COUNSELOR, REFINER = "Chief Executive Officer", "Counselor", "Prompt Engineer"
_TECHNOLOGY = "Chief Technology Officer"
_MANAGERS = {
    "Chief Product Officer": HEAD,
    _TECHNOLOGY: HEAD,
    "Chief Human Resource Officer": HEAD,
    "Chief Creative Officer": HEAD,
    COUNSELOR: HEAD,
    "Programmer": _TECHNOLOGY,
    "Code Reviewer": _TECHNOLOGY,
    "Software Test Engineer": _TECHNOLOGY,
}
UNCHANGED = "Nothing was changed."
_LONGEST_IDEA = 1500  # characters of a conclusion that go on to later phases
_BULKY = re.compile(r"\{codes\}|\{test_reports\}")


class PhaseTalk(TalkTurn):
    """The turns of a talk about whatever a phase is about."""


@dataclass(slots=True)
class Chain:
    """A company at work on one task. `values` are the templates' fields as far as they are known."""

    run: Run
    task: Task
    company: Company
    values: dict[str, str] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions)
    agents: dict[str, Agent] = field(default_factory=dict)
    reflections: int = 0
    findings: list[str] = field(default_factory=list)
    checked: Check | None = None
    checked_sources: dict[str, str] = field(default_factory=dict)
    error: ErrorSummary | None = None
    tests_written: bool = False
    briefing: Briefing = field(init=False)

    def __post_init__(self) -> None:
        self.briefing = Briefing(self.run, self.task, self.decisions)
        self.values |= {
            "task": self.task.idea,
            "chatdev_prompt": self.company.background,
            "gui": self.run.prompts("gui") if self.company.flag("gui_design") else "",
        }
        for role in self.company.cast():
            self._hire(role)
        if any(part.reflect for step in self.company.steps for part in (step, *step.parts)):
            self._hire(COUNSELOR)

    # --- the team ----------------------------------------------------------------------------------

    @property
    def head(self) -> str:
        """The role at the top: ChatDev's Chief Executive Officer, else who speaks first."""
        cast = self.company.cast()
        return HEAD if HEAD in cast else cast[0]

    def team(self, phase: Phase) -> tuple[Agent, Agent]:
        """The instructor and the assistant of a phase."""
        return self.agents[phase.instructor], self.agents[phase.assistant]

    def hire_for(self, role: str) -> Agent:
        """The agent of a role that may not be in the chain."""
        self._hire(role)
        return self.agents[role]

    def _hire(self, role: str, below: tuple[str, ...] = ()) -> None:
        if role in self.agents:
            return
        manager = self._manager(role)
        if manager in (*below, role):
            manager = ""
        if manager:
            self._hire(manager, (*below, role))
        self.agents[role] = self.run.hire(role, self.agents.get(manager), self._system(role))

    def _manager(self, role: str) -> str:
        """Who stands above a role: as in ChatDev, else who instructs it first, else the head."""
        cast = self.company.cast()
        if role == self.head:
            return ""
        if _MANAGERS.get(role) in cast:
            return _MANAGERS[role]
        phases = [self.company.phases[name] for name in self.company.used()]
        return next((phase.instructor for phase in phases if phase.assistant == role), self.head)

    def _system(self, role: str) -> str:
        """The role's system message, which begins `You are <Role>` whatever the company wrote."""
        known = self.company.roles.get(role)
        if known is None:
            return self.run.prompts.system(role)
        text = fill(known.prompt, self.values | {"assistant_role": role}).strip()
        return text if re.match(rf"You are {re.escape(role)}\b", text) else f"You are {role}.\n{text}"

    # --- what is said ------------------------------------------------------------------------------

    def prompt(
        self,
        phase: Phase,
        reader: Agent,
        added: str = "",
        first: Sequence[str] = (),
        *,
        changes: bool = False,
    ) -> Prompt:
        """The phase's template filled in for `reader`, with `added` after it; `first` are files that matter.

        What was decided beside product and language is added to every prompt. Where files are to be changed,
        it is said last how to write that.
        """
        added = self.run.prompts("files") if changes else added
        values = self.values | {"assistant_role": phase.assistant, "codes": ""}
        bare = fill(phase.prompt, values)
        ending = "\n\n".join(part for part in (self._decided(phase), added) if part)
        if places := phase.prompt.count("{codes}"):
            beside = len(bare) + len(ending) + len(self.values["chatdev_prompt"]) + 2000
            values["codes"] = code_for(self.run, reader, beside + (places - 1) * reader.room // places, first)
        if changes:
            ending = ending.removesuffix(added) + how_to_write(self.run, reader, values["codes"])
        text = f"{fill(phase.prompt, values).strip()}\n\n{ending}".strip()
        code = values["codes"]
        return Prompt(text, self._said(phase, values), code=code if isinstance(code, Code) else None)

    def ours(self, name: str, reader: Agent, beside: str = "", **fields: str) -> Prompt:
        """One of our own prompts, with the project for `reader`; `beside` stands in it already."""
        code = code_for(self.run, reader, len(str(self.briefing)) + len(beside) + 2500)
        writer = None if name == "tests" else reader  # tests are new files
        return self.briefing.prompt(name, writer, code=code, **fields)

    def _decided(self, phase: Phase) -> str:
        """What was clarified and concluded, without what the template has fields for."""
        known = ("- Product: ", "- Language: ")
        ideas = self.values.get("ideas", "") if "{ideas}" in phase.prompt else ""
        others = [
            line
            for line in self.decisions.lines
            if not line.startswith(known) and line.removeprefix("- ") not in ideas
        ]
        return self.run.prompts("decided", decisions="\n".join(others)) if others else ""

    def _said(self, phase: Phase, values: dict[str, str]) -> str:
        """The template's own words: what stands behind the program and the reports, or most of it."""
        pieces = [piece.strip('"\n ') for piece in _BULKY.split(phase.prompt)]
        own = pieces[-1] if len(pieces[-1]) >= 40 else max(pieces, key=len)
        return fill(own, values).strip() or words(phase.name)

    def remember(self, phase: Phase, conclusion: str) -> None:
        """A conclusion goes on to all later phases, as an idea and as a decision."""
        told = shortened(conclusion, _LONGEST_IDEA)
        self.decisions.add(words(phase.name), told)
        self.values["ideas"] = "\n".join(
            [self.values.get("ideas", ""), f"{words(phase.name)}: {told}"]
        ).strip()

    # --- a talk ------------------------------------------------------------------------------------

    async def settle(self, step: Step, phase: Phase, form: type[TalkTurn]) -> str:
        """A talk about one thing that comes to a conclusion within the step's turns."""
        instructor, assistant = self.team(phase)
        counselor = self.agents[COUNSELOR] if step.reflect else None

        def prompt(name: str, **fields: str) -> Prompt:
            if name == "reflection":
                return self.briefing.prompt(name, **fields)
            return self.prompt(phase, assistant, self.run.prompts("form"))

        deciding = Deciding(self.run, instructor, counselor, self.decisions, prompt, step.most_turns)
        conclusion = await deciding.settle(slug(phase.name), words(phase.name), assistant, form, "guidance")
        self.reflections += deciding.reflections
        return concluded(conclusion)

    async def talk(self, step: Step, phase: Phase) -> bool:
        """A phase without code of its own; False when there is nothing left to do in its cycle.

        The assistant says so, or changes no file where it was to [ours].
        """
        instructor, assistant = self.team(phase)
        if step.most_turns > 1 and not phase.writes_files:
            conclusion = await self.settle(step, phase, PhaseTalk)
        else:
            name, title = slug(phase.name), words(phase.name)
            async with self.run.phase(name, title, instructor=instructor, assistant=assistant) as taking:
                if phase.writes_files:
                    conclusion = await self._files(phase, title)
                else:
                    assistant.turn_to(instructor, self.prompt(phase, assistant))
                    conclusion = concluded(await assistant.say(instructor.path))
                taking.conclude(shortened(conclusion, 300))
        if finished(conclusion) or conclusion == UNCHANGED:
            return False
        self.remember(phase, conclusion)
        return True

    async def _files(self, phase: Phase, title: str) -> str:
        instructor, assistant = self.team(phase)
        assistant.turn_to(instructor, self.prompt(phase, assistant, changes=True))
        files = await assistant.write_files(instructor.path, existing=self.run.files, required=False)
        changed = self.run.commit(files, assistant.path, title)
        return f"Changed: {', '.join(files)}" if changed else UNCHANGED

    # --- testing -----------------------------------------------------------------------------------

    @property
    def changed_since_checked(self) -> bool:
        """Whether the program is another one than when it was run last."""
        return self.checked is None or self.checked_sources != dict(sources(self.run))


def words(name: str) -> str:
    """A phase's name as words: `CodeReviewComment` becomes `Code review comment`."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z\W_]+|[^\W_]+", name) or [name.strip() or "Phase"]
    text = " ".join(part if len(part) > 1 and part.isupper() else part.lower() for part in parts)
    return text[:1].upper() + text[1:]


def slug(name: str) -> str:
    """A phase's name as a part of a path."""
    return re.sub(r"\W+", "_", words(name).lower()).strip("_") or "phase"


def concluded(text: str) -> str:
    """What a reply comes to: the line behind `<INFO>`, as ChatDev's prompts ask for it, else the reply."""
    found = re.findall(r"^.*<INFO>\s*(.+)$", text, re.MULTILINE)
    return (found[-1] if found else text).strip()


def finished(conclusion: str) -> bool:
    """Whether a conclusion says that there is nothing left to do, in ChatDev's own word."""
    return conclusion.strip().strip("\"'`*.").lower() == "finished"
