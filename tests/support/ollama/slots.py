"""A loaded model and the slots of its prompt cache, as Ollama's runner keeps them.

A slot holds what it has read and written. A request takes the free slot whose text begins most like its
prompt, the first of equals: so requests that come one after another mostly share the first slot. With
`OLLAMA_MULTIUSER_CACHE` it goes on in a slot only where it continues the whole of it; else it takes the slot
that was used least recently and copies the common beginning into it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.ollama.scripted import common_start, count_tokens

PLACING = 0.2  # seconds for which requests that take a place at the same time are read


@dataclass(slots=True, eq=False)
class Slot:
    """One place of the prompt cache."""

    text: str = ""
    busy: bool = False
    used: float = -1.0


@dataclass(slots=True, eq=False)
class Loaded:
    """A model in memory with its context."""

    model: str
    num_ctx: int
    slots: list[Slot] = field(default_factory=list)
    used: float = 0.0

    @property
    def busy(self) -> bool:
        """Whether it answers a request."""
        return any(slot.busy for slot in self.slots)

    def take(self, prompt: str, at: float, *, multiuser: bool) -> tuple[Slot, int] | None:
        """A slot for a prompt and how many tokens of this it has already; None when all are busy."""
        free = [slot for slot in self.slots if not slot.busy]
        if not free:
            return None
        alike = {id(slot): common_start(slot.text, prompt) for slot in self.slots}
        best = max(self.slots if multiuser else free, key=lambda slot: len(alike[id(slot)]))
        chosen = best
        if multiuser and (best.busy or len(alike[id(best)]) < len(best.text)):
            chosen = min(free, key=lambda slot: slot.used)
        known = alike[id(best)]
        chosen.busy, chosen.used, chosen.text, self.used = True, at, prompt, at
        return chosen, min(count_tokens(known), max(0, count_tokens(prompt) - 1))


class PromptCache:
    """What a server holds of each model: as many slots as requests that it answered at the same time."""

    def __init__(self) -> None:
        self._models: dict[str, Loaded] = {}

    def forget(self, model: str) -> None:
        """It was loaded anew."""
        self._models.pop(model, None)

    @contextmanager
    def reading(self, model: str, prompt: str) -> Iterator[int]:
        """While a request is answered: how many tokens of its prompt need not be read."""
        loaded = self._models.setdefault(model, Loaded(model, 0))
        if all(slot.busy for slot in loaded.slots):
            loaded.slots.append(Slot())
        taken = loaded.take(prompt, time.monotonic(), multiuser=False)
        assert taken is not None
        slot, known = taken
        try:
            yield known
        finally:
            slot.busy = False
