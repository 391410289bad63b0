"""Clarification as a stage that stands before any workflow, and in the method of its name."""

from __future__ import annotations

from dataclasses import replace

from agents.clarifying.functions import Clarified, FunctionClarification
from agents.clarifying.options import ClarifyOptions
from agents.clarifying.projects import ProjectClarification
from agents.contracts import Task
from agents.prompts import Prompts
from agents.run import Run

PROMPTS = "clarifygpt"


async def clarify(run: Run, task: Task, options: ClarifyOptions) -> Clarified:
    """The task as the user means it. Nothing is asked when independent attempts understand it alike."""
    own = replace(run, prompts=Prompts.of(PROMPTS))  # the same run, in the words of this stage
    lead = own.hire("Clarification Lead")
    analyst = own.hire("Requirements Analyst", lead)
    if task.is_function:
        return await FunctionClarification(own, options, lead, analyst).carry_out(task)
    return Clarified(await ProjectClarification(own, options, lead, analyst).carry_out(task))
