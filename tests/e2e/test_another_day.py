"""A run of which several steps asked at once is continued where only one request is answered at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.cli.answers import NobodyAnswers
from agents.events import MessageCompleted, RunRewound, Stamped
from agents.live import LiveRun
from agents.studio import Studio
from tests.support.at_once import REPLIES, plan_for
from tests.support.carrying_out import Recorder, carry_out
from tests.support.killing import asked, sent
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped


class Stopping:
    """Stops its run once so many replies are there."""

    def __init__(self, after: int) -> None:
        self.live: LiveRun | None = None
        self.stopped: asyncio.Task[None] | None = None
        self._left = after

    def receive(self, stamped: Stamped) -> None:
        if isinstance(stamped.event, MessageCompleted) and stamped.event.origin == "model":
            self._left -= 1
            if self._left == 0 and self.live:
                self.stopped = asyncio.ensure_future(self.live.stop())


@pytest.mark.parametrize("after", [2, 5])
@pytest.mark.parametrize("workflow", list(REPLIES))
def test_it_goes_on_with_the_same_keys_and_nothing_is_paid_twice(
    workflow: str, after: int, tmp_path: Path
) -> None:
    isolated_or_skipped()

    async def on_two_hosts(host: str) -> None:
        studio = Studio.open(tmp_path / "home")
        stopping = Stopping(after)
        try:
            plan = plan_for(workflow, host, str(tmp_path / "out"), 4)
            stopping.live = await studio.start(plan, NobodyAnswers(), stopping)
            await asyncio.wait([asyncio.ensure_future(stopping.live.outcome())])
            assert stopping.stopped
            await stopping.stopped
        finally:
            await studio.close()

    async def on_one(host: str) -> tuple[bool, Recorder, list[str]]:
        studio, recorder = Studio.open(tmp_path / "home"), Recorder()
        try:
            live = await studio.resume(1, NobodyAnswers(), recorder, host=host)
            passed = (await live.outcome()).passed
            return passed, recorder, [step.key for step in studio.store.steps(1)]
        finally:
            await studio.close()

    reply = REPLIES[workflow]
    with (
        OllamaServer(reply) as first,
        OllamaServer(reply) as second,
        OllamaServer(reply, parallel=1) as third,
    ):
        asyncio.run(on_two_hosts(f"{first.address},{second.address}"))
        paid = set(_paid(tmp_path / "home"))
        passed, recorder, keys = asyncio.run(on_one(third.address))
        again = [asked([call.messages, call.options.get("seed")]) for call in third.requests]
        undisturbed = carry_out(
            plan_for(workflow, f"{first.address},{second.address}", str(tmp_path / "out2"), 4),
            tmp_path / "home2",
        )
    assert passed
    assert undisturbed.outcome.passed
    assert len(paid) >= after
    assert not paid & set(again)
    assert not recorder.of(RunRewound)
    assert sorted(keys) == sorted(_keys(tmp_path / "home2"))


def _paid(home: Path) -> list[str]:
    studio = Studio.open(home)
    try:
        return [asked(sent(step)) for step in studio.store.steps(1) if step.kind == "chat"]
    finally:
        studio.store.close()


def _keys(home: Path) -> list[str]:
    studio = Studio.open(home)
    try:
        return [step.key for step in studio.store.steps(1)]
    finally:
        studio.store.close()
