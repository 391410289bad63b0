"""CodeChain: modular samples whose best functions are offered again, round after round (arXiv:2310.08992).

N modular solutions are sampled (5 here, 20 in the paper) and tried on the public tests. The functions of
those that hold (of all, where none does) are embedded and clustered by k-means; the member nearest each
centre is shown to the next round's samples, to be reused or adapted. Over five rounds there are 5, 4, 3, 2
and 1 clusters. The answer is a sample of the last round that holds, else the best of all. It ends early when
every sample of a round holds [ours]. A sample is tried while the next one is written; in the last round, of
those that are written at the same time, the ones after the first that holds are ended [ours].
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Sampling, Task
from agents.embedding import Vectors, embedded
from agents.errors import ReplyDoesNotFit
from agents.prompts import Prompt
from agents.registry import workflow
from agents.run import Run
from agents.solving import answer, brief, try_examples, write_solution
from agents.syntax import module_of
from agents.together import Workplaces, until
from agents.trials import Trials

SEEDS = 2**31


class CodeChainOptions(BaseModel):
    """How many solutions are sampled, and how often."""

    samples: int = Field(5, ge=1, le=20, description="Solutions a round (the paper has 20)")
    rounds: int = Field(5, ge=0, le=5, description="Rounds of revision")
    temperature: float = Field(0.6, ge=0, le=2, description="How freely a solution chooses its words")


@dataclass(frozen=True, slots=True)
class Sample:
    """A solution with how the public tests went."""

    code: str
    trials: Trials


def modules_of(code: str, entry_point: str) -> list[str]:
    """The functions of a solution as source: its helpers, or the whole function where it has none."""
    module = module_of(code)
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)] if module else []
    helpers = [node for node in functions if node.name != entry_point]
    return [ast.unparse(node) for node in helpers or functions]


def representatives(texts: Sequence[str], vectors: Vectors, clusters: int, seed: int) -> list[str]:
    """The text nearest the centre of each of so many clusters (fewer, where the texts are)."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - heavy

    distinct = len({tuple(vector) for vector in vectors})
    model = KMeans(min(clusters, distinct), random_state=seed % 2**32, n_init=4).fit(vectors)
    distances = model.transform(vectors)
    nearest = [int(distances[:, cluster].argmin()) for cluster in range(distances.shape[1])]
    return [texts[place] for place in dict.fromkeys(nearest)]


class Chain:
    """The Programmers who sample, and what the rounds before have left."""

    def __init__(self, run: Run, task: Task, options: CodeChainOptions) -> None:
        self.run, self.task, self.options = run, task, options
        self.lead = run.hire("Task Lead")
        self.programmers = [run.hire("Programmer", self.lead) for _ in range(options.samples)]
        self.asked = brief(task)

    async def sample(self, number: int, modules: Sequence[str]) -> list[Sample]:
        """A round of samples, written with `modules` in view; those that cannot be read are left out."""
        rounds = self.options.rounds + 1
        async with self.run.phase("sampling", "Sampling", round=number, rounds=rounds) as phase:
            asked, shown = self.run.prompts.in_full, "\n\n".join(modules)
            prompt = (
                asked("revision", task=self.asked, modules=shown)
                if modules
                else asked("modular", task=self.asked)
            )
            seeds = [self.run.random.randrange(SEEDS) for _ in self.programmers]
            places = Workplaces(self.run.at_once)
            one_is_enough = number == rounds and self.run.at_once > 1
            found = await until(
                [
                    self._sample(places, agent, prompt, seed)
                    for agent, seed in zip(self.programmers, seeds, strict=True)
                ],
                lambda sample: one_is_enough and sample is not None and sample.trials.passed,
                lambda place: self.programmers[place].dismiss(),
            )
            samples = [sample for sample in found if sample is not None]
            held = sum(sample.trials.passed for sample in samples)
            phase.conclude(f"{held} of {len(samples)} solutions hold.")
        if lost := len(found) - len(samples):
            self.run.notice(f"{lost} of {len(found)} solutions could not be read and are left out.")
        return samples

    async def _sample(
        self, places: Workplaces, programmer: Agent, prompt: Prompt, seed: int
    ) -> Sample | None:
        """A solution, tried while the next one is written; None where it cannot be read."""
        code = await places.hold(self._write(programmer, prompt, seed))
        return Sample(code, await try_examples(self.run, programmer, self.task, code)) if code else None

    async def _write(self, programmer: Agent, prompt: Prompt, seed: int) -> str:
        programmer.forget()
        programmer.hear(self.lead, prompt)
        sampling = Sampling(self.options.temperature, seed)
        try:
            return await write_solution(programmer, self.lead.path, self.task, sampling=sampling)
        except ReplyDoesNotFit:
            return ""

    async def choose(self, samples: Sequence[Sample], clusters: int) -> list[str]:
        """The functions that the next round is shown."""
        sound = [sample for sample in samples if sample.trials.passed] or samples
        found = [text for one in sound for text in modules_of(one.code, self.task.entry_point)]
        texts = list(dict.fromkeys(found))
        if len(texts) <= clusters:
            return texts
        vectors = await embedded(self.run, self.lead, texts)
        return representatives(texts, vectors, clusters, self.run.random.randrange(SEEDS))


@workflow(
    name="codechain",
    title="CodeChain",
    summary="Samples modular solutions and builds on each round's best functions: strong, with many calls.",
    paper="arXiv:2310.08992",
    options=CodeChainOptions,
    kind="task",
)
async def codechain(run: Run, task: Task, options: CodeChainOptions) -> Outcome:
    """Sample, cluster, revise; the outcome says whether the answer keeps the examples."""
    chain = Chain(run, task, options)
    everything: list[Sample] = []
    modules: list[str] = []
    for number in range(1, options.rounds + 2):
        samples = await chain.sample(number, modules)
        everything += samples
        settled = bool(samples) and bool(task.examples) and all(sample.trials.passed for sample in samples)
        if settled or number > options.rounds:
            break
        modules = await chain.choose(samples or everything, options.rounds + 1 - number)
    if not everything:
        raise ReplyDoesNotFit(
            "None of the solutions could be read.", "Continue the run to ask again, or choose another model."
        )
    best = next(
        (sample for sample in samples if sample.trials.passed),
        max(reversed(everything), key=lambda sample: sample.trials.rate),
    )
    return await answer(run, task, chain.lead, best.code, best.trials)
