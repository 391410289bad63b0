"""Whether a model can be loaded beside those that are at work, without pushing one of them out [ours].

A server does not tell how much memory it has. So a model is loaded beside others only where both have been
seen in memory together, or where this machine's graphics memory surely holds them: one load too many costs
two, since what was pushed out must be loaded again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from agents.machine import look_at_machine
from agents.models._ollama.loads import Kind, Loads, full_name

if TYPE_CHECKING:
    from agents.models._ollama.connection import Loaded

AT_MOST = 3  # models that Ollama keeps in memory at the same time where nobody says otherwise
SPARE = 2_000_000_000  # bytes for the context and the buffers of a further model
GROWS = 1.2  # so many times its file does a model take in memory


class Room:
    """The memory of one server. `memory` gives the bytes of its graphics memory, 0 for none."""

    def __init__(self, environment: Mapping[str, str], memory: Callable[[], float] | None) -> None:
        """`memory` None: the server is another machine, of which nothing is known. It may take seconds."""
        self._most = _at_most(environment.get("OLLAMA_MAX_LOADED_MODELS", ""))
        self._look = memory
        self._memory: float | None = None if memory else 0.0

    def saw(self, loaded: Sequence[Loaded], loads: Loads) -> None:
        """These are in memory now, at the same time."""
        loads.saw_together(frozenset(_kind(held) for held in loaded))

    async def has(
        self, kind: Kind, size: int, loaded: Sequence[Loaded], beside: Collection[Kind], loads: Loads
    ) -> bool:
        """Whether a model of so many bytes can be loaded beside those that are needed.

        One of them that is not in memory yet is about to be loaded: its place is not taken either. A server
        has no model twice: one that is needed with another context is left as it is.
        """
        needed = frozenset(beside) - {kind}
        if not needed:
            return True
        if not needed <= {_kind(held) for held in loaded} or any(name == kind[0] for name, _ in needed):
            return False
        if loads.fit_together(needed | {kind}):
            return True
        if self._memory is None and self._look is not None:
            self._memory = await asyncio.to_thread(self._look)
        spilled = any(held.size_vram < held.size for held in loaded)
        if not self._memory or not size or spilled or len(loaded) >= self._most:
            return False
        taken = sum(held.size_vram for held in loaded)
        return taken + size * GROWS + SPARE <= self._memory


def graphics_memory() -> float:
    """The bytes in which models run at the speed of this machine's graphics."""
    return look_at_machine().fast_memory


def _kind(held: Loaded) -> Kind:
    return full_name(held.name), held.context_length


def _at_most(said: str) -> int:
    return int(said) if said.isdecimal() and int(said) > 0 else AT_MOST
