"""The typed replies of clarification."""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.forms import Form, bullets


class TestInputs(Form):
    """Calls of a function that would show what an implementation does."""

    __test__ = False

    calls: list[str] = Field(
        description="each one call of the function with literal arguments, such as f([1, 2], 'a')"
    )

    def shown(self) -> str:
        """The calls, one a line."""
        return "```python\n" + "\n".join(self.calls) + "\n```" if self.calls else "There are no inputs."


class AmbiguityQuestion(Form):
    """What the differing implementations leave open."""

    difference: str = Field(description="what the implementations understand differently, in one sentence")
    question: str = Field(description="one question to the customer that settles it, without code")
    readings: list[str] = Field(
        description="for each implementation, in their order, the answer it stands for, in a few words"
    )

    def shown(self) -> str:
        """The difference, the question and the possible answers."""
        return (
            f"{self.difference.strip()}\n\n**Question:** {self.question.strip()}\n\n{bullets(self.readings)}"
        )


class RefinedTask(Form):
    """The task with the customer's answer worked in."""

    requirement: str = Field(
        min_length=1, description="the whole task in words, complete and unambiguous, without code"
    )

    def shown(self) -> str:
        """The task."""
        return self.requirement


class ProjectReading(Form):
    """How one reader understands a project's idea."""

    class Decision(BaseModel):
        """Something that the idea leaves open, and how this reader would take it."""

        topic: str = Field(description="what is to be decided, in two to five words")
        choice: str = Field(description="the decision, in one short sentence")

    decisions: list[Decision] = Field(description="the five to eight decisions that change the result most")

    def shown(self) -> str:
        """The decisions, one a line."""
        return bullets(f"**{found.topic.strip()}:** {found.choice.strip()}" for found in self.decisions)


class Disagreements(Form):
    """What several readers decided differently."""

    class Point(BaseModel):
        """One topic on which the readers differ."""

        class Choice(BaseModel):
            """One of the decisions, and whose it is."""

            choice: str = Field(description="the decision, in one short sentence")
            readers: list[int] = Field(description="the numbers of the readers who decided so")

        question: str = Field(description="one question to the customer that settles the topic")
        choices: list[Choice] = Field(description="two or more decisions that exclude each other")

    points: list[Point] = Field(
        [], description="the most important first; empty when the readers mean the same"
    )

    def shown(self) -> str:
        """The questions with the choices, or that there are none."""
        told = [
            f"**{point.question.strip()}**\n\n{bullets(found.choice for found in point.choices)}"
            for point in self.points
        ]
        return "\n\n".join(told) or "The readers agree."
