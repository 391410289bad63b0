"""Texts that come from the workflows as data and that the catalogues have, too.

They are shown with `tr`, which leaves any other such text as it is.
"""

from __future__ import annotations

from app.i18n import marked

WORKFLOW_TEXTS = (
    marked("A whole company talks a small program through, from the idea to the manual: the usual choice."),
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
)
"""Summaries of workflows, and the titles and descriptions of their options."""
