"""What the user does while two phases are open at once: each branch goes on, waits or hears as it should."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.cli.answers import NobodyAnswers
from agents.contracts import Answer, Outcome, Question, User
from agents.events import (
    Ephemeral,
    Event,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    PhaseBegun,
    PhaseEnded,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunPaused,
)
from agents.live import LiveRun
from agents.plan import Plan
from agents.studio import Studio
from app.state.all import RunState
from tests.support.at_once import DOUBLE, REPLIES, plan_for
from tests.support.carrying_out import Recorder, carry_on
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import rendered

TESTER = "chief-executive-officer/chief-technology-officer/test-engineer"
WAIT = 0.15


def slowly(call: ChatCall) -> Scripted:
    """ChatDev's team, whose reviewer and tester take their time."""
    scripted = REPLIES["chatdev"](call)
    scripted.wait = WAIT if call.role in ("Code Reviewer", "Test Engineer") else 0.0
    return scripted


@dataclass
class Scene:
    """A run of two branches; `when` is called with each event and the run."""

    folder: Path
    when: Callable[[Event, LiveRun], None] = lambda event, live: None
    user: User = field(default_factory=NobodyAnswers)
    reply: Callable[[ChatCall], Scripted] = slowly
    change: Callable[[Plan], Plan] = lambda plan: plan
    recorder: Recorder = field(default_factory=Recorder)
    calls: list[ChatCall] = field(default_factory=list)

    def play(self) -> Outcome:
        """Carry it out and continue it: nothing is asked twice, and all ends alike."""
        with OllamaServer(self.reply) as server:
            plan = self.change(plan_for("chatdev", server.address, str(self.folder / "out")))
            outcome = asyncio.run(asyncio.wait_for(self._work(plan), 20))
            self.calls = list(server.requests)
            again = carry_on(1, self.folder / "home", NobodyAnswers())
            assert len(server.requests) == len(self.calls)
        assert again.outcome == outcome
        assert [stamped.event.kind for stamped in again.recorder.stored] == ["run_continued", "run_ended"]
        return outcome

    async def _work(self, plan: Plan) -> Outcome:
        studio = Studio.open(self.folder / "home")
        live: LiveRun | None = None

        def told(event: Event) -> None:
            if live:
                self.when(event, live)

        self.recorder.on_event = told
        try:
            live = await studio.start(plan, self.user, self.recorder)
            return await live.outcome()
        finally:
            await studio.close()

    @property
    def events(self) -> list[Event]:
        return [stamped.event for stamped in self.recorder.seen]

    def at(self, wanted: Callable[[Event], bool]) -> int:
        """The place of the first event that is wanted."""
        return next(at for at, event in enumerate(self.events) if wanted(event))


def both_speak(recorder: Recorder) -> bool:
    """Whether reviewer and tester are both asked, and neither has replied."""
    speaking = {event.speaker.rpartition("/")[2] for event in recorder.of(MessageBegun)}
    replied = {event.speaker.rpartition("/")[2] for event in recorder.of(MessageCompleted)}
    return {"code-reviewer", "test-engineer"} <= speaking - replied


def test_a_pause_lets_both_end_their_replies_and_begin_nothing(tmp_path: Path) -> None:
    def when(event: Event, live: LiveRun) -> None:
        if isinstance(event, MessageBegun) and both_speak(scene.recorder):
            live.pause()
        elif isinstance(event, PhaseEnded) and event.phase == "tests":
            asyncio.get_running_loop().call_later(WAIT, live.proceed)

    scene = Scene(tmp_path, when)
    assert scene.play().passed
    paused = scene.at(lambda event: isinstance(event, RunPaused))
    going = scene.at(lambda event: isinstance(event, RunContinued))
    meanwhile = scene.events[paused:going]
    ended = [event.speaker.rpartition("/")[2] for event in meanwhile if isinstance(event, MessageCompleted)]
    assert ended[:2] == ["code-reviewer", "test-engineer"] or {*ended} >= {"code-reviewer", "test-engineer"}
    assert not [event for event in meanwhile if isinstance(event, MessageBegun)]


def test_stop_ends_both_calls_and_both_are_asked_again(tmp_path: Path) -> None:
    def when(event: Event, live: LiveRun) -> None:
        if isinstance(event, MessageBegun) and both_speak(scene.recorder) and not live.paused:
            if not scene.recorder.of(MessageCut):
                asyncio.get_running_loop().call_later(WAIT / 3, live.stop_call)
        elif isinstance(event, MessageCut) and len(scene.recorder.of(MessageCut)) == 2:
            asyncio.get_running_loop().call_soon(live.proceed)

    scene = Scene(tmp_path, when)
    assert scene.play().passed
    cut = scene.recorder.of(MessageCut)
    assert [event.reason for event in cut] == ["stopped", "stopped"]
    begun = [event.message for event in scene.recorder.of(MessageBegun)]
    assert [begun.count(event.message) for event in cut] == [2, 2]


def test_a_remark_reaches_its_addressee_and_not_the_other_branch(tmp_path: Path) -> None:
    def when(event: Event, live: LiveRun) -> None:
        if isinstance(event, PhaseBegun) and event.title == "Code review" and event.round == 1:
            live.say("Test zero as well.", to=TESTER)

    scene = Scene(tmp_path, when)
    assert scene.play().passed
    heard = [call.role for call in scene.calls if "Test zero as well." in str(call.messages)]
    assert heard[0] == "Test Engineer"
    assert {*heard} == {"Test Engineer"}


class Waiting:
    """A user who answers `answer` when `go` is set."""

    def __init__(self, answer: Answer) -> None:
        self.go = asyncio.Event()
        self.asked: list[Question] = []
        self._answer = answer

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        await self.go.wait()
        return self._answer


def test_one_asks_the_user_while_the_others_go_on(tmp_path: Path) -> None:
    """May the last programs run? Until that is answered, the documents are written."""

    def when(event: Event, live: LiveRun) -> None:
        if isinstance(event, PhaseBegun) and event.title == "System test":
            user.go.set()
        elif isinstance(event, PhaseBegun) and event.phase == "last_test":
            user.go.clear()
        elif isinstance(event, PhaseEnded) and event.phase == "manual":
            user.go.set()

    user = Waiting(Answer("yes", by="user"))
    scene = Scene(tmp_path, when, user)
    scene.change = lambda plan: replace(plan, permission="ask", options={"test_rounds": 1})
    assert scene.play().passed
    last = scene.at(lambda event: isinstance(event, PhaseBegun) and event.phase == "last_test")
    asked = scene.at(lambda event: isinstance(event, QuestionAsked) and event.phase == "last_test")
    answered = next(
        at for at, event in enumerate(scene.events) if at > asked and isinstance(event, QuestionAnswered)
    )
    manual = scene.at(lambda event: isinstance(event, PhaseEnded) and event.phase == "manual")
    assert last < asked < manual < answered


def test_the_user_plays_one_branchs_role_while_the_other_goes_on(tmp_path: Path) -> None:
    user = Waiting(Answer(rendered(DOUBLE.tests), by="user"))

    def when(event: Event, live: LiveRun) -> None:
        if isinstance(event, PhaseBegun) and event.title == "Coding":
            live.take_over(TESTER, phase="tests")
        elif isinstance(event, PhaseEnded) and event.phase == "code_review/2":
            user.go.set()

    scene = Scene(tmp_path, when, user)
    assert scene.play().passed
    assert [question.purpose for question in user.asked] == ["play"]
    asked = scene.at(lambda event: isinstance(event, QuestionAsked))
    answered = scene.at(lambda event: isinstance(event, QuestionAnswered))
    modified = scene.at(
        lambda event: isinstance(event, PhaseEnded) and event.phase == "code_review/1/modification"
    )
    assert asked < modified < answered
    assert (tmp_path / "out" / "test_double.py").read_text() == DOUBLE.tests["test_double.py"]


def test_live_equals_replayed_with_two_phases_open_at_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert scene.play().passed
    live, replayed = RunState(), RunState()
    open_at_once = 0
    for stamped in scene.recorder.seen:
        live.receive(stamped)
        open_at_once = max(open_at_once, len(live.chain.open))
        if not isinstance(stamped.event, Ephemeral):
            replayed.receive(stamped)
    assert open_at_once >= 2
    assert live.chain == replayed.chain
    assert live.transcript == replayed.transcript
    assert live.hierarchy == replayed.hierarchy
