"""A scripted AgileCoder team for the scripted Ollama server: what each role says, sprint by sprint."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import rendered


@dataclass
class ScriptedSprint:
    """A sprint: its items by number, what is written, reviewed, mended, tested and repaired, what is done."""

    items: Sequence[str]
    files: Mapping[str, str]
    tests: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Sequence[str]] = ()  # by round of review
    modification: Mapping[str, str] = field(default_factory=dict)
    repair: Mapping[str, str] = field(default_factory=dict)
    done: Sequence[str] | None = None  # None: all of its items
    another: bool = False


@dataclass
class ScriptedTeam:
    """A whole run: `replies` replaces the reply of a form by its title, the first call first."""

    idea: str
    backlog: Sequence[tuple[str, Sequence[str]]]
    sprints: Sequence[ScriptedSprint]
    replies: dict[str, list[object]] = field(default_factory=dict)
    structure: Mapping[str, str] = field(default_factory=lambda: {"main.py": "starts the program"})
    _reviews: dict[int, int] = field(default_factory=dict)

    def reply(self, call: ChatCall) -> Scripted:
        """The reply function for `OllamaServer`."""
        asked = call.messages[-1]["content"]
        if call.title:
            waiting = self.replies.get(call.title)
            value = waiting.pop(0) if waiting else self._typed(call.title, asked)
            return Scripted(value if isinstance(value, str) else json.dumps(value))
        return Scripted(self._written(asked))

    def _sprint(self, asked: str) -> ScriptedSprint:
        number = int(re.findall(r"^Sprint (?:planning )?(\d+):", asked, re.MULTILINE)[-1])
        return self.sprints[min(number, len(self.sprints)) - 1]

    def _typed(self, title: str, asked: str) -> object:
        simple: Mapping[str, object] = {
            "DemandAnalysis": {"message": "A terminal program.", "conclusion": "A program for the terminal."},
            "LanguageChoice": {"message": "Python will do.", "conclusion": "Python"},
            "ProductBacklog": {
                "items": [{"title": name, "criteria": list(criteria)} for name, criteria in self.backlog]
            },
            "BacklogReview": {"findings": []},
            "PlanReview": {"findings": []},
            "Reflection": {"conclusion": "A program for the terminal."},
            "FolderStructure": {"files": [{"path": p, "purpose": w} for p, w in self.structure.items()]},
        }
        if title in simple:
            return simple[title]
        sprint = self._sprint(asked)
        match title:
            case "SprintBacklog":
                return {"goal": "It works.", "items": list(sprint.items)}
            case "CodeReview":
                at = self._reviews[id(sprint)] = self._reviews.get(id(sprint), -1) + 1
                return {"findings": list(sprint.findings[at]) if at < len(sprint.findings) else []}
            case "SprintReview":
                done = sprint.items if sprint.done is None else sprint.done
                return {"remarks": "So far so good.", "done": list(done), "another_sprint": sprint.another}
            case _:
                raise AssertionError(f"nobody scripted {title}")

    def _written(self, asked: str) -> str:
        step = re.findall(
            r"^(Development|Modification|Testing|Repair|Environment|Manual): ", asked, re.MULTILINE
        )
        match step[-1] if step else "":
            case "Development":
                return rendered(self._sprint(asked).files)
            case "Modification":
                return rendered(self._sprint(asked).modification)
            case "Testing":
                tests = self._sprint(asked).tests
                return rendered(tests) if tests else "There is nothing to test."
            case "Repair":
                repairs = [sprint.repair for sprint in self.sprints if sprint.repair]
                return rendered(repairs[-1]) if repairs else "Nothing can be done."
            case "Manual":
                return "# Manual\n\nStart it with `python main.py`.\n"
            case _:
                raise AssertionError(f"nobody scripted the reply to: {asked[-300:]}")


def scripted(team: ScriptedTeam) -> Callable[[ChatCall], Scripted]:
    """The team's reply function."""
    return team.reply
