"""What machines would have made of the requests of a run: their clock is reckoned, nobody sleeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.sent import Sent
from tests.support.ollama.scripted import count_tokens
from tests.support.ollama.slots import Loaded, Slot

_NOTHING = 1e-9
# What the run is said to wait for: the first of these that goes on.
AT_WORK = ("writing", "reading", "answering", "loading")


@dataclass(frozen=True, slots=True)
class Hardware:
    """A host: tokens a second, seconds, counts. Who reads, or writes, at the same time shares the rate."""

    reads: float = 400.0
    writes: float = 35.0
    loads: float = 12.0
    models: int = 1
    slots: int = 1
    multiuser: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A prompt that was read: its tokens, those that a slot had, and those sent before and read again."""

    role: str
    phase: str
    tokens: int
    cached: int
    again: int
    seconds: float


@dataclass(slots=True)
class Reckoned:
    """Simulated seconds by what the run waited for, and tokens.

    `queued` are the seconds in which requests waited for a slot or for room for their model, summed over
    requests; `idle` those in which a host had nothing to do, summed over hosts. Neither is part of `whole`.
    `sent_before` are the prompt tokens which a cache of prefixes could have held, since the same role had
    been sent them; `found_tokens` are those of them which it held.
    """

    reading: float = 0.0
    writing: float = 0.0
    loading: float = 0.0
    answering: float = 0.0
    ours: float = 0.0
    queued: float = 0.0
    idle: float = 0.0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    sent_before: int = 0
    found_tokens: int = 0
    written_tokens: int = 0
    calls: int = 0
    loads: Counter[str] = field(default_factory=Counter)
    reads: list[Read] = field(default_factory=list)

    @property
    def whole(self) -> float:
        """The run's time."""
        return self.reading + self.writing + self.loading + self.answering + self.ours

    @property
    def cached(self) -> float:
        """The share of the prompt tokens that was in a slot already."""
        return self.cached_tokens / max(1, self.prompt_tokens)

    @property
    def found(self) -> float:
        """The share of what could be in a slot that was."""
        return self.found_tokens / self.sent_before if self.sent_before else 1.0

    @property
    def again(self) -> int:
        """The tokens that were read although their role had been sent their lines before."""
        return sum(read.again for read in self.reads)


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

    @property
    def waited_for(self) -> bool:
        """Whether anybody waits for it: a load that was asked for ahead holds nobody up."""
        return not self.exchange.loads


@dataclass(slots=True, eq=False)
class _Host:
    """A machine with what it has loaded and what it has at hand."""

    hardware: Hardware
    told: Reckoned
    sent: Sent
    jobs: list[_Job] = field(default_factory=list)
    loaded: list[Loaded] = field(default_factory=list)

    def rate(self, job: _Job) -> float:
        """How much of a job is done in a second: tokens, or seconds of a load."""
        if job.stage == "loading":
            return 1.0
        sharing = sum(other.stage == job.stage for other in self.jobs)
        return (self.hardware.reads if job.stage == "reading" else self.hardware.writes) / sharing

    def start(self, job: _Job, now: float) -> None:
        """Begin with a job if that is possible now."""
        asked = job.exchange
        held = next((held for held in self.loaded if held.model == asked.model), None)
        if asked.unloads:
            self.loaded = [other for other in self.loaded if other is not held]
            job.stage, job.done = "done", now
        elif held is None or held.num_ctx != asked.num_ctx:
            self._load(job, held)
        elif not asked.prompt:
            job.stage, job.done = "done", now
        elif taken := held.take(asked.prompt, now, multiuser=self.hardware.multiuser):
            job.slot, known = taken
            tokens = count_tokens(asked.prompt)
            job.stage, job.left = "reading", float(tokens - known)
            self._tell_of(asked, tokens, known)

    def _tell_of(self, asked: Exchange, tokens: int, known: int) -> None:
        before = min(tokens, self.sent.beginning(asked))
        self.told.calls += 1
        self.told.prompt_tokens += tokens
        self.told.cached_tokens += known
        self.told.sent_before += before
        self.told.found_tokens += min(before, known)
        seconds = (tokens - known) / self.hardware.reads
        again = self.sent.again(asked, known)
        self.told.reads.append(Read(asked.role, asked.phase, tokens, known, again, seconds))
        self.sent.add(asked)

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
        self.told.loads[job.exchange.model] += 1
        job.stage, job.left = "loading", self.hardware.loads

    def next_stage(self, job: _Job, now: float) -> None:
        """What a job did is done: a load makes it wait for its slot, reading is followed by writing."""
        asked = job.exchange
        if job.stage == "loading":
            slots = [Slot() for _ in range(self.hardware.slots)]
            self.loaded.append(Loaded(asked.model, asked.num_ctx, slots, now))
            job.stage = "waiting"
        elif job.stage == "reading":
            tokens = count_tokens(asked.reply)
            self.told.written_tokens += tokens
            job.stage, job.left = "writing", float(max(1, tokens))
        else:
            job.stage, job.done = "done", now
            if job.slot is not None:
                job.slot.text = f"{asked.prompt}{asked.reply}"
                job.slot.busy = False


@dataclass(slots=True)
class _Run:
    """All hosts, and the user, whose answers are nobody's work but time all the same."""

    hosts: list[_Host]
    jobs: list[_Job]
    told: Reckoned
    now: float = 0.0

    def reckon(self) -> Reckoned:
        while any(job.done is None for job in self.jobs if job.waited_for):
            self._begin()
            self._advance()
        return self.told

    def _begin(self) -> None:
        """Everything that can begin now does, in the order of arrival."""
        for job in self.jobs:
            if job.arrives is None and all(before.done is not None for before in job.after):
                job.arrives = max((before.done or 0.0 for before in job.after), default=0.0) + job.pause
        for job in sorted(self._waiting(), key=lambda job: job.arrives or 0.0):
            if job.exchange.takes:
                job.stage, job.left = "answering", job.exchange.takes
            else:
                self.hosts[job.exchange.host].start(job, self.now)

    def _waiting(self) -> list[_Job]:
        """Those that have arrived and wait."""
        return [
            job
            for job in self.jobs
            if job.stage == "waiting" and job.arrives is not None and job.arrives <= self.now + _NOTHING
        ]

    def _advance(self) -> None:
        """Go to the next moment at which something ends or arrives."""
        working = [job for job in self.jobs if job.stage in AT_WORK]
        rates = [self._rate(job) for job in working]
        steps = [job.left / rate for job, rate in zip(working, rates, strict=True)]
        steps += [
            job.arrives - self.now
            for job in self.jobs
            if job.stage == "waiting" and job.arrives is not None and job.arrives > self.now + _NOTHING
        ]
        if not steps:
            return
        step = max(0.0, min(steps))
        self._account(step, working)
        self.now += step
        for job, rate in zip(working, rates, strict=True):
            job.left -= step * rate
            if job.left <= _NOTHING * rate:
                self._next_stage(job)

    def _rate(self, job: _Job) -> float:
        return 1.0 if job.stage == "answering" else self.hosts[job.exchange.host].rate(job)

    def _next_stage(self, job: _Job) -> None:
        if job.stage == "answering":
            job.stage, job.done = "done", self.now
        else:
            self.hosts[job.exchange.host].next_stage(job, self.now)

    def _account(self, step: float, working: Sequence[_Job]) -> None:
        stages = {job.stage for job in working}
        stage = next((stage for stage in AT_WORK if stage in stages), "ours")
        setattr(self.told, stage, getattr(self.told, stage) + step)
        loading = {(job.exchange.host, job.exchange.model) for job in working if job.stage == "loading"}
        queue = [job for job in self._waiting() if (job.exchange.host, job.exchange.model) not in loading]
        self.told.queued += step * sum(job.waited_for for job in queue)
        busy = {job.exchange.host for job in working if job.stage != "answering"}
        self.told.idle += step * (len(self.hosts) - len(busy))


def _jobs(exchanges: Sequence[Exchange]) -> list[_Job]:
    """Who comes after whom: who had whose reply, and what was done in between."""
    jobs: list[_Job] = []
    for exchange in sorted(exchanges, key=lambda exchange: exchange.began):
        after = [job for job in jobs if job.waited_for and job.exchange.ended <= exchange.began]
        last = max((job.exchange.ended for job in after), default=exchange.began)
        jobs.append(_Job(exchange, after, exchange.began - last))
    return jobs


def reckon(exchanges: Sequence[Exchange], *hosts: Hardware) -> Reckoned:
    """The times of a run on `hosts`, each of which is asked what it was really asked.

    A request comes after those whose replies were there when it was made, and as much later as it really was;
    requests whose real times overlap are at work together.
    """
    jobs, told, sent = _jobs(exchanges), Reckoned(), Sent()
    machines = [_Host(hardware, told, sent) for hardware in hosts]
    by_host = sorted((job for job in jobs if not job.exchange.takes), key=lambda job: job.exchange.host)
    for host, own in groupby(by_host, key=lambda job: job.exchange.host):
        machines[host].jobs = list(own)
    return _Run(machines, jobs, told).reckon()
