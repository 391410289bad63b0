"""The typed replies of agents who develop a program."""

from __future__ import annotations

from pydantic import Field

from agents.forms import Form, bullets
from agents.talk import TalkTurn


class DemandAnalysis(TalkTurn):
    """The turns of a talk about the product."""


class LanguageChoice(TalkTurn):
    """The turns of a talk about the language."""


class CodeReview(Form):
    """What a reviewer found."""

    findings: list[str] = Field(description="each a file and what is wrong in it; empty when nothing is")

    def shown(self) -> str:
        """The findings, or that there are none."""
        return bullets(self.findings) or "Nothing is left to mend."


class ErrorSummary(Form):
    """What a tester says of a failure."""

    summary: str = Field(description="what is wrong and where, in at most four sentences")
    files: list[str] = Field([], description="the paths of the files to change")
    tests_are_wrong: bool = Field(False, description="true only if the tests ask for something wrong")

    def shown(self) -> str:
        """The summary, the files, and whether it is the tests' fault."""
        wrong = "\n\nThe tests are wrong, not the program." if self.tests_are_wrong else ""
        files = f"\n\nTo change: {', '.join(self.files)}" if self.files else ""
        return f"{self.summary}{wrong}{files}"
