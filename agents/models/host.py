"""One server as all runs of a program know it: its queue, what it has read, how fast it has been [ours]."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from agents.contracts import FinalPart, HostFigures
from agents.errors import UserFacingError
from agents.models._ollama.loads import Kind, Loads
from agents.models.admission import Admission
from agents.models.grants import Call, Grants
from agents.models.prefixes import Prefixes, Slot

LOADING = 12.0  # what a load takes in seconds, until one was seen
WRITING = 35.0  # tokens a second, until they were measured
READING = 11.0  # so many times faster is a prompt read, until that was measured
REPLY = 400  # tokens of a usual reply
CHARACTERS_PER_TOKEN = 3.5
LEARNING = 0.3  # how much the latest reply counts for a server's speed
NEW = 0.5  # so much of a prompt must have been new: else it is a guess how many tokens were read
CACHED = 0.05  # seconds: what was read sooner had been read before, by another program
SILENCE = 30.0  # seconds for which a server may say nothing, beside what it reads and loads
DOUBT = 10.0  # so many times longer than reckoned may that take
BATCH = 512  # tokens of other prompts that a server reads at a time, while its replies stand still
SLOWEST = 50e6  # bytes a second, at which a model is read from the slowest disk
TOO_FEW = 10  # tokens that were read or written: with fewer it is the beginning that takes its time
ENOUGH = 100  # tokens that were read or written: fewer tell nothing of the speed


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a host has: what was made of it and where it counts, where its prompt is kept.

    `new` is the share of the prompt that was probably not read before.
    """

    kind: Kind
    call: Call
    grants: Grants
    slot: Slot
    new: float


@dataclass(eq=False, slots=True)
class Host:
    """A server by its `address`; `said` is how many requests it is said to answer at once, before it is seen.

    Speeds are tokens a second, 0 until they were measured; `loading` is in seconds. A `problem` says why it
    is set aside, until `aside_until` by the clock of whoever set it aside.
    """

    address: str
    said: int = 1
    writing: float = 0.0
    reading: float = 0.0
    loading: float = LOADING
    problem: str = ""
    aside_until: float = 0.0
    heard_at: float = 0.0  # when it last said anything, by `time.monotonic`
    slack: float = 1.0  # so many times longer than usual is it given, after it was given up for its silence
    grants: Grants = field(default_factory=Grants)
    elsewhere: Grants = field(default_factory=Grants)  # of models that it has run by another machine
    loads: Loads = field(default_factory=Loads)
    queue: Admission = field(init=False)
    _prefixes: Prefixes = field(default_factory=Prefixes)

    def __post_init__(self) -> None:
        self.queue = Admission(self)

    @property
    def figures(self) -> HostFigures:
        """How it stands, as it is shown."""
        return HostFigures(
            at_hand=self.queue.at_hand,
            waiting=self.queue.waiting,
            at_once=self.grants.at_once,
            writing=self.writing,
            reading=self.reading,
            problem=self.problem if time.monotonic() < self.aside_until else "",
        )

    # --- what its queue asks -------------------------------------------------------------------------

    def places(self, kind: Kind) -> int:
        """How many requests of a model may be made of it at the same time."""
        return self._grants(kind).offered

    def is_loaded(self, kind: Kind) -> bool:
        """Whether a model is known to be in its memory, or needs no place there."""
        return self.loads.surely(kind) or self._is_elsewhere(kind)

    def has_read(self, kind: Kind, prompt: str) -> int:
        """With how many characters of the prompt a text begins that it still holds."""
        return self._prefixes.reckon(kind, prompt, self._grants(kind).believed)[0]

    # --- placing -------------------------------------------------------------------------------------

    def seconds(self, kind: Kind, prompt: str, loaded: bool, usual: Host | None = None) -> float:
        """What a request would cost here: load, reading, writing, and reading again what it displaces.

        What was not measured yet is taken to be as `usual`: like the fastest of all, so that it is tried.
        """
        places = self._grants(kind).believed
        known, lost = self._prefixes.reckon(kind, prompt, places) if loaded else (0, 0)
        speed, reading = self._speeds(usual or self)
        own = (len(prompt) - known) / reading + REPLY / speed
        loading = usual.loading if usual and self.loading == LOADING else self.loading
        load = loading * (2 if self.loads.displaces(kind) else 1)  # what is pushed out is loaded again
        before = (self.queue.at_hand / 2 + self.queue.waiting) / places  # who is at work is half way through
        return (0 if loaded else load) + own * (1 + before) + lost / reading

    def patience(self, prompt: str, load: int | None, usual: Host | None = None) -> float:
        """After how many seconds of silence another server had better be asked.

        `load` is the size in bytes of a model that is loaded first, None where none is.
        """
        loading = 0.0 if load is None else max(self.loading * DOUBT, load / SLOWEST)
        return SILENCE + loading + DOUBT * len(prompt) / self._speeds(usual or self)[1]

    def pause(self, usual: Host | None = None) -> float:
        """After how many seconds of silence within a reply another server had better be asked."""
        return SILENCE + 2 * BATCH * CHARACTERS_PER_TOKEN / self._speeds(usual or self)[1]

    async def silent(self, asked: Asked, seconds: float) -> None:
        """Return when the server has said nothing to anybody for so long, counted from this request on."""
        while True:
            left = max(self.heard_at, asked.call.made) + seconds - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)

    # --- what is learned -----------------------------------------------------------------------------

    def ask(self, kind: Kind, prompt: str) -> Asked:
        """A request is made of it."""
        grants = self._grants(kind)
        known = self._prefixes.reckon(kind, prompt, grants.believed)[0]
        slot = self._prefixes.take(kind, prompt, grants.believed)
        return Asked(kind, grants.made(kind), grants, slot, 1 - known / max(1, len(prompt)))

    def heard(self, asked: Asked) -> None:
        """A piece of a reply has come."""
        self.heard_at, self.slack = time.monotonic(), 1.0
        if asked.grants.heard(asked.call):
            self.queue.let_in()

    def load(self, asked: Asked) -> None:
        """The model must be loaded first: what was read for it before is gone."""
        asked.call.loading = True
        self._prefixes.loaded(asked.kind, asked.slot)

    def answered(self, asked: Asked, final: FinalPart) -> None:
        """A reply is whole: how fast was it? What another machine did says nothing of this one."""
        self.problem, self.aside_until = "", 0.0
        self.heard_at = time.monotonic()
        if self._is_elsewhere(asked.kind):
            return
        call = asked.call
        before = call.begun - call.made - final.reading_seconds if call.loading and call.begun else 0.0
        if (loading := max(before, final.loading_seconds)) > 1:
            self.loading = loading
        self.writing = _learned(self.writing, final.output_tokens, final.writing_seconds)
        new = 1.0 if call.loading else asked.new
        read = final.prompt_tokens * new
        if new >= NEW and read >= ENOUGH and final.reading_seconds >= CACHED:
            self.reading = _learned(self.reading, read, final.reading_seconds)

    def over(self, asked: Asked, final: FinalPart | None, reply: str = "") -> None:
        """A request is over, in whatever way; `reply` is what its slot holds behind the prompt."""
        self._prefixes.back(asked.slot, reply)
        asked.grants.ended(asked.call, final)

    def fail(self, error: UserFacingError, until: float) -> None:
        """Set it aside; what it has read and loaded may be gone."""
        self.problem, self.aside_until = error.message, until
        self._prefixes.forget()
        self.loads.forget()
        self.loads.holds(())

    # --- within --------------------------------------------------------------------------------------

    def _speeds(self, usual: Host) -> tuple[float, float]:
        """Tokens that it writes and characters that it reads in a second; not measured yet, like `usual`."""
        writing = self.writing or usual.writing or WRITING
        return writing, (self.reading or usual.reading or writing * READING) * CHARACTERS_PER_TOKEN

    def _is_elsewhere(self, kind: Kind) -> bool:
        """Whether a model is run by another machine, which this one only asks; not the service itself."""
        return self.loads.remote(kind) not in self.address

    def _grants(self, kind: Kind) -> Grants:
        """What is granted to a model's requests."""
        return self.elsewhere if self._is_elsewhere(kind) else self.grants


def _learned(before: float, tokens: float, seconds: float) -> float:
    """A speed after another reply; a short one counts only where nothing is known, a very short one never."""
    if seconds <= 0 or tokens < (ENOUGH if before else TOO_FEW):
        return before
    return before + (tokens / seconds - before) * (LEARNING if before else 1.0)
