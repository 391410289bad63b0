"""A run under way, and what is done meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from agents.cli.answers import NobodyAnswers
from agents.contracts import User
from agents.events import MessageBegun, TextStreamed
from agents.live import LiveRun
from agents.plan import Plan
from agents.studio import Studio
from tests.support.carrying_out import PATIENCE, Recorder
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.team import GREETER


def during(
    home: Path,
    server: OllamaServer,
    work: Callable[[Studio, LiveRun, Recorder], Awaitable[None]],
    user: User | None = None,
    max_tokens: int = 0,
    at_once: int = 0,
    num_ctx: int = 0,
) -> Recorder:
    """Start the greeter's run, which ends in running its program, and do something meanwhile."""
    isolated_or_skipped()
    recorder = Recorder()

    async def carried_out() -> None:
        studio = Studio.open(home)
        plan = Plan(
            idea=GREETER.idea,
            host=server.address,
            model="scripted:7b",
            out=str(home.with_name("out")),
            max_tokens=max_tokens,
            at_once=at_once,
            num_ctx=num_ctx,
        )
        try:
            live = await studio.start(plan, user or NobodyAnswers(), recorder)
            await work(studio, live, recorder)
        finally:
            await studio.close()

    asyncio.run(asyncio.wait_for(carried_out(), PATIENCE))
    return recorder


def writing(recorder: Recorder) -> str:
    """What has come of the message that was begun last."""
    begun = recorder.of(MessageBegun)
    return "".join(
        piece.text for piece in recorder.of(TextStreamed) if begun and piece.message == begun[-1].message
    )
