"""Which models are known to be in a server's memory, so that it need not be asked before each request."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import TypeAlias

from agents.contracts import ChatRequest

# A little less than the keep-alive of `connection`: after that a model may have been unloaded.
_SURELY_SECONDS = 55 * 60

Kind: TypeAlias = tuple[str, int]
"""What is loaded: a model by its full name, with its context in tokens."""
UNKNOWN = 0  # the context of a loaded model where an older server does not tell it


def kind_of(request: ChatRequest) -> Kind:
    """What must be loaded for a request."""
    return full_name(request.model), request.options.num_ctx


def full_name(name: str) -> str:
    """A model's name with its tag, in one case, as Ollama compares them."""
    return (name if ":" in name.rpartition("/")[2] else f"{name}:latest").lower()


class Loads:
    """What was used last when, at one server; all that talk to it may share one."""

    def __init__(self) -> None:
        self._used: dict[Kind, float] = {}
        self._elsewhere: dict[Kind, str] = {}
        self._together: set[frozenset[Kind]] = set()
        self._held: frozenset[Kind] = frozenset()

    def surely(self, kind: Kind) -> bool:
        """Whether the model must still be loaded."""
        used = self._used.get(kind)
        return used is not None and time.monotonic() - used < _SURELY_SECONDS

    def used(self, kind: Kind) -> None:
        """The model has just replied."""
        self._used[kind] = time.monotonic()

    def others(self, kind: Kind) -> bool:
        """Whether other models are known to be loaded."""
        return any(self.surely(known) for known in self._used if known != kind)

    def loaded(self, kind: Kind, still: Collection[Kind] = ()) -> None:
        """The model was loaded; what else was loaded had to make room, except what is `still` there.

        Where the context of that is `UNKNOWN`, it is taken for what was used.
        """
        names = {name for name, context in still if context == UNKNOWN}
        kept = {known: used for known, used in self._used.items() if known in still or known[0] in names}
        self._used = {**kept, kind: time.monotonic()}
        self._held = frozenset(self._used)

    def holds(self, kinds: Collection[Kind]) -> None:
        """These are in memory now."""
        self._held = frozenset(kinds)

    def displaces(self, kind: Kind) -> bool:
        """Whether loading the model may push out another one, which somebody would have to load again."""
        return not all(self.fit_together(frozenset({kind, held})) for held in self._held - {kind})

    def runs_at(self, kind: Kind, host: str) -> None:
        """The model was found to run on another machine, or (an empty host) on this one."""
        self._elsewhere[kind] = host

    def remote(self, kind: Kind) -> str:
        """The host of a model that is known to run elsewhere, else nothing."""
        return self._elsewhere.get(kind, "")

    def saw_together(self, kinds: frozenset[Kind]) -> None:
        """These were in memory at the same time."""
        self._together.add(kinds)

    def fit_together(self, kinds: frozenset[Kind]) -> bool:
        """Whether these were once in memory at the same time."""
        return any(seen >= kinds for seen in self._together)

    def let_go(self, kind: Kind) -> None:
        """The model may soon be gone."""
        self._used.pop(kind, None)

    def forget(self) -> None:
        """Nothing is sure any more."""
        self._used.clear()
