"""The planning of a team that works in sprints: its backlog, and what a sprint takes (arXiv:2406.11912)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agents.agent import Agent
from agents.backlog import edited_backlog, named_items, numbered, planned, reviewed, told
from agents.development.briefing import Briefing
from agents.development.sprints import BacklogReview, PlanReview, ProductBacklog, SprintBacklog
from agents.development.work import change_files, sources
from agents.events import BacklogItem
from agents.forms import bullets
from agents.prompts import Prompt
from agents.run import Run

OWN_WORDS = 4000  # characters of a sprint's prompt beside the program


@dataclass(slots=True)
class Sprint:
    """A sprint under way: its number, goal and items (by identity), the files that it has changed."""

    run: Run
    number: int
    goal: str
    items: tuple[str, ...]
    changed: set[str] = field(default_factory=set)

    def take_in(self, before: Mapping[str, str]) -> None:
        """Bring the code graph up to date, and remember what was changed since `before`."""
        self.run.graph.update(sources(self.run))
        self.changed.update(path for path, text in self.run.files.items() if before.get(path) != text)

    async def change(
        self, name: str, title: str, instructor: Agent, developer: Agent, prompt: Prompt
    ) -> bool:
        """A phase in which the developer changes files, which is taken in; False when nothing changed."""
        before = dict(self.run.files)
        changed = await change_files(self.run, instructor, developer, prompt, name=name, title=title)
        self.take_in(before)
        return changed


@dataclass(slots=True)
class Planner:
    """The Product Owner's backlog, reviewed by the Scrum Master."""

    run: Run
    owner: Agent
    master: Agent
    briefing: Briefing
    items: tuple[BacklogItem, ...] = ()

    @property
    def undone(self) -> list[BacklogItem]:
        """The items that are not done."""
        return [item for item in self.items if item.state != "done"]

    @property
    def standing(self) -> str:
        """How far the backlog is, in a sentence."""
        return f"{len(self.items) - len(self.undone)} of {len(self.items)} backlog items are done."

    def goal(self, sprint: Sprint) -> str:
        """A sprint for a prompt: its goal, and its items with their criteria."""
        return (
            f"Sprint {sprint.number}: {sprint.goal}\n{told(i for i in self.items if i.item in sprint.items)}"
        )

    async def write(self) -> None:
        """The product backlog is written, reviewed once, and mended where the review found something."""
        async with self.run.phase(
            "product_backlog", "Product backlog", instructor=self.master, assistant=self.owner
        ) as phase:
            self.briefing.tell(self.owner, self.master, "product_backlog")
            await self._fill()
            self.briefing.tell(self.master, self.owner, "backlog_review", backlog=told(self.items))
            review = await self.master.fill(self.owner.path, BacklogReview)
            if findings := bullets(review.findings):
                self.briefing.tell(
                    self.owner, self.master, "backlog_mending", backlog=told(self.items), findings=findings
                )
                await self._fill()
            phase.conclude(f"{len(self.items)} items")

    async def _fill(self) -> None:
        filled = await self.owner.fill(self.master.path, ProductBacklog)
        self.items = numbered([(item.title, item.criteria) for item in filled.items], self.items)
        self.run.change_backlog(self.owner, self.items)

    async def take_up_edits(self) -> bool:
        """The user's edits become part of the backlog; whether there were any."""
        edits = await self.run.meanwhile.backlog_edits(self.owner.next_key("+"))
        if edits:
            self.items = edited_backlog(self.items, edits)
            self.run.change_backlog(self.owner, self.items, [edit.edit for edit in edits])
        return bool(edits)

    async def plan(self, number: int, news: str) -> Sprint:
        """The next sprint: the Product Owner chooses its items, the Scrum Master reviews the plan once.

        `news` says how the last sprint ended. A plan that takes everything leaves nothing to weigh, so it is
        not reviewed [ours].
        """
        async with self.run.phase(
            "planning", "Sprint planning", instructor=self.master, assistant=self.owner
        ) as phase:
            backlog = told(self.items)
            self.briefing.tell(
                self.owner, self.master, "sprint_planning", backlog=backlog, news=news, number=str(number)
            )
            plan = await self.owner.fill(self.master.path, SprintBacklog)
            chosen = self._chosen(plan)
            if len(chosen) < len(self.undone):
                plan, chosen = await self._reviewed(plan, chosen)
            self.items = planned(self.items, chosen, number)
            self.run.change_backlog(self.owner, self.items)
            phase.conclude(f"{plan.goal.strip()} ({', '.join(chosen)})")
        return Sprint(self.run, number, plan.goal.strip(), chosen)

    async def _reviewed(
        self, plan: SprintBacklog, chosen: tuple[str, ...]
    ) -> tuple[SprintBacklog, tuple[str, ...]]:
        fields = {"backlog": told(self.items), "chosen": ", ".join(chosen)}
        self.briefing.tell(self.master, self.owner, "plan_review", **fields, goal=plan.goal.strip())
        review = await self.master.fill(self.owner.path, PlanReview)
        findings = bullets(review.findings)
        if not findings:
            return plan, chosen
        self.briefing.tell(self.owner, self.master, "plan_mending", **fields, findings=findings)
        mended = await self.owner.fill(self.master.path, SprintBacklog)
        return mended, self._chosen(mended)

    def _chosen(self, plan: SprintBacklog) -> tuple[str, ...]:
        """The open items that a plan names; the first open one where it names none [ours]."""
        if chosen := named_items(self.undone, plan.items):
            return chosen
        first = self.undone[0]
        self.run.notice(f"The plan names no open item; the sprint takes: {first.title}.", "warning")
        return (first.item,)

    def close(self, done: Iterable[str], wish: str = "") -> tuple[str, ...]:
        """The sprint ends: its items among `done` (as a model names them) are done; the identities of these.

        What the user wishes for becomes the first item of the backlog.
        """
        named = named_items([item for item in self.items if item.state == "sprint"], done)
        self.items = reviewed(self.items, named)
        if wish:
            new = [item for item in numbered([(wish, ())], self.items) if item not in self.items]
            self.items = (*new, *self.items)
        self.run.change_backlog(self.owner, self.items)
        return named
