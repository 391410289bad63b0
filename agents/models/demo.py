"""The demo's team: recorded replies on a bundled idea. Everything around them is real.

A recording (`resources/demo/*.toml`) is a list of replies, each with the role that gives it, the title of the
asked form (empty for text), and a pattern that the last message must contain. The first that fits is the
reply, so the demo keeps no state of its own and a stopped demo continues like any other run. `[[variants]]`
put words into the replies by what the user answered.
"""

from __future__ import annotations

import asyncio
import os
import re
import tomllib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from agents.contracts import ChatModel, ChatRequest, FinalPart, ModelInfo, ReplyPart, TextPart
from agents.errors import ModelFailed, ModelNotFound, UsageError
from agents.plan import Plan
from agents.registry import model

if TYPE_CHECKING:
    from agents.models.hosts import Hosts

DEMO_LABEL = "demo: recorded replies"
_TOKEN = re.compile(r"\s*\S{1,5}|\s+")
_USUAL_SPEED = 200.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One reply and when it is given."""

    role: str
    form: str
    when: str
    reply: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A bundled idea with the team's replies, and the answer that is given where nobody is asked."""

    idea: str
    name: str
    answer: str
    replies: tuple[Recorded, ...]
    variants: tuple[dict[str, str], ...]

    def reply(self, role: str, form: str, prompt: str) -> str | None:
        """The recorded reply to a prompt, None when there is none."""
        for recorded in self.replies:
            fits = recorded.role == role and recorded.form == form
            if fits and re.search(recorded.when, prompt, re.DOTALL):
                return self._varied(recorded.reply, prompt)
        return None

    def _varied(self, reply: str, prompt: str) -> str:
        words = next(variant for variant in self.variants if re.search(variant["when"], prompt))
        return re.sub(r"<<(\w+)>>", lambda found: words[found.group(1)], reply)


@cache
def recordings() -> tuple[Recording, ...]:
    """The bundled recordings, in the order of their files."""
    found = []
    folder = resources.files("resources").joinpath("demo")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text("utf-8"))
            replies = tuple(
                Recorded(entry["role"], entry.get("form", ""), entry.get("when", ""), entry["reply"])
                for entry in table["replies"]
            )
            found.append(
                Recording(table["idea"], table["name"], table["answer"], replies, tuple(table["variants"]))
            )
    return tuple(found)


def demo_plan() -> Plan:
    """The plan of the bundled demo."""
    recording = recordings()[0]
    return Plan(idea=recording.idea, name=recording.name, demo=True)


def demo_answer() -> str:
    """The answer to the demo team's question where nobody can be asked."""
    return recordings()[0].answer


def check_demo(plan: Plan) -> None:
    """Refuse what the recorded team cannot do, with a sentence that says what can."""
    if plan.idea.strip() not in {recording.idea for recording in recordings()}:
        raise UsageError(
            "The demo's team is recorded: it builds its own idea only.",
            "For yours, install Ollama, pull a model (`ollama pull qwen2.5-coder:7b`) "
            'and run: troupe build "IDEA"',
        )
    if plan.workflow != "chatdev":
        raise UsageError("The demo's team plays ChatDev only.", "Leave --workflow away.")


class DemoModel:
    """A `ChatModel` that replies from the recordings, `speed` tokens a second (0: at once)."""

    name = "demo"
    label = DEMO_LABEL
    cloud = False
    at_once = 1
    hosts = 1

    def __init__(self, speed: float) -> None:
        self._speed = speed

    async def models(self) -> Sequence[ModelInfo]:
        """The one model there is."""
        return [await self.describe(DEMO_LABEL)]

    async def describe(self, model: str) -> ModelInfo:
        """The recorded team as a model."""
        if model != DEMO_LABEL:
            raise ModelNotFound(
                f"The demo has no model '{model}'; its replies are recorded.",
                "Leave --model away, or use `troupe build` with Ollama.",
            )
        return ModelInfo(DEMO_LABEL, context=16384, capabilities=frozenset({"completion"}))

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ReplyPart, None]:
        """Stream the recorded reply to the last message."""
        await self.describe(request.model)
        reply = _recorded(request)
        tokens = _TOKEN.findall(reply)
        for token in tokens:
            await asyncio.sleep(1 / self._speed if self._speed else 0)
            yield TextPart(token)
        prompt = sum(len(message.content) for message in request.messages)
        seconds = len(tokens) / self._speed if self._speed else 0.0
        yield FinalPart(
            prompt_tokens=prompt // 4, output_tokens=len(tokens), seconds=seconds, writing_seconds=seconds
        )

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """The demo has no embeddings."""
        raise ModelFailed("The demo has no embeddings.", "Use Ollama with an embedding model.")

    def tokens(self, model: str, text_chars: int) -> int:
        """As the recorded team counts its prompts."""
        return text_chars // 4

    async def close(self) -> None:
        """Nothing is open."""


def _recorded(request: ChatRequest) -> str:
    system, last = request.messages[0].content, request.messages[-1].content
    role = system.removeprefix("You are ").split(".", 1)[0]
    form = str((request.format or {}).get("title", ""))
    for recording in recordings():
        reply = recording.reply(role, form, last)
        if reply is not None:
            return reply
    raise ModelFailed(
        f"The demo has no recorded reply of the {role} to that.",
        "The demo plays one conversation; for your own, install Ollama and run `troupe build`.",
    )


@model(name="demo")
def demo(address: str, cloud: bool = False, hosts: Hosts | None = None) -> ChatModel:
    """The recorded team. `TROUPE_DEMO_SPEED`: its tokens a second, 0 for at once."""
    try:
        speed = float(os.environ.get("TROUPE_DEMO_SPEED", _USUAL_SPEED))
    except ValueError:
        speed = _USUAL_SPEED
    return DemoModel(max(0.0, speed))
