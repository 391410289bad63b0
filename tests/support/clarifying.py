"""A scripted team that clarifies: sampled solutions or readings, one for each seed that asks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.solver import written

ROUND = "Write a function nearest(x) that rounds x to a whole number.\nnearest(1.2) -> 1\n"
HALF_UP = "import math\n\n\ndef nearest(x):\n    return math.floor(x + 0.5)\n"
TO_EVEN = "def nearest(x):\n    return round(x)\n"
ENDLESS = "def nearest(x):\n    while x != 1.2:\n        pass\n    return 1\n"
BROKEN = "def nearest(x):\n    raise ValueError\n"
CALLS = ("nearest(2.5)", "nearest(0.5)", "nearest(-1.2)", "nearest(7.0)")


@dataclass
class Team:
    """What each role says. `samples` are texts of replies; `asked` counts the calls by role and form."""

    samples: Sequence[str] = ()
    calls: Sequence[str] | None = CALLS
    question: str = "Which way does a half go?"
    meanings: Sequence[str] = ("To the even number", "Upwards")
    final: str = HALF_UP
    readings: Sequence[Mapping[str, str]] = ()
    points: Sequence[Mapping[str, object]] = ()
    otherwise: Callable[[ChatCall], Scripted] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    _taken: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, call: ChatCall) -> Scripted:
        with self._lock:
            prompt = call.messages[-1]["content"]
            self.asked.append((call.role, call.title))
            self.prompts.append(prompt)
            return self._reply(call, prompt)

    def _reply(self, call: ChatCall, prompt: str) -> Scripted:
        match call.role, call.title:
            case "Requirements Analyst", "TestInputs":
                return Scripted("I cannot.") if self.calls is None else _typed({"calls": list(self.calls)})
            case "Requirements Analyst", "AmbiguityQuestion":
                return _typed(
                    {"difference": "Halves.", "question": self.question, "readings": list(self.meanings)}
                )
            case "Requirements Analyst", "RefinedTask":
                answer = prompt.partition("The answer: ")[2].partition("\n")[0]
                return _typed({"requirement": f"Round x to a whole number. Halves: {answer}."})
            case "Requirements Analyst", "Disagreements":
                return _typed({"points": [dict(point) for point in self.points]})
            case "Sampling Programmer", "":
                return Scripted(self.samples[self._place(call, len(self.samples))])
            case "Reader", "ProjectReading":
                decided = self.readings[self._place(call, len(self.readings))]
                return _typed(
                    {"decisions": [{"topic": topic, "choice": choice} for topic, choice in decided.items()]}
                )
            case "Programmer", "" if self.otherwise is None:
                return Scripted(written(self.final))
            case _:
                assert self.otherwise is not None, f"nobody scripted {call.role} {call.title}"
                return self.otherwise(call)

    def _place(self, call: ChatCall, count: int) -> int:
        """The sample of a request: each seed gets one, in the order of coming."""
        seed = f"{call.role} {call.options.get('seed')}"
        return self._taken.setdefault(seed, len(self._taken)) % count


def samples(*codes: str) -> list[str]:
    """Replies with these modules."""
    return [written(code) for code in codes]


def _typed(answer: object) -> Scripted:
    return Scripted(json.dumps(answer))
