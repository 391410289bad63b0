"""Real runs at scripted servers, writing down what these were asked, when, and what they said."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.cli.answers import NobodyAnswers
from agents.contracts import Answer, Question, User
from agents.events import MessageCompleted
from agents.live import LiveRun
from agents.models._ollama.memory import AFTERWARDS
from agents.plan import Plan
from agents.studio import Studio
from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.reckoning import Hardware
from tests.support.carrying_out import Recorder
from tests.support.ollama.http import HttpRequest, Responder
from tests.support.ollama.scripted import (
    CHARACTERS_PER_TOKEN,
    ChatCall,
    Scripted,
    ServedModel,
    count_tokens,
)
from tests.support.ollama.speech import read_call
from tests.support.ollama_server import OllamaServer

_TOGETHER = 0.01  # seconds in which requests that are sent together all arrive
_PACE = 0.001  # real seconds for one that is reckoned: who is asked for less is done sooner
_LINE = 400  # characters; how finely a reply is cut is not what is measured here
USUAL = Hardware()
CARD = 8_192  # MiB of graphics memory for each model that fits
Script = Callable[[ChatCall], Scripted | str]


class RecordingServer(OllamaServer):
    """A server whose `exchanges` machines can reckon with; it is the `host`-th of its run."""

    def __init__(
        self,
        reply: Script,
        models: Sequence[str],
        host: int = 0,
        fit: int = 3,
        parallel: int = 1,
        hardware: Hardware = USUAL,
    ) -> None:
        self.script = reply
        self._said: dict[str, str] = {}
        self._host = host
        self.exchanges: list[Exchange] = []
        super().__init__(
            self._remembered, [ServedModel(name) for name in models], slots=fit, parallel=parallel
        )
        self.reads, self.writes = hardware.reads, hardware.writes

    def _remembered(self, call: ChatCall) -> Scripted:
        scripted = self.script(call)
        scripted = Scripted(scripted) if isinstance(scripted, str) else scripted
        scripted.chunk = _LINE
        reading, writing = (
            count_tokens(call.prompt) / self.reads,
            count_tokens(scripted.content) / self.writes,
        )
        scripted.wait = _PACE * (reading + writing)
        self._said[call.prompt] = f"<assistant>{scripted.content}"
        return scripted

    async def _chat(self, request: HttpRequest, responder: Responder) -> None:
        began, call = time.monotonic(), read_call(request)
        if not call.messages and call.keep_alive == AFTERWARDS:  # asks only a model that is loaded
            await super()._chat(request, responder)
            return
        if not call.takes_a_place:
            await asyncio.sleep(_TOGETHER)
        begun, cut = time.monotonic(), True
        try:
            await super()._chat(request, responder)
            cut = False
        finally:
            reply = self._said.get(call.prompt, "")
            if cut:  # the run had no more use for it: so much was written by then
                reading = count_tokens(call.prompt) / self.reads
                written = self.writes * max(0.0, (time.monotonic() - begun) / _PACE - reading)
                reply = reply[: int(written) * CHARACTERS_PER_TOKEN]
            ended, unloads = time.monotonic(), not call.messages and call.keep_alive in (0, "0")
            self.exchanges.append(
                Exchange(call.model, call.num_ctx, call.prompt, reply, began, ended, unloads, host=self._host)
            )


@dataclass
class SlowUser:
    """A user who answers with the first option, after so many simulated seconds.

    `live` is the run that is told that an answer is being written, as the window does.
    """

    seconds: float
    live: LiveRun | None = None
    asked: list[Exchange] = field(default_factory=list)

    async def answer(self, question: Question) -> Answer:
        """The first option."""
        began = time.monotonic()
        await asyncio.sleep(_PACE * self.seconds / 2)
        if self.live is not None:
            self.live.expect_words(question.agent)
        await asyncio.sleep(_PACE * self.seconds / 2)
        self.asked.append(Exchange("", 0, "", "", began, time.monotonic(), takes=self.seconds))
        return Answer(question.options[0] if question.options else "As you like.", by="user")


def record(
    plan: Plan,
    reply: Script,
    folder: Path,
    models: Sequence[str],
    *,
    hosts: Sequence[Hardware] = (USUAL,),
    before: Script | None = None,
    fit: int = 3,
    parallel: int = 1,
    user: SlowUser | None = None,
) -> list[Exchange]:
    """All that a run of `plan` asks of its user and of its `hosts`.

    In each of these so many models `fit`, and so many requests are answered in `parallel`. A team that played
    `before` has left known how fast they are; its run is not written down.

    `SystemExit` when the run does not pass: then its figures would say nothing.
    """
    with ExitStack() as held:
        held.enter_context(graphics_card(CARD * fit, folder))
        servers = [
            held.enter_context(RecordingServer(before or reply, models, host, fit, parallel, hardware))
            for host, hardware in enumerate(hosts)
        ]
        plan = replace(plan, host=",".join(server.address for server in servers), out=str(folder / "out"))
        answering: User = user or NobodyAnswers()
        if before:
            first = replace(plan, out=str(folder / "before"))
            asyncio.run(_carried_out(first, folder / "home", NobodyAnswers()))
            for server in servers:
                server.exchanges.clear()
                server.script = reply
        phases = asyncio.run(_carried_out(plan, folder / "home", answering))
        exchanges = [exchange for server in servers for exchange in server.exchanges]
    named = [replace(exchange, phase=phases.get(exchange.prompt, "")) for exchange in exchanges]
    return sorted([*named, *(user.asked if user else ())], key=lambda exchange: exchange.began)


@contextmanager
def graphics_card(mib: int, folder: Path) -> Iterator[None]:
    """This machine has a graphics card with so much memory: its driver's program says so."""
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho 'Simulated, {mib}'\n")
    program.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{programs}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


async def _carried_out(plan: Plan, home: Path, user: User) -> dict[str, str]:
    """The phase in which each prompt was made, as the run's journal and its events say when it has ended."""
    studio, recorder = Studio.open(home), Recorder()
    try:
        live = await studio.start(plan, user, recorder)
        if isinstance(user, SlowUser):
            user.live = live
        outcome = await live.outcome()
        chats = [step for step in studio.store.steps(live.number) if step.kind == "chat"]
    finally:
        await studio.close()
    if not outcome.passed:
        raise SystemExit(f"{plan.workflow} did not build the program: {outcome.summary}")
    in_phase = {said.step: said.phase for said in recorder.of(MessageCompleted)}
    return {prompt_of(json.loads(step.request)["messages"]): in_phase.get(step.key, "") for step in chats}


def prompt_of(messages: Sequence[dict[str, str]]) -> str:
    """A request's messages as the server writes a prompt down."""
    return "".join(f"<{said['role']}>{said.get('content', '')}" for said in messages)
