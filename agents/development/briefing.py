"""The prompts of a team at work on a program, which begin with its brief: the task and what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from agents.agent import Agent
from agents.contracts import Task
from agents.development.writing import how_to_write
from agents.prompts import Prompt
from agents.run import Run
from agents.talk import Decisions


@dataclass(frozen=True, slots=True)
class Briefing:
    """What everybody in the team is told first; as a text, the brief as it stands now."""

    run: Run
    task: Task
    decisions: Decisions

    def __str__(self) -> str:
        return self.run.prompts("brief", idea=self.task.idea, decisions=str(self.decisions))

    def prompt(self, name: str, writer: Agent | None = None, /, **fields: str) -> Prompt:
        """The prompt `name`; `writer` is who is asked to change what the field `code` shows."""
        asked = how_to_write(self.run, writer, fields.get("code", ""))
        return self.run.prompts.prompt(name, brief=str(self), files=asked, **fields)

    def tell(self, listener: Agent, speaker: Agent, name: str, **fields: str) -> None:
        """Begin a talk: `speaker` says the prompt `name` to `listener`."""
        listener.turn_to(speaker, self.prompt(name, **fields))
