"""A scripted company for the scripted Ollama server: it answers by what stands in ChatDev's prompts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import rendered

FORMS: Mapping[str, object] = {
    "DemandAnalysis": {"message": "A program for the terminal.", "conclusion": "<INFO> Application"},
    "LanguageChoice": {"message": "Python will do.", "conclusion": "Python"},
    "MissingInformation": {"questions": []},
    "PhaseTalk": {"message": "So it is.", "conclusion": "The logo is blue."},
}


@dataclass
class Work:
    """What a company's agents make, by what they are asked for; `other` answers first, where it does."""

    coding: Mapping[str, str] = field(default_factory=dict)
    complete: Mapping[str, str] = field(default_factory=dict)
    finding: str = ""
    modification: Mapping[str, str] = field(default_factory=dict)
    human: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, str] = field(default_factory=dict)
    repair: Mapping[str, str] = field(default_factory=dict)
    other: Callable[[ChatCall], str] = lambda call: ""


def working(work: Work, by_phase: Mapping[str, str]) -> Callable[[ChatCall], Scripted]:
    """The reply function. `by_phase` has a piece of each phase's template by the phase's name."""
    mended = False

    def reply(call: ChatCall) -> Scripted:
        nonlocal mended
        told = call.messages[-1:] if call.shared else call.messages
        asked = "\n".join(message["content"] for message in told if message["role"] == "user")
        if said := work.other(call):
            return Scripted(said)
        if call.title == "CodeReview":
            return Scripted(json.dumps({"findings": [work.finding] if work.finding and not mended else []}))
        if call.title == "ErrorSummary":
            answer = {"summary": "The result is wrong.", "files": list(work.repair)}
            return Scripted(json.dumps(answer))
        if call.title:
            return Scripted(json.dumps(FORMS[call.title]))
        if "System test: write tests" in asked:
            return Scripted(rendered(work.tests) if work.tests else "There is nothing to test.")
        phase = next((name for name, piece in by_phase.items() if piece in asked), "")
        mended = mended or phase == "CodeReviewModification"
        files = {
            "Coding": work.coding,
            "CodeComplete": work.complete,
            "CodeReviewModification": work.modification,
            "CodeReviewHuman": work.human,
            "TestModification": work.repair,
        }
        if phase in files:
            return Scripted(rendered(files[phase]))
        if phase == "Manual":
            return Scripted("# Manual\n\nStart it with `python main.py`.\n")
        raise AssertionError(f"nobody scripted the {call.role}'s reply to: {asked[-400:]}")

    return reply
