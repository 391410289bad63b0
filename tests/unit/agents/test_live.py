"""A run under way: pause, go on, stop, and what the user says meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agents.cli.answers import NobodyAnswers
from agents.errors import RunIsDriven, RunStopped
from agents.events import (
    MessageBegun,
    MessageCompleted,
    MessageCut,
    RunContinued,
    RunEnded,
    RunPaused,
    TextStreamed,
)
from agents.live import LiveRun
from agents.plan import Plan
from agents.studio import Studio
from tests.support.carrying_out import PATIENCE, Recorder, carry_on
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer, eventually
from tests.support.team import GREETER, company


def during(
    home: Path, server: OllamaServer, work: Callable[[Studio, LiveRun, Recorder], Awaitable[None]]
) -> Recorder:
    """Start the greeter's run and do something meanwhile."""
    recorder = Recorder()

    async def carried_out() -> None:
        studio = Studio.open(home)
        plan = Plan(
            idea=GREETER.idea, host=server.address, model="scripted:7b", out=str(home.with_name("out"))
        )
        try:
            live = await studio.start(plan, NobodyAnswers(), recorder)
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


def test_a_paused_run_asks_nothing_until_it_goes_on(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        live.pause()
        assert live.paused
        assert await eventually(lambda: bool(recorder.of(RunPaused)))
        await asyncio.sleep(0.2)
        begun = len(recorder.of(MessageBegun))
        assert begun <= 1
        live.proceed()
        assert (await live.outcome()).passed

    with OllamaServer(company(GREETER)) as server:
        recorder = during(tmp_path / "home", server, work)
    assert len(recorder.of(RunContinued)) == 1
    assert [event.state for event in recorder.of(RunEnded)] == ["succeeded"]


def test_stop_closes_the_stream_and_the_run_can_be_continued(tmp_path: Path) -> None:
    slow = True

    def reply(call: ChatCall) -> Scripted:
        if call.title == "LanguageChoice" and slow:
            return Scripted("word " * 5000, delay=0.01)
        return company(GREETER)(call)

    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: writing(recorder).startswith("word word"))
        await live.stop()
        assert live.finished
        with pytest.raises(RunStopped):
            await live.outcome()
        assert await eventually(lambda: server.disconnects > 0)

    with OllamaServer(reply) as server:
        recorder = during(tmp_path / "home", server, work)
        assert [event.state for event in recorder.of(RunEnded)] == ["stopped"]
        [cut] = recorder.of(MessageCut)
        assert cut.text.startswith("word word")
        slow = False
        told = carry_on(1, tmp_path / "home")
    assert told.outcome.passed
    assert recorder.seen[-1].seq + 1 == told.recorder.stored[0].seq


def test_what_the_user_says_goes_into_the_next_turn_and_is_heard_once(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        live.say("Please greet in French.")
        live.say("Only for the programmer.", "chief-executive-officer/chief-technology-officer/programmer")
        await live.outcome()

    with OllamaServer(company(GREETER)) as server:
        during(tmp_path / "home", server, work)
        said = [call for call in server.requests if "Please greet in French." in str(call.messages)]
        private = [call for call in server.requests if "Only for the programmer." in str(call.messages)]
        calls = len(server.requests)
        carry_on(1, tmp_path / "home")
        assert len(server.requests) == calls
    assert said
    assert {call.role for call in private} == {"Programmer"}


def test_a_run_is_driven_by_one_only(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        other = Studio.open(tmp_path / "home")
        try:
            with pytest.raises(RunIsDriven):
                await other.resume(live.number, NobodyAnswers())
        finally:
            await other.close()
        await live.outcome()

    with OllamaServer(company(GREETER)) as server:
        during(tmp_path / "home", server, work)


def test_live_equals_stored(tmp_path: Path) -> None:
    async def work(studio: Studio, live: LiveRun, recorder: Recorder) -> None:
        await live.outcome()
        assert list(studio.store.events(live.number)) == recorder.stored
        texts = [message.text for message in recorder.of(MessageCompleted)]
        assert any("Hello" in text for text in texts)

    with OllamaServer(company(GREETER)) as server:
        during(tmp_path / "home", server, work)
