"""A scripted team that works in parts: each says what concerns the part that it was given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import rendered

_PART = re.compile(
    r"Your part of (?:it now|it: the tests of|the review):? (.+?)[.,] ?(?:Write|in test|Colleagues)"
)


def part_in(asked: str) -> list[str]:
    """The files of the part that a prompt is about; none where it is about the whole."""
    found = _PART.findall(asked)
    return found[-1].split(", ") if found else []


@dataclass
class PartedTeam:
    """AgileCoder's team for one sprint: what `files` it writes, what each `uses`, what is found in each.

    A test is named after its file. `also` is what the writer of a part adds to it, by a file of the part.
    """

    files: Mapping[str, str]
    uses: Mapping[str, list[str]]
    tests: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, list[str]] = field(default_factory=dict)
    modification: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    idea: str = "Several small things."

    def reply(self, call: ChatCall) -> Scripted:
        """The reply function for `OllamaServer`; it depends on nothing but what is asked."""
        asked = call.messages[-1]["content"]
        part = part_in(asked)
        match call.title:
            case "FolderStructure":
                files = [
                    {"path": path, "purpose": "a part", "uses": self.uses.get(path, [])}
                    for path in self.files
                ]
                return Scripted(json.dumps({"files": files}))
            case "CodeReview":
                reviewed = any(message["role"] == "assistant" for message in call.messages)
                found = [
                    finding
                    for path, told in self.findings.items()
                    if not (reviewed or self._mended(asked)) and (not part or path in part)
                    for finding in told
                ]
                return Scripted(json.dumps({"findings": found}))
        if not call.title and part and "Development: " in asked:
            more = {path: text for file in part for path, text in self.also.get(file, {}).items()}
            return Scripted(rendered({path: self.files[path] for path in part if path in self.files} | more))
        if not call.title and part and "Testing: " in asked:
            return Scripted(
                rendered({test: text for test, text in self.tests.items() if _tested(test, part)})
            )
        return self._whole().reply(call)

    def _mended(self, asked: str) -> bool:
        """Whether what was to be mended is shown, and is."""
        shown = [text for path, text in self.modification.items() if f"{path}\n```" in asked]
        return bool(shown) and all(text.strip() in asked for text in shown)

    def _whole(self) -> ScriptedTeam:
        sprint = ScriptedSprint(["1"], self.files, self.tests, modification=self.modification)
        return ScriptedTeam(idea=self.idea, backlog=[("All of it", ["it starts"])], sprints=[sprint])


def _tested(test: str, part: list[str]) -> bool:
    return any(test.endswith(f"test_{path.rpartition('/')[2]}") for path in part)
