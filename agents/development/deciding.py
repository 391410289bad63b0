"""A phase in which two agents settle one thing; only the decision goes on (ChatDev, arXiv:2307.07924)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agents.agent import Agent
from agents.development.forms import DemandAnalysis, LanguageChoice
from agents.prompts import Prompt
from agents.run import Run
from agents.talk import Decisions, Reflection, Talk, TalkTurn


@dataclass(slots=True)
class Deciding:
    """Who decides: an instructor leads every talk, and `counselor` reflects on one that does not conclude.

    `prompt` makes the workflow's prompts, among them `reflection` with the fields `topic` and `talk`; `turns`
    bounds a talk. `reflections` counts what the counselor had to conclude; without one, the assistant's last
    words stand.
    """

    run: Run
    instructor: Agent
    counselor: Agent | None
    decisions: Decisions
    prompt: Callable[..., Prompt]
    turns: int
    reflections: int = 0

    async def settle_product(self, assistant: Agent) -> None:
        """Demand analysis: what is built becomes a decision."""
        decision = await self.settle(
            "demand_analysis", "Demand analysis", assistant, DemandAnalysis, "demand_guidance"
        )
        self.decisions.add("Product", decision)

    async def settle_language(self, assistant: Agent) -> None:
        """Language choice: in what it is written becomes a decision."""
        decision = await self.settle(
            "language_choice", "Language choice", assistant, LanguageChoice, "language_guidance"
        )
        self.decisions.add("Language", decision)

    async def settle(
        self, name: str, title: str, assistant: Agent, form: type[TalkTurn], guidance: str
    ) -> str:
        """The decision. `guidance` names the prompt for the instructor's answers in a talk that goes on."""
        async with self.run.phase(name, title, instructor=self.instructor, assistant=assistant) as phase:
            talk = Talk(self.run, self.instructor, assistant, self.decisions)
            talk.open(self.prompt(name))
            conclusion = await talk.conclude(
                form,
                turns=self.turns,
                reflect=self._reflecting(title, self.counselor) if self.counselor else None,
                guidance=self.run.prompts(guidance),
            )
            phase.conclude(conclusion)
        return conclusion

    def _reflecting(self, topic: str, counselor: Agent) -> Callable[[str], Awaitable[str]]:
        async def reflect(said: str) -> str:
            self.reflections += 1
            instructor = self.instructor
            async with self.run.phase("reflection", "Reflection", instructor=instructor, assistant=counselor):
                counselor.turn_to(instructor, self.prompt("reflection", topic=topic, talk=said))
                return (await counselor.fill(instructor.path, Reflection)).conclusion

        return reflect
