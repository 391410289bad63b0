"""A run under way: pause, go on, stop, and what the user says meanwhile."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agents.cli.answers import NobodyAnswers
from agents.contracts import Answer, Question
from agents.errors import RunIsDriven, RunStopped
from agents.events import (
    MessageBegun,
    MessageCompleted,
    MessageCut,
    NoticeGiven,
    RunContinued,
    RunEnded,
    RunPaused,
)
from agents.live import LiveRun
from agents.studio import Studio
from tests.support.carrying_out import PATIENCE, Recorder, carry_on
from tests.support.meanwhile import during, writing
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer, eventually
from tests.support.team import GREETER, company


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


def test_whoever_speaks_first_is_shown_while_places_of_the_prompt_cache_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.ollama_server.PLACING", PATIENCE)

    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: bool(server.placed))
        assert recorder.of(MessageBegun)
        await live.stop()

    with OllamaServer("OK.") as server:
        during(tmp_path / "home", server, work, at_once=4)
        assert not server.requests


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


def test_a_run_that_is_stopped_before_its_first_step_says_so(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        await live.stop()
        assert [event.state for event in recorder.of(RunEnded)] == ["stopped"]

    with OllamaServer(company(GREETER)) as server:
        during(tmp_path / "home", server, work)
        assert carry_on(1, tmp_path / "home").outcome.passed


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


def test_a_stopped_call_waits_and_is_asked_again_with_what_was_said_meanwhile(tmp_path: Path) -> None:
    calls: list[ChatCall] = []

    def reply(call: ChatCall) -> Scripted:
        if call.title == "LanguageChoice":
            calls.append(call)
            if len(calls) == 1:
                return Scripted("word " * 5000, delay=0.01)
        return company(GREETER)(call)

    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: writing(recorder).startswith("word word"))
        live.stop_call()
        assert await eventually(lambda: bool(recorder.of(MessageCut)) and server.disconnects > 0)
        assert live.paused
        live.say("Take Python, please.")
        live.proceed()
        assert (await live.outcome()).passed

    with OllamaServer(reply) as server:
        recorder = during(tmp_path / "home", server, work)
        assert len(calls) == 2
        assert "Take Python, please." in calls[1].messages[-1]["content"]
        asked = len(server.requests)
        carry_on(1, tmp_path / "home")
        assert len(server.requests) == asked
    assert [event.reason for event in recorder.of(RunPaused)] == ["You stopped this call."]


def test_a_stopped_summary_of_a_long_talk_is_asked_again(tmp_path: Path) -> None:
    summaries: list[ChatCall] = []
    long = "We could paint it, or we could leave it as it is. " * 60

    def reply(call: ChatCall) -> Scripted:
        if "in at most 120 words" in call.messages[-1]["content"]:
            summaries.append(call)
            return Scripted("word " * 5000, delay=0.01) if len(summaries) == 1 else Scripted("Walls.")
        if call.title == "DemandAnalysis" and not summaries:
            return Scripted(json.dumps({"message": f"{len(call.messages)} {long}", "conclusion": ""}))
        if call.role == "Chief Executive Officer" and not call.title:
            return Scripted("Decide.")
        return company(GREETER)(call)

    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: writing(recorder).startswith("word word"))
        live.stop_call()
        assert await eventually(lambda: bool(recorder.of(MessageCut)))
        live.say("Leave it as it is.")
        live.proceed()
        assert (await live.outcome()).passed

    with OllamaServer(reply) as server:
        during(tmp_path / "home", server, work, num_ctx=4096)
        assert len(summaries) == 2
        asked = len(server.requests)
        carry_on(1, tmp_path / "home")
        assert len(server.requests) == asked
        [heard] = [at for at, call in enumerate(server.requests) if "Leave it" in str(call.messages)][:1]
        assert server.requests[heard - 1] is summaries[1]


def test_a_remark_for_which_there_is_no_room_is_heard_without_its_middle(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        live.say(f"This is my log: {'x' * 200_000} Do not stumble over it.")
        assert (await live.outcome()).passed

    with OllamaServer(company(GREETER)) as server:
        recorder = during(tmp_path / "home", server, work, num_ctx=4096)
        asked = len(server.requests)
        carry_on(1, tmp_path / "home")
        assert len(server.requests) == asked
        [heard] = [call for call in server.requests if "This is my log" in str(call.messages)][:1]
    assert "Do not stumble over it." in str(heard.messages)
    [told] = [notice.text for notice in recorder.of(NoticeGiven) if "too long" in notice.text]
    assert told == "What you said is too long for the context; its middle is left out."


class Plays:
    """A user who plays a role."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.asked: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer(self._text)


def test_the_user_speaks_for_an_agent_and_what_they_said_is_kept(tmp_path: Path) -> None:
    reviewer = "chief-executive-officer/chief-technology-officer/code-reviewer"
    user = Plays('{"findings": []}')

    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        live.take_over(reviewer)
        assert (await live.outcome()).passed

    with OllamaServer(company(GREETER)) as server:
        recorder = during(tmp_path / "home", server, work, user)
        assert not [call for call in server.requests if call.role == "Code Reviewer"]
        again = carry_on(1, tmp_path / "home")
    assert again.outcome.passed
    [question] = user.asked
    assert question.purpose == "play"
    assert '"findings"' in question.form
    [said] = [message for message in recorder.of(MessageCompleted) if message.origin == "user"]
    assert said.speaker == reviewer


def test_a_limit_pauses_the_run_and_going_on_allows_as_much_again(tmp_path: Path) -> None:
    async def work(_: Studio, live: LiveRun, recorder: Recorder) -> None:
        assert await eventually(lambda: live.paused)
        while not live.finished:
            live.proceed()
            await asyncio.sleep(0.05)

    with OllamaServer(company(GREETER)) as server:
        recorder = during(tmp_path / "home", server, work, max_tokens=400)
    reasons = [event.reason for event in recorder.of(RunPaused)]
    assert reasons[0] == "The limit of 400 tokens is reached."
    assert len(reasons) >= 2


@pytest.mark.parametrize("rewritten", [True, False])
def test_a_branch_repeats_nothing_before_it_and_says_what_was_rewritten(
    tmp_path: Path, rewritten: bool
) -> None:
    async def work(studio: Studio, live: LiveRun, recorder: Recorder) -> None:
        await live.outcome()
        before = len(server.requests)
        [choice] = [stamped for stamped in recorder.stored if "Python will do" in str(stamped.event)]
        text = '{"message": "Rust!", "conclusion": "Rust"}' if rewritten else None
        number = studio.branch(live.number, choice.seq, text)
        branched = Recorder()
        again = await studio.resume(number, NobodyAnswers(), branched)
        assert (await again.outcome()).passed
        assert again.folder != live.folder
        assert (again.folder / "main.py").read_text() == GREETER.files["main.py"]
        later = [call for call in server.requests[before:] if call.messages]
        assert not any(call.title in {"DemandAnalysis", "LanguageChoice"} for call in later)
        coding = next(call for call in later if "\nCoding: " in call.messages[-1]["content"])
        assert ("Language: Rust" in coding.messages[-1]["content"]) == rewritten
        row = studio.store.run(number)
        assert row.branched_from == live.number
        assert row.folder == str(again.folder)

    with OllamaServer(company(GREETER)) as server:
        during(tmp_path / "home", server, work)
