"""Texts that come from the workflows as data and that the catalogues have, too.

They are shown with `tr`, which leaves any other such text as it is.
"""

from __future__ import annotations

from app.i18n import marked

WORKFLOW_TEXTS = (
    marked("A whole company talks a small program through, from the idea to the manual: the usual choice."),
    marked("One call and no feedback: the quickest answer, and what every other method is compared with."),
    marked("Compares several solutions and asks you where they differ: for tasks that leave something open."),
    marked("Samples"),
    marked("Attempts that are compared (the paper has 15)"),
    marked("Temperature"),
    marked("How freely these attempts choose their words"),
    marked("Inputs"),
    marked("Test inputs after mutation"),
    marked("Rounds"),
    marked("Questions at most about a function"),
    marked("Questions"),
    marked("Questions at most about a project"),
    marked("Readings"),
    marked("Different readings at most that a question shows"),
    marked("Tolerated"),
    marked("Attempts that may differ before you are asked"),
    marked("Talk turns"),
    marked("Turns of a talk before the team reflects on it"),
    marked("Completion rounds"),
    marked("Rounds of completing what is not implemented"),
    marked("Review rounds"),
    marked("Rounds of code review and modification"),
    marked("Test rounds"),
    marked("Rounds of testing and repair"),
    marked("Human review"),
    marked("You look at the program, up to five times, before it is tested"),
    marked("Art"),
    marked("Pictures are designed, drawn as SVG or with Pillow, and built in"),
    marked("Git"),
    marked("Each version is a git commit in the project's folder"),
    marked("The chain, roles and prompts that you edited yourself, or a company folder of ChatDev's."),
    marked("Company"),
    marked("The company: one that was saved, or the folder of one"),
)
"""Summaries of workflows, and the titles and descriptions of their options."""
