"""What a machine would have made of the requests of a run: its clock is reckoned, nobody sleeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.machine.slots import Loaded, Slot
from tests.support.ollama.scripted import count_tokens

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Hardware:
    """Tokens a second, seconds, counts. Who reads, or writes, at the same time shares the rate."""

    reads: float = 400.0
    writes: float = 35.0
    loads: float = 12.0
    models: int = 1
    slots: int = 1
    multiuser: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was really made; an empty prompt only loads. `began` and `ended` are real seconds."""

    model: str
    num_ctx: int
    prompt: str
    reply: str
    began: float
    ended: float
    unloads: bool = False


@dataclass(slots=True)
class Reckoned:
    """Simulated seconds by what the run waited for, and tokens."""

    reading: float = 0.0
    writing: float = 0.0
    loading: float = 0.0
    ours: float = 0.0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0
    calls: int = 0
    loads: int = 0

    @property
    def whole(self) -> float:
        """The run's time."""
        return self.reading + self.writing + self.loading + self.ours

    @property
    def cached(self) -> float:
        """The share of the prompt tokens that was in a slot already."""
        return self.cached_tokens / max(1, self.prompt_tokens)


@dataclass(slots=True, eq=False)
class _Job:
    exchange: Exchange
    after: list[_Job]  # whose replies the asker had when it asked
    pause: float  # what it did in between, in real seconds
    arrives: float | None = None
    done: float | None = None
    stage: str = "waiting"
    left: float = 0.0
    slot: Slot | None = None


@dataclass(slots=True)
class _Machine:
    hardware: Hardware
    jobs: list[_Job]
    now: float = 0.0
    loaded: list[Loaded] = field(default_factory=list)
    told: Reckoned = field(default_factory=Reckoned)

    def run(self) -> Reckoned:
        while any(job.done is None for job in self.jobs):
            self._begin()
            self._advance()
        return self.told

    def _begin(self) -> None:
        """Everything that can begin now does, in the order of arrival."""
        for job in self.jobs:
            if job.arrives is None and all(before.done is not None for before in job.after):
                job.arrives = max((before.done or 0.0 for before in job.after), default=0.0) + job.pause
        ready = [
            job
            for job in self.jobs
            if job.stage == "waiting" and job.arrives is not None and job.arrives <= self.now + _NOTHING
        ]
        for job in sorted(ready, key=lambda job: job.arrives or 0.0):
            self._start(job)

    def _start(self, job: _Job) -> None:
        asked = job.exchange
        held = next((held for held in self.loaded if held.model == asked.model), None)
        if asked.unloads:
            if held:
                self.loaded.remove(held)
            job.stage, job.done = "done", self.now
        elif held is None or held.num_ctx != asked.num_ctx:
            self._load(job, held)
        elif not asked.prompt:
            job.stage, job.done = "done", self.now
        elif taken := held.take(asked.prompt, self.now, multiuser=self.hardware.multiuser):
            job.slot, known = taken
            tokens = count_tokens(asked.prompt)
            job.stage, job.left = "reading", float(tokens - known)
            self.told.calls += 1
            self.told.prompt_tokens += tokens
            self.told.cached_tokens += known

    def _load(self, job: _Job, held: Loaded | None) -> None:
        """Load its model; what must make room has to be idle."""
        if any(other.stage == "loading" for other in self.jobs):
            return
        leaving = held
        if leaving is None and len(self.loaded) >= self.hardware.models:
            leaving = min(self.loaded, key=lambda held: held.used)
        if leaving is not None:
            if leaving.busy:
                return
            self.loaded.remove(leaving)
        self.told.loads += 1
        job.stage, job.left = "loading", self.hardware.loads

    def _advance(self) -> None:
        """Go to the next moment at which something ends or arrives."""
        at_work = {
            stage: [job for job in self.jobs if job.stage == stage]
            for stage in ("loading", "reading", "writing")
        }
        rates = {"loading": 1.0, "reading": self.hardware.reads, "writing": self.hardware.writes}
        steps = [
            job.left * (len(jobs) if stage != "loading" else 1) / rates[stage]
            for stage, jobs in at_work.items()
            for job in jobs
        ]
        steps += [
            job.arrives - self.now
            for job in self.jobs
            if job.stage == "waiting" and job.arrives is not None and job.arrives > self.now + _NOTHING
        ]
        if not steps:
            return
        step = max(0.0, min(steps))
        self._account(step, at_work)
        self.now += step
        for stage, jobs in at_work.items():
            for job in jobs:
                job.left -= step * rates[stage] / (len(jobs) if stage != "loading" else 1)
                if job.left <= _NOTHING * rates[stage]:
                    self._next_stage(job)

    def _account(self, step: float, at_work: dict[str, list[_Job]]) -> None:
        if at_work["writing"]:
            self.told.writing += step
        elif at_work["reading"]:
            self.told.reading += step
        elif at_work["loading"]:
            self.told.loading += step
        else:
            self.told.ours += step

    def _next_stage(self, job: _Job) -> None:
        asked = job.exchange
        if job.stage == "loading":
            slots = [Slot() for _ in range(self.hardware.slots)]
            self.loaded.append(Loaded(asked.model, asked.num_ctx, slots, self.now))
            job.stage = "waiting"
        elif job.stage == "reading":
            tokens = count_tokens(asked.reply)
            self.told.written_tokens += tokens
            job.stage, job.left = "writing", float(max(1, tokens))
        else:
            job.stage, job.done = "done", self.now
            if job.slot is not None:
                job.slot.text = f"{asked.prompt}{asked.reply}"
                job.slot.busy = False


def reckon(exchanges: Sequence[Exchange], hardware: Hardware) -> Reckoned:
    """The times of a run on `hardware`.

    A request comes after those whose replies were there when it was made, and as much later as it really was;
    requests whose real times overlap are at work together.
    """
    jobs: list[_Job] = []
    for exchange in sorted(exchanges, key=lambda exchange: exchange.began):
        after = [job for job in jobs if job.exchange.ended <= exchange.began]
        last = max((job.exchange.ended for job in after), default=exchange.began)
        jobs.append(_Job(exchange, after, exchange.began - last))
    return _Machine(hardware, jobs).run()
