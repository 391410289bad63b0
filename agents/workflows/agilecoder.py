"""AgileCoder: a team that works in sprints over a product backlog (arXiv:2406.11912).

A Product Owner, a Scrum Master, a Developer, a Senior Developer and a Tester. After demand analysis,
language choice, product backlog and folder structure come sprints: planning, development with reviews,
testing, review. The *dynamic code graph*, brought up to date after every change, chooses what is tested and
in which order, and what each prompt carries; errors are routed by their kind to the files concerned.

Our own choices are marked [ours]: the testing plan is read off the graph instead of asked for; a sprint whose
checks fail has no done items; the user's edits of the backlog are taken up at each planning; the team stops
when a sprint changes nothing; the Tester writes tests, and a repair may change the test that fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.backlog import told
from agents.contracts import Outcome, Task
from agents.development.branches import Colleagues, while_it_runs, while_tests_are_written
from agents.development.briefing import Briefing
from agents.development.building import Building
from agents.development.deciding import Deciding
from agents.development.documents import environment_document, manual
from agents.development.overview import facts_of, mentioned, offered
from agents.development.planning import OWN_WORDS, Planner, Sprint
from agents.development.reviewing import Reviewed, reviewed
from agents.development.sprint_testing import SprintTesting
from agents.development.sprints import FolderStructure, LinkedStructure, SprintReview
from agents.development.structure import Structure
from agents.development.work import (
    KEEP,
    MOST_FINDINGS,
    ask_for_a_review,
    changed_since,
    code_for,
    concerned,
    sources,
    write_program,
)
from agents.figures import figures_of
from agents.forms import bullets
from agents.one_talk import OPTION
from agents.prompts import Code, Prompt
from agents.registry import workflow
from agents.run import Run
from agents.talk import TURNS, Decisions, Talk
from agents.testing import Check
from agents.together import together


class AgileCoderOptions(BaseModel):
    """The bounds of AgileCoder's loops; the defaults are the paper's where it names them."""

    sprints: int = Field(10, ge=1, le=20, description="Sprints before the team stops")
    review_rounds: int = Field(3, ge=0, le=10, description="Rounds of code review in a sprint")
    test_rounds: int = Field(3, ge=1, le=10, description="Rounds of testing and repair in a sprint")
    talk_turns: int = Field(TURNS, ge=1, le=20, description="Turns of a talk before the team reflects on it")
    human_review: bool = Field(False, description="You look at the program after each sprint")
    one_talk: bool = Field(False, description=OPTION)


@dataclass(slots=True)
class Team:
    """AgileCoder's roles at work on one task."""

    run: Run
    task: Task
    options: AgileCoderOptions
    decisions: Decisions = field(default_factory=Decisions)
    structure: Structure = field(default_factory=Structure)
    briefing: Briefing = field(init=False)
    deciding: Deciding = field(init=False)
    planner: Planner = field(init=False)
    testing: SprintTesting = field(init=False)
    owner: Agent = field(init=False)
    master: Agent = field(init=False)
    senior: Agent = field(init=False)
    developer: Agent = field(init=False)
    developers: Colleagues = field(init=False)
    seniors: Colleagues = field(init=False)

    def __post_init__(self) -> None:
        hire = self.run.hire
        self.owner = hire("Product Owner")
        self.master = hire("Scrum Master", self.owner)
        self.senior = hire("Senior Developer", self.master)
        self.developer = hire("Developer", self.master)
        tester = hire("Tester", self.master)
        self.developers = Colleagues(self.run, self.developer, self.master)
        self.seniors = Colleagues(self.run, self.senior, self.master)
        testers = Colleagues(self.run, tester, self.master)
        self.run.keep_apart(self.developer, self.senior, tester, self.owner, others=self.master)
        self.briefing = Briefing(self.run, self.task, self.decisions)
        self.planner = Planner(self.run, self.owner, self.master, self.briefing)
        self.testing = SprintTesting(
            self.briefing, self.planner, self.developer, testers, self.options.test_rounds
        )
        self.deciding = Deciding(
            self.run, self.owner, self.senior, self.decisions, self.briefing.prompt, self.options.talk_turns
        )

    def _code(self, reader: Agent, focus: Sequence[str], beside: int = 0, *near: str) -> Code:
        """The files in `focus` and what is around them; the prompt carries `beside` characters more."""
        return code_for(self.run, reader, OWN_WORDS + beside, focus, near)

    # --- before the first sprint --------------------------------------------------------------------

    async def folder_structure(self) -> None:
        """The Developer names the program's files before the first is written, so that they fit together."""
        async with self.run.phase(
            "folder_structure", "Folder structure", instructor=self.master, assistant=self.developer
        ) as phase:
            self.briefing.tell(
                self.developer, self.master, "folder_structure", backlog=told(self.planner.items)
            )
            form = LinkedStructure if self.run.parts_at_once > 1 else FolderStructure
            structure = await self.developer.fill(self.master.path, form)
            self.structure = Structure.of(structure, self.planner.items)
            named = [f"{file.path.strip()} ({file.purpose.strip()})" for file in structure.files]
            phase.conclude(", ".join(named))
        self.decisions.add("Files", ", ".join(named))

    # --- sprints ------------------------------------------------------------------------------------

    async def sprints(self) -> None:
        """Sprint after sprint, until the Product Owner is content, nothing moves, or the bound is reached."""
        planner, bound = self.planner, self.options.sprints
        content, moved = False, True
        for number in range(1, bound + 1):
            edited = await planner.take_up_edits()
            if not planner.undone or (content and not edited):
                break
            if not moved and not edited:
                self.run.notice(f"Sprint {number - 1} changed nothing, so the team stops.", "warning")
                break
            async with self.run.phase("sprint", "Sprint", round=number, rounds=bound) as phase:
                last = self.testing.checked
                news = f"\nHow the last sprint ended: {last.summary}\n" if last else ""
                sprint = await planner.plan(number, news)
                await self._development(sprint)
                checked = await self.testing.carry_out(sprint)
                content = await self._sprint_review(sprint, checked)
                moved = bool(sprint.changed)
                phase.conclude(planner.standing)
        else:
            if planner.undone and not content:
                self.run.notice(f"The team stopped at its bound of {bound} sprints.", "warning")
        if planner.undone:
            self.run.notice(f"Not done: {', '.join(item.title for item in planner.undone)}.", "warning")

    # --- development --------------------------------------------------------------------------------

    async def _development(self, sprint: Sprint) -> None:
        """The Developer writes what the sprint needs; the Senior Developer reviews it."""
        async with self.run.phase(
            "development", "Development", instructor=self.master, assistant=self.developer
        ) as phase:
            run, before = self.run, dict(self.run.files)
            goal = self.planner.goal(sprint)
            focus, near = mentioned(run.graph, sources(run), goal)

            def prompt(reader: Agent, part: str = "") -> Prompt:
                code = self._code(reader, [*focus, *changed_since(run, before)], len(part), *near)
                return self.briefing.prompt("development", reader, code=code, sprint=goal).ending(part)

            if parting := self.structure.parting(sprint.items, run.files, run.parts_at_once):
                await Building(run, self.master, self.developers).write(parting, prompt)
                files = changed_since(run, before)
            else:
                talk = Talk(run, self.master, self.developer, self.decisions)
                files = list(await write_program(run, talk, prompt(self.developer)))
            sprint.take_in(before)
            phase.conclude(f"Changed: {', '.join(files)}")
        at_once = run.parts_at_once
        if run.at_once > 1:
            tests = partial(self.testing.write, sprint, max(1, at_once // 2))
            await while_tests_are_written(run, partial(self._code_review, sprint, (at_once + 1) // 2), tests)
        else:
            await self._code_review(sprint, at_once)

    async def _code_review(self, sprint: Sprint, at_once: int) -> None:
        """Rounds of review; the later ones look at what was changed, unless there may be more [ours]."""
        rounds, focus = self.options.review_rounds, sorted(sprint.changed)
        for number in range(1, rounds + 1):
            async with self.run.phase(
                "code_review",
                "Code review",
                round=number,
                rounds=rounds,
                instructor=self.developer,
                assistant=self.senior,
            ) as phase:
                facts = facts_of(self.run, existing=self.task.existing) if number == 1 else []
                review = await self._reviewed(sprint, focus, facts, at_once)
                found, before = [*facts, *review.findings], dict(self.run.files)
                phase.conclude("; ".join(found) or "Nothing left to mend.")
                if not found or not await self._modification(sprint, found):
                    return
                if len(facts) + review.most < MOST_FINDINGS:
                    focus = changed_since(self.run, before)
        if rounds:
            self.run.notice(f"The review ended at its bound of {rounds} rounds.")

    async def _reviewed(
        self, sprint: Sprint, focus: Sequence[str], facts: Sequence[str], at_once: int
    ) -> Reviewed:
        """What the Senior Developer finds beside the `facts`."""
        told_facts = f"\n\nAlready found by the tools; do not repeat it:\n{bullets(facts)}" if facts else ""
        goal = self.planner.goal(sprint)

        def prompt(reader: Agent, about: Sequence[str], part: str) -> Prompt:
            code = self._code(reader, about, len(part))
            return self.briefing.prompt("code_review", sprint=goal, code=code, findings=told_facts).ending(
                part
            )

        return await reviewed(self.run, self.developer, self.seniors, focus, prompt, at_once)

    async def _modification(self, sprint: Sprint, found: Sequence[str]) -> bool:
        findings = bullets(found)
        code = self._code(self.developer, concerned(self.run, found, sorted(sprint.changed)), len(findings))
        goal = self.planner.goal(sprint)
        prompt = self.briefing.prompt(
            "modification", self.developer, code=code, sprint=goal, findings=findings
        )
        return await sprint.change("modification", "Modification", self.senior, self.developer, prompt)

    # --- the end of a sprint ------------------------------------------------------------------------

    async def _sprint_review(self, sprint: Sprint, checked: Check) -> bool:
        """What is done, by the Product Owner and the user; True when the product needs no other sprint."""
        async with self.run.phase(
            "sprint_review", "Sprint review", instructor=self.master, assistant=self.owner
        ) as phase:
            goal, parts = self.planner.goal(sprint), offered(self.run, sprint.changed)
            self.briefing.tell(
                self.owner, self.master, "sprint_review", sprint=goal, code=parts, report=checked.summary
            )
            verdict = await self.owner.fill(self.master.path, SprintReview)
            if verdict.done and not checked.passed:
                self.run.notice("Nothing of this sprint counts as done while its checks fail.", "warning")
            wish = await ask_for_a_review(self.run, self.owner) if self.options.human_review else ""
            done = self.planner.close(verdict.done if checked.passed else [], wish)
            phase.conclude(f"Done: {', '.join(done) or 'nothing'}.")
        return checked.passed and not verdict.another_sprint and not wish

    # --- documents ----------------------------------------------------------------------------------

    async def documents(self) -> None:
        """requirements.txt by the Developer, the manual by the Product Owner."""
        run, master = self.run, self.master

        def about() -> Prompt:
            return self.briefing.prompt("manual", backlog=told(self.planner.items), code=offered(run))

        listed = environment_document(self.briefing, master, self.developer)
        await together([listed, manual(run, master, self.owner, about)], run.at_once)


@workflow(
    name="agilecoder",
    title="AgileCoder",
    summary="A team works in sprints over a backlog that you can edit: for programs of several parts.",
    paper="arXiv:2406.11912",
    options=AgileCoderOptions,
)
async def agilecoder(run: Run, task: Task, options: AgileCoderOptions) -> Outcome:
    """Carry sprints out until the backlog is done; the outcome says whether the last checks passed."""
    if options.one_talk:
        run.share_one_talk()
    team = Team(run, task, options)
    if task.existing:
        team.decisions.add(KEEP, ", ".join(await run.take_existing()))
        run.graph.update(sources(run))
    await team.deciding.settle_product(team.master)
    await team.deciding.settle_language(team.developer)
    await team.planner.write()
    await team.folder_structure()
    await team.sprints()
    if checked := team.testing.last_whole:
        await team.documents()
    else:
        checked = await while_it_runs(run, team.testing.last_check, team.documents)
    run.report_figures(figures_of(run, reflections=team.deciding.reflections, starts=checked.started))
    return Outcome(checked.passed and checked.tried, f"{checked.summary} {team.planner.standing}")
