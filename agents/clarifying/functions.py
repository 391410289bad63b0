"""Is a function-sized task clear? Solutions are sampled and compared; where they differ, the user is asked.

ClarifyGPT (arXiv:2310.10996): test inputs from the model, multiplied by mutation; n solutions at a high
temperature; the same outputs on all inputs mean that the task is clear, and nothing is asked. Different ones
become a question in which the differing behaviour is shown, and the answer goes into a refined task.

[ours]: five solutions (the paper has 15); solutions that fail a public example are wrong and no reading, so
they are set aside; failures on mutated inputs do not count (`behaviour.compared`); where the samples agree,
one of them is the answer, so that no further call is paid for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.agent import Agent
from agents.clarifying.behaviour import Behaviours, Candidate, as_table, compared
from agents.clarifying.forms import AmbiguityQuestion, RefinedTask, TestInputs
from agents.clarifying.inputs import arguments_in, call_of, parameters
from agents.clarifying.mutation import Arguments, multiplied
from agents.clarifying.options import ClarifyOptions
from agents.contracts import Sampling, Task
from agents.errors import ReplyDoesNotFit
from agents.events import Reading
from agents.run import Run
from agents.solving import brief, write_solution
from agents.tasks import with_docstring
from agents.together import Workplaces, together
from agents.trials import Observation, try_and_observe

CALL_SECONDS = 2.0
SEEDS = 2**31
LONGEST_OUTCOME = 200


@dataclass(frozen=True, slots=True)
class Clarified:
    """A task after clarification; `code` is what the samples agreed on, empty where they did not."""

    task: Task
    code: str = ""
    questions: int = 0


@dataclass(slots=True)
class FunctionClarification:
    """The people at work on one task."""

    run: Run
    options: ClarifyOptions
    lead: Agent
    analyst: Agent

    async def carry_out(self, task: Task) -> Clarified:
        """The task, refined by at most `rounds` answers of the user."""
        rounds = self.options.rounds
        for number in range(1, rounds + 1):
            async with self.run.phase(
                "clarification",
                "Clarification",
                round=number,
                rounds=rounds,
                instructor=self.lead,
                assistant=self.analyst,
            ) as phase:
                seen = await self._behaviours(task)
                if seen is None:
                    phase.conclude("Nothing could be compared; the task is taken as it is.")
                    return Clarified(task, questions=number - 1)
                if seen.clear(self.options.tolerated):
                    phase.conclude(f"The task is clear: {len(seen.groups[0])} solutions behave alike.")
                    return Clarified(task, seen.groups[0][0].code, number - 1)
                task = await self._refined(task, seen)
                phase.conclude(task.idea)
        return Clarified(task, questions=rounds)

    # --- how the samples behave --------------------------------------------------------------------

    async def _behaviours(self, task: Task) -> Behaviours | None:
        """How the sampled solutions behave; None when there are not two to compare, or no input."""
        seeds = await self._seeds(task)
        inputs = multiplied(seeds, max(self.options.inputs, len(seeds)), self.run.random)
        calls = [call_of(task.entry_point, arguments) for arguments in inputs]
        if not calls:
            self.run.notice("There were no inputs to compare solutions on, so nothing is asked.", "warning")
            return None
        candidates = await self._candidates(task, calls)
        working = [candidate for candidate in candidates if candidate.works]
        if len(working) < 2:
            self.run.notice("Fewer than two solutions could be compared, so nothing is asked.", "warning")
            return None
        return compared(working, calls, len(seeds))

    async def _seeds(self, task: Task) -> list[Arguments]:
        """Inputs from the task's examples and from the model; without parameters there is only one."""
        count = parameters(task.starter, task.entry_point)
        if count == 0:
            return [()]
        self._ask_analyst("inputs", task=brief(task), function=task.entry_point)
        try:
            proposed = (await self.analyst.fill(self.lead.path, TestInputs)).calls
        except ReplyDoesNotFit as error:
            self.run.notice(f"{error.message} The examples alone are used.", "warning")
            proposed = []
        found = arguments_in([*task.examples, *proposed], task.entry_point)
        return [arguments for arguments in found if count is None or len(arguments) <= count]

    async def _candidates(self, task: Task, calls: Sequence[str]) -> list[Candidate]:
        """The solutions, each by a programmer of its own, who do not see each other's; with what they do.

        A solution is observed while the next one is written.
        """
        asked = self.run.prompts.in_full("solution", task=brief(task))
        programmers = [
            (self.run.hire("Sampling Programmer", self.lead), self.run.random.randrange(SEEDS))
            for _ in range(self.options.samples)
        ]
        places = Workplaces(self.run.at_once)

        async def written(programmer: Agent, seed: int) -> str:
            programmer.hear(self.lead, asked)
            sampling = Sampling(self.options.temperature, seed)
            try:
                return await write_solution(programmer, self.lead.path, task, sampling=sampling)
            except ReplyDoesNotFit:
                return ""

        async def candidate(programmer: Agent, seed: int) -> Candidate:
            code = await places.hold(written(programmer, seed))
            return Candidate(code, await self._observed(programmer, task, code, calls) if code else ())

        found = await together([candidate(*programmer) for programmer in programmers])
        if lost := sum(not candidate.code for candidate in found):
            self.run.notice(
                f"{lost} of {len(found)} solutions could not be read and are left out.", "warning"
            )
        return [candidate for candidate in found if candidate.seen]

    async def _observed(
        self, sampler: Agent, task: Task, code: str, calls: Sequence[str]
    ) -> tuple[Observation, ...]:
        """What a solution does; nothing for one that fails a public example."""
        trials, seen = await try_and_observe(
            self.run,
            sampler,
            code,
            task.examples,
            calls,
            entry_point=task.entry_point,
            seconds=CALL_SECONDS,
        )
        return () if trials.failures else seen

    # --- the question ------------------------------------------------------------------------------

    async def _refined(self, task: Task, seen: Behaviours) -> Task:
        """The task after the user has said which behaviour is meant."""
        groups = seen.groups[: self.options.readings]
        rows = [(call, outcomes[: len(groups)]) for call, outcomes in seen.differing()]
        asked = await self._question(task, seen, rows)
        meanings = _meanings(asked.readings, len(groups))
        readings = [
            Reading(meaning, len(group), tuple(_short(outcomes[place]) for _, outcomes in rows))
            for place, (meaning, group) in enumerate(zip(meanings, groups, strict=True))
        ]
        inputs = [call for call, _ in rows]
        answer = await self.run.ask_user(
            self.analyst,
            asked.question.strip(),
            options=meanings,
            context=as_table(
                [(call, [r.outcomes[n] for r in readings]) for n, call in enumerate(inputs)], meanings
            ),
            inputs=inputs,
            readings=readings,
        )
        text = answer.text.strip()
        if answer.by == "later":
            self.run.meanwhile.expect_decision(self.analyst.last_key("?"), asked.question.strip())
        if not text:
            text = meanings[0]
            self.run.notice(f"The team decides as most of its solutions did: {text}")
        return await self._worked_in(task, asked.question.strip(), text, readings, inputs)

    async def _question(
        self, task: Task, seen: Behaviours, rows: Sequence[tuple[str, Sequence[str]]]
    ) -> AmbiguityQuestion:
        groups = seen.groups[: self.options.readings]
        names = [f"implementation {number}" for number in range(1, len(groups) + 1)]
        codes = "\n\n".join(
            f"{name} ({len(group)} alike):\n```python\n{group[0].code.strip()}\n```"
            for name, group in zip(names, groups, strict=True)
        )
        self._ask_analyst("question", task=brief(task), codes=codes, table=as_table(rows, names))
        return await self.analyst.fill(self.lead.path, AmbiguityQuestion)

    async def _worked_in(
        self, task: Task, question: str, answer: str, readings: Sequence[Reading], inputs: Sequence[str]
    ) -> Task:
        """The refined task; behaviour that the user chose by its reading becomes part of its words."""
        chosen = next((reading for reading in readings if reading.meaning == answer), None)
        shown = [
            f"{call} → {outcome}"
            for call, outcome in zip(inputs, chosen.outcomes if chosen else (), strict=False)
        ]
        self._ask_analyst(
            "refine",
            task=brief(task),
            question=question,
            answer=answer,
            behaviour="\n".join(["Which means, for example:", *shown]) if shown else "",
        )
        refined = (await self.analyst.fill(self.lead.path, RefinedTask)).requirement.strip()
        words = f"{refined}\n\nThe customer was asked: {question}\nThe customer said: {answer}"
        if shown:
            words += "\n\n" + "\n".join(shown)
        return replace(task, idea=words, starter=with_docstring(task.starter, task.entry_point, words))

    def _ask_analyst(self, name: str, **fields: str) -> None:
        self.analyst.forget()
        self.analyst.hear(self.lead, self.run.prompts.in_full(name, **fields))


def _meanings(told: Sequence[str], count: int) -> list[str]:
    """A name for each reading, all different; a number where the model gave none."""
    names: list[str] = []
    for place in range(count):
        name = " ".join(told[place].split()) if place < len(told) else ""
        names.append(name if name and name not in names else f"{name or 'Behaviour'} ({place + 1})")
    return names


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_OUTCOME else f"{text[:LONGEST_OUTCOME]}…"
