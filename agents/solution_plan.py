"""A plan in words, before any code: what several methods ask a model for."""

from __future__ import annotations

from pydantic import Field

from agents.forms import Form


class SolutionPlan(Form):
    """How a task is solved."""

    steps: list[str] = Field(min_length=1, description="what the function does, one step after the other")

    def shown(self, most: int | None = None) -> str:
        """The steps, numbered; with `most`, no more than that. Empty ones are left out."""
        said = [step.strip() for step in self.steps if step.strip()][:most]
        return "\n".join(f"{number}. {step}" for number, step in enumerate(said, start=1))
