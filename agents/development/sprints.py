"""The typed documents of a team that works in sprints (AgileCoder, arXiv:2406.11912)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from agents.forms import Form, bullets


class ProductBacklog(Form):
    """All that the customer needs, the most important first."""

    class Item(BaseModel):
        """A piece of work."""

        title: str = Field(min_length=1, description="what the customer gets, in a few words")
        criteria: list[str] = Field([], description="one to three criteria that can be checked")

    items: list[Item] = Field(min_length=1, description="the pieces of work, the most important first")

    def shown(self) -> str:
        """The items with their criteria."""
        parts = [f"**{item.title.strip()}**\n\n{bullets(item.criteria)}".strip() for item in self.items]
        return "\n\n".join(parts)


class BacklogReview(Form):
    """What is wrong with a backlog."""

    findings: list[str] = Field(description="each what to change in the backlog; empty when it is right")

    def shown(self) -> str:
        """The findings, or that there are none."""
        return bullets(self.findings) or "The backlog is right."


class FolderStructure(Form):
    """The files that a program is to consist of."""

    class File(BaseModel):
        """A file of the program."""

        path: str = Field(description="its path in the project, with /")
        purpose: str = Field(description="what it is for, in a few words")

    files: Sequence[File] = Field(description="the program's files")

    def shown(self) -> str:
        """The files, each with its purpose."""
        return bullets(f"`{file.path.strip()}`: {file.purpose.strip()}" for file in self.files)


class LinkedStructure(FolderStructure):
    """The same for a team of several who write at the same time: which files use which [ours]."""

    model_config = ConfigDict(title="FolderStructure")

    class LinkedFile(FolderStructure.File):
        """A file with what it needs and what it is part of."""

        uses: list[str] = Field([], description="the paths of the other files that it imports")
        items: list[str] = Field([], description="the numbers of the backlog's items that need it")

    files: Sequence[LinkedFile] = Field(description="the program's files")


class SprintBacklog(Form):
    """What the next sprint does."""

    goal: str = Field(description="what the customer can do after this sprint, in one sentence")
    items: list[str] = Field(min_length=1, description="the numbers of the items, in the order of the work")

    def shown(self) -> str:
        """The goal and the chosen items."""
        return f"{self.goal.strip()}\n\nItems: {', '.join(item.strip() for item in self.items)}".strip()


class PlanReview(Form):
    """What is wrong with a sprint's plan."""

    findings: list[str] = Field(description="each what to change in the plan; empty when it is right")

    def shown(self) -> str:
        """The findings, or that there are none."""
        return bullets(self.findings) or "The plan is right."


class SprintReview(Form):
    """What a sprint achieved, and whether another one is needed."""

    remarks: str = Field("", description="what was achieved and what is missing, in at most three sentences")
    done: list[str] = Field(description="the numbers of the items whose criteria are fulfilled")
    another_sprint: bool = Field(description="true while something that the customer asked for is missing")

    def shown(self) -> str:
        """The remarks, what is done, and how it goes on."""
        done = (
            f"Done: {', '.join(item.strip() for item in self.done)}" if self.done else "Nothing is done yet."
        )
        onward = "Another sprint is needed." if self.another_sprint else "The product needs no other sprint."
        return "\n\n".join(part for part in (self.remarks.strip(), done, onward) if part)
