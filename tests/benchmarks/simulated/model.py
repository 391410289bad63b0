"""A model that answers as one of a given skill would; what it does follows from the prompt and its seed.

It reads no more than what it is sent. A program is repaired only when the prompt tells a case that this
very program fails, with the values that it really gives, and that the right program keeps.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.simulated.knowledge import Known
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.schemas import filled
from tests.support.solver import written

ACCOUNT = "Line by line, the code does this:"
REPAIR = re.compile(r"\b[Mm]end\b|whole module again")
APPROACH = re.compile(r"approach (\d+)")
TESTS = 8  # assertions a test designer writes
PLANS = 3


@dataclass(frozen=True)
class Skill:
    """How good the model is; each from 0 to 1, but for `spread`.

    `right`: a first program is right. `repairs`: a repair is, when the prompt tells a real failure; with an
    account of the code in the talk as well, `explained`. `blind`: a repair is without a real failure.
    `tests`: an assertion, a judgement of code, or a finding about it is right. `misled`: right code is spoilt
    when only wrong failures are told. `reuses`: shown functions of earlier solutions are taken over.
    `planned` is added to `right` where a plan or knowledge stands in the prompt. `spread`: how much problems
    differ in difficulty (standard deviation of the log-odds); samples of a problem share it.
    """

    right: float = 0.5
    repairs: float = 0.4
    explained: float = 0.5
    blind: float = 0.0
    tests: float = 0.8
    misled: float = 0.2
    reuses: float = 0.5
    planned: float = 0.0
    spread: float = 1.5


class SimulatedModel:
    """Replies for any of the known problems; which one it is follows from the prompt."""

    def __init__(self, known: Sequence[Known], skill: Skill, seed: int) -> None:
        self._known, self._skill, self._seed = known, skill, seed
        self._asked: Counter[str] = Counter()

    def __call__(self, call: ChatCall) -> Scripted:
        """The reply to a request."""
        known = next((one for one in self._known if one.starter in call.prompt), None)
        if known is None:
            return Scripted(json.dumps(filled(call.format)) if isinstance(call.format, dict) else "OK.")
        told = _Told(known, "\n".join(str(said.get("content", "")) for said in call.messages))
        if isinstance(call.format, dict):
            return Scripted(json.dumps(self._form(call, known, told)))
        if "Write no code." in call.last:
            return Scripted(f"{ACCOUNT} it takes its arguments and works through them.")
        return Scripted(written(known.programs[self._program(call, known, told)]))

    # --- programs ------------------------------------------------------------------------------------

    def _program(self, call: ChatCall, known: Known, told: _Told) -> int:
        """Which of the known programs is written."""
        if told.current is not None and REPAIR.search(told.after):
            return self._repaired(known, told, told.current, self._anew(known, call.prompt))
        if told.shown and not told.whole:
            chance = self._chance(known, "reuse", str(call.options.get("seed")))
            if chance.random() < self._skill.reuses:
                return chance.choice(told.shown)
        approach = told.approach
        return self._first(known, approach, str(call.options.get("seed", "")), self._is_planned(call, told))

    def _first(self, known: Known, approach: int, sample: str, planned: bool) -> int:
        """A program that is written without a report. The same approach and sample give the same one."""
        chance = self._chance(known, "first", f"{approach} {sample}" if approach > 1 or sample else "")
        right = self._on(known, self._skill.right) + self._skill.planned * planned
        return 0 if chance.random() < right else chance.randrange(1, len(known.programs))

    def _repaired(self, known: Known, told: _Told, current: int, chance: random.Random) -> int:
        """What becomes of the program `current` after what the prompt tells of it."""
        skill, others = self._skill, range(1, len(known.programs))
        if current == 0:
            return chance.choice(others) if chance.random() < skill.misled else 0
        right = self._on(known, skill.explained if ACCOUNT in told.after else skill.repairs)
        real, all_told = told.failures(current)
        likely = right * real / all_told if real else skill.blind
        return 0 if chance.random() < likely else chance.choice(others)

    def _is_planned(self, call: ChatCall, told: _Told) -> bool:
        return bool(APPROACH.search(call.prompt)) or told.current is not None

    # --- forms ---------------------------------------------------------------------------------------

    def _form(self, call: ChatCall, known: Known, told: _Told) -> object:
        chance = self._anew(known, call.prompt)
        match call.title:
            case "SolutionPlan":
                return {"steps": [f"Take approach {told.approach}.", "Handle the special cases."]}
            case "TaskAnalysis":
                return {"subtasks": ["Read the arguments."], "plan": "Take approach 1."}
            case "RecalledProblems":
                return {
                    "problems": [
                        {"problem": f"One for approach {n}", "solution": f"By approach {n}."}
                        for n in range(1, PLANS + 1)
                    ]
                }
            case "PlanConfidence":
                return {"reason": "It fits.", "confidence": chance.randint(0, 100)}
            case "TestDesign":
                checks = self._checks(known)
                return {"basic": checks[:4] or ["assert True"], "edge": checks[4:7], "large": checks[7:]}
            case "TestChecks":
                return {"checks": self._checks(known) or ["assert True"]}
            case "TestReport":
                return {"findings": self._findings(known, told.current or 0, chance)}
            case "SelfJudgement":
                truth = told.current == 0
                return {
                    "reason": "By the account.",
                    "correct": truth == (chance.random() < self._skill.tests),
                }
            case _:
                return filled(call.format) if isinstance(call.format, dict) else {}

    def _checks(self, known: Known) -> list[str]:
        """Assertions about the function, each right by the skill; the same for every method."""
        chance = self._chance(known, "tests", "")
        right = chance.sample(known.right, min(TESTS, len(known.right)))
        wrong = iter(chance.sample(known.wrong, len(known.wrong)))
        return [check if chance.random() < self._skill.tests else next(wrong, check) for check in right]

    def _findings(self, known: Known, current: int, chance: random.Random) -> list[str]:
        """What is found by reasoning: a real fault by the skill; now and then one that is none."""
        holds = len(known.examples) + len(known.right)
        real = [words for words in known.told[current][:holds] if words]
        unreal = [words for words in known.told[current][holds:] if words]
        if chance.random() < self._skill.tests:
            return [chance.choice(real)] if real else []
        return [chance.choice(unreal)] if unreal else []

    # --- chance --------------------------------------------------------------------------------------

    def _on(self, known: Known, skill: float) -> float:
        """A skill on this problem, by its difficulty."""
        if not 0 < skill < 1:
            return skill
        shift = self._skill.spread * random.Random(f"{self._seed} {known.key}").gauss(0, 1)
        return 1 / (1 + math.exp(-(math.log(skill / (1 - skill)) + shift)))

    def _chance(self, known: Known, what: str, more: str) -> random.Random:
        return random.Random(f"{self._seed} {known.key} {what} {more}")

    def _anew(self, known: Known, prompt: str) -> random.Random:
        """A chance of its own for each prompt, and each time that it comes: a model above temperature 0."""
        mark = hashlib.sha256(prompt.encode()).hexdigest()
        self._asked[mark] += 1
        return self._chance(known, mark, str(self._asked[mark]))


class _Told:
    """What a conversation tells about the known programs of its problem."""

    def __init__(self, known: Known, text: str) -> None:
        self._known = known
        places = [(text.rfind(code.strip()), number) for number, code in enumerate(known.programs)]
        place, number = max(places)
        self.current = number if place >= 0 else None
        self.after = text[place + len(known.programs[number].strip()) :] if place >= 0 else ""
        self.whole = self.current is not None and bool(REPAIR.search(self.after))
        self.shown = [number for number, code in enumerate(known.programs) if _function(code, known) in text]
        if not re.search(r"functions? come from|earlier solutions", text):
            self.shown = []
        found = APPROACH.findall(text)
        self.approach = int(found[-1]) if found else 1

    def failures(self, current: int) -> tuple[int, int]:
        """How many failures of the program are told with its real values, and how many are told at all.

        Real is one of a case that the right program keeps.
        """
        told = _plain(self.after)
        by_case = zip(self._known.told[current], self._known.told[0], strict=True)
        seen = [not right for words, right in by_case if words and _plain(words) in told]
        return sum(seen), len(seen)


def _function(code: str, known: Known) -> str:
    """The function asked for as CodeChain shows it: with nothing before it."""
    return code[code.index(f"def {known.entry_point}(") :].strip()


def _plain(text: str) -> str:
    return " ".join(text.split())
