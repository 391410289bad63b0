"""Which model plays which role, and how much context each model is given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agents.contracts import ChatModel, Json, ModelInfo
from agents.errors import ContextTooSmall, ModelNotFound, ModelUnavailable, cloud_refused

LEAST_CONTEXT = 4096
USUAL_CONTEXT = 16384
CHARACTERS_PER_TOKEN = 3.0  # on the safe side: code and English have 3 to 4


@dataclass(frozen=True, slots=True)
class Cast:
    """The models of a run. `contexts` is constant for the run: a changed context reloads a model.

    `at_once` is how many of the run's steps may ask a model at the same time, `hosts` how many machines
    answer; constant too, so that a replay goes the same way.
    """

    default: str
    roles: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, int] = field(default_factory=dict)
    thinking: frozenset[str] = frozenset()
    at_once: int = 1
    hosts: int = 1

    def model(self, role: str) -> str:
        """The model of a role."""
        return self.roles.get(role, self.default)

    def context(self, model: str) -> int:
        """The tokens of context that a model is given."""
        return self.contexts[model]

    @property
    def parts_at_once(self) -> int:
        """In how many parts one work may be done at the same time: no more than machines answer.

        Those whom one machine answers share its speed, and each part reads the task again [ours: measured by
        `tests.benchmarks.bench_at_once`].
        """
        return min(self.at_once, self.hosts)

    def to_json(self) -> Json:
        """Plain data for the journal."""
        return {
            "default": self.default,
            "roles": dict(self.roles),
            "contexts": dict(self.contexts),
            "thinking": sorted(self.thinking),
            "at_once": self.at_once,
            "hosts": self.hosts,
        }

    @classmethod
    def from_json(cls, stored: Json) -> Cast:
        """The cast recorded in the journal."""
        thinking = frozenset(stored["thinking"])
        together = (stored.get("at_once", 1), stored.get("hosts", 1))
        return cls(stored["default"], stored["roles"], stored["contexts"], thinking, *together)


def tokens_in(characters: int) -> int:
    """A cautious estimate that depends on nothing but the number of characters, so that it replays alike."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def _writes_text(model: ModelInfo) -> bool:
    return not model.remote and (not model.capabilities or "completion" in model.capabilities)


async def preferred(server: ChatModel) -> str:
    """The model to take when the user named none: a loaded one, else one made for code, else the largest."""
    known: Sequence[ModelInfo] = await server.models()
    candidates = [model for model in known if _writes_text(model) and "embed" not in model.name.lower()]
    if not candidates:
        raise ModelUnavailable(
            f"{server.label} has no model that can write.",
            "Pull one first, for example: troupe models pull qwen2.5-coder:7b",
        )
    return max(candidates, key=lambda found: (found.loaded > 0, "code" in found.name, found.size)).name


async def choose(
    server: ChatModel, model: str, roles: Mapping[str, str], num_ctx: int = 0, at_once: int = 0
) -> Cast:
    """Look every model up and settle its context; `num_ctx` 0 means the usual one, cut to the model's own.

    `at_once` 0 means as many requests at the same time as the server is known to answer.
    Raises `ModelNotFound` for an unknown model, `CloudRefused` for one that runs elsewhere, and
    `ContextTooSmall` for one that cannot hold the least.
    """
    default = model or await preferred(server)
    contexts: dict[str, int] = {}
    thinking: set[str] = set()
    for name in dict.fromkeys([default, *roles.values()]):
        info = await server.describe(name)
        if info.remote and not server.cloud:
            raise cloud_refused(name, info.remote)
        contexts[name] = _context(info, num_ctx)
        if "thinking" in info.capabilities:
            thinking.add(name)
        if info.capabilities and "completion" not in info.capabilities:
            raise ModelNotFound(
                f"The model '{name}' cannot write text; it can only: {', '.join(sorted(info.capabilities))}.",
                "Choose a model with the capability 'completion'; `troupe models` lists them.",
            )
    together = (at_once or server.at_once, server.hosts)
    return Cast(default, dict(roles), contexts, frozenset(thinking), *together)


def _context(info: ModelInfo, wanted: int) -> int:
    if 0 < info.context < LEAST_CONTEXT:
        raise ContextTooSmall(
            f"The model '{info.name}' has a context of {info.context:,} tokens; "
            f"a team needs at least {LEAST_CONTEXT:,}.",
            "Choose a model with a larger context; `troupe models` lists them.",
        )
    if 0 < wanted < LEAST_CONTEXT:
        raise ContextTooSmall(
            f"A context of {wanted:,} tokens is too small; a team needs at least {LEAST_CONTEXT:,}.",
            "Ask for a larger one, or leave the choice to Troupe.",
        )
    room = wanted or USUAL_CONTEXT
    return min(room, info.context) if info.context else room
