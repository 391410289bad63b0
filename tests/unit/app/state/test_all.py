"""Live equals replayed: the ephemeral events leave no trace once everything begun is complete."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.events import (
    AgentHired,
    AgentRetired,
    BacklogChanged,
    BacklogItem,
    CommandFinished,
    CommandOutput,
    CommandStarted,
    Ephemeral,
    ErrorRaised,
    Event,
    FileChange,
    FilesCommitted,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    ModelLoading,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunEnded,
    RunPaused,
    RunRewound,
    RunStarted,
    Stamped,
    TestCase,
    TestsReported,
    TextStreamed,
    UserStepped,
)
from app.state.all import PARTS, RunState
from app.state.entries import MessageEntry
from tests.support.story import START, Story, gomoku

AGENTS = ("head", "head/one", "head/two", "head/one/three")


class Teller:
    """Turns random choices into a run that could be: what completes was begun, what begins can be cut."""

    def __init__(self) -> None:
        self.events: list[Stamped] = []
        self._at = 1000.0
        self._seq = 0
        self._count = count(1)
        self._messages: dict[str, tuple[str, str]] = {}
        self._commands: list[str] = []
        self._questions: list[str] = []
        self._phases: list[str] = []
        self._versions = 0
        self.tell(
            RunStarted(
                project="P",
                idea="I",
                workflow="w",
                title="W",
                model="m",
                sandbox="s",
                folder="f",
            )
        )
        for agent in AGENTS:
            manager = agent.rpartition("/")[0]
            self.tell(AgentHired(agent=agent, role=agent.title(), manager=manager, model="m"))

    def tell(self, event: Event) -> None:
        self._at += 0.25
        ephemeral = isinstance(event, Ephemeral)
        self._seq += not ephemeral
        self.events.append(Stamped(1, 0 if ephemeral else self._seq, self._at, event))

    def act(self, action: str, agent: str, text: str) -> None:
        getattr(self, f"_{action}")(agent, text)

    def _begin(self, agent: str, text: str) -> None:
        if any(speaker == agent for speaker, _ in self._messages.values()):
            return
        message = f"{agent}#{next(self._count)}"
        self._messages[message] = (agent, "head")
        self.tell(MessageBegun(message=message, speaker=agent, to="head", phase="p", model="m"))

    def _load(self, agent: str, text: str) -> None:
        for message in self._messages:
            self.tell(ModelLoading(message=message, model="m"))

    def _stream(self, agent: str, text: str) -> None:
        for message in self._messages:
            self.tell(TextStreamed(message=message, text=text, thinking=len(text) % 2 == 0))

    def _complete(self, agent: str, text: str) -> None:
        if not self._messages:
            return
        message, (speaker, to) = self._messages.popitem()
        self.tell(
            MessageCompleted(
                message=message,
                speaker=speaker,
                to=to,
                phase="p",
                text=text,
                thinking=text[:3],
                prompt_tokens=10,
                output_tokens=len(text),
                context=100,
                seconds=2.0,
                writing_seconds=1.0,
            )
        )

    def _cut(self, agent: str, text: str) -> None:
        if self._messages:
            self.tell(MessageCut(message=self._messages.popitem()[0], text=text, reason="stop"))

    def _start(self, agent: str, text: str) -> None:
        command = f"{agent}${next(self._count)}"
        self._commands.append(command)
        self.tell(
            CommandStarted(command=command, agent=agent, phase="p", title=text, argv=("x",), sandbox="s")
        )

    def _print(self, agent: str, text: str) -> None:
        for command in self._commands:
            self.tell(CommandOutput(command=command, text=text))

    def _finish(self, agent: str, text: str) -> None:
        if self._commands:
            command = self._commands.pop()
            self.tell(
                CommandFinished(
                    command=command, exit_code=0, passed=bool(text), verdict=text, output=text, seconds=1.0
                )
            )
            cases = (TestCase(name="a", outcome="passed"), TestCase(name="b", outcome="failed", message=text))
            self.tell(TestsReported(command=command, phase="p", cases=cases))

    def _ask(self, agent: str, text: str) -> None:
        question = f"{agent}?{next(self._count)}"
        self._questions.append(question)
        self.tell(QuestionAsked(question=question, agent=agent, phase="p", text=text))

    def _answer(self, agent: str, text: str) -> None:
        if self._questions:
            self.tell(QuestionAnswered(question=self._questions.pop(), answer=text, by="user"))

    def _phase(self, agent: str, text: str) -> None:
        phase = f"p{next(self._count)}"
        parent = self._phases[-1] if self._phases and len(text) % 2 else ""
        self._phases.append(phase)
        self.tell(PhaseBegun(phase=phase, title=text, parent=parent, round=1, rounds=2))

    def _end_phase(self, agent: str, text: str) -> None:
        if self._phases:
            self.tell(PhaseEnded(phase=self._phases.pop(), conclusion=text))

    def _commit(self, agent: str, text: str) -> None:
        self._versions += 1
        change = FileChange(path=f"{agent}.py", digest=text, added=1, removed=0)
        self.tell(FilesCommitted(version=self._versions, author=agent, message=text, changes=(change,)))

    def _remark(self, agent: str, text: str) -> None:
        self.tell(UserStepped(remark=f"user!{next(self._count)}", to=agent, text=text))
        self.tell(NoticeGiven(text=text))
        self.tell(BacklogChanged(items=(BacklogItem(item="1", title=text),)))

    def _interrupt(self, agent: str, text: str) -> None:
        """A crash: what was begun is begun again or never heard of again."""
        self._messages.clear()
        self._commands.clear()
        self.tell(RunPaused(reason=text))
        self.tell(RunContinued(finished_steps=len(text)))

    def _retire(self, agent: str, text: str) -> None:
        self.tell(AgentRetired(agent=agent))

    def complete_all(self) -> None:
        while self._messages:
            self._complete("head", "the end")
        while self._commands:
            self._finish("head", "the end")


ACTIONS = [
    "begin",
    "load",
    "stream",
    "complete",
    "cut",
    "start",
    "print",
    "finish",
    "ask",
    "answer",
    "phase",
    "end_phase",
    "commit",
    "remark",
    "interrupt",
    "retire",
]


STORIES = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(AGENTS), st.text(max_size=6)), max_size=60
)


@given(STORIES)
@settings(max_examples=150, deadline=None)
def test_live_equals_replayed(actions: list[tuple[str, str, str]]) -> None:
    teller = Teller()
    for action in actions:
        teller.act(*action)
    teller.complete_all()
    live = RunState.replayed(teller.events)
    replayed = RunState.replayed(stamped for stamped in teller.events if stamped.seq)
    assert live == replayed


@given(STORIES, st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_a_fork_and_its_original_go_on_by_themselves(
    actions: list[tuple[str, str, str]], share: float
) -> None:
    teller = Teller()
    for action in actions:
        teller.act(*action)
    place = int(share * len(teller.events))
    before, after = teller.events[:place], teller.events[place:]
    original = RunState.replayed(before)
    fork = original.fork()
    for stamped in after:
        original.receive(stamped)
    assert fork == RunState.replayed(before)
    for stamped in after:
        fork.receive(stamped)
    assert fork == original == RunState.replayed(teller.events)


def test_every_part_of_a_state_is_forked() -> None:
    state, fork = RunState.replayed(gomoku().events), RunState.replayed(gomoku().events).fork()
    parts = {name for name in RunState.__slots__ if hasattr(getattr(state, name), "receive")}
    assert parts == set(PARTS)
    assert all(getattr(fork, name) is not getattr(state, name) for name in PARTS)


def test_states_that_differ_are_not_equal() -> None:
    """The comparison above would be worth nothing if it were always true."""
    events = gomoku().events
    assert RunState.replayed(events) != RunState.replayed(events[:-400])


def test_a_stored_event_is_folded_once() -> None:
    events = [stamped for stamped in gomoku().events if stamped.seq]
    state = RunState.replayed(events)
    entries = len(state.transcript.entries)
    for stamped in events[-5:]:
        state.receive(stamped)
    assert len(state.transcript.entries) == entries
    assert state.seq == events[-1].seq


def test_rewinding_is_told() -> None:
    state = RunState.replayed(gomoku().events)
    assert not state.rewound
    state.receive(Stamped(1, 0, 2000.0, RunRewound(to_seq=3)))
    assert state.rewound


def test_an_interrupted_run_forgets_what_had_streamed() -> None:
    story = gomoku()
    story.tell(RunEnded(state="failed", summary="The server went away."))
    live = RunState.replayed(story.events)
    assert live == RunState.replayed(stamped for stamped in story.events if stamped.seq)
    assert not live.hierarchy.talks
    assert not any(node.at_work for node in live.hierarchy.agents.values())


@pytest.mark.parametrize("seconds", [0.0, 5.0])
def test_an_error_marks_who_was_at_work(seconds: float) -> None:
    story = Story()
    story.tell(AgentHired(agent="head", role="Head", manager="", model="m"))
    story.begin("head", "user", "p")
    story.tell(ErrorRaised(text="No server.", hint="Start it."), seconds=seconds)
    state = RunState.replayed(story.events)
    assert state.hierarchy.agents["head"].state == "failed"
    assert state.run.error == "No server."
    story.tell(RunContinued())
    assert RunState.replayed(story.events).hierarchy.agents["head"].state == "idle"


def test_nobody_is_at_work_in_a_run_that_was_killed() -> None:
    state = RunState.replayed(gomoku().events)
    working = state.transcript.entries[-1]
    assert isinstance(working, MessageEntry)
    state.settle()
    assert not any(node.at_work for node in state.hierarchy.agents.values())
    assert state.hierarchy.talk is None
    assert (working.state, working.text) == ("cut", "")
    assert state.chain.phases["review/2"].state == "interrupted"
    assert state.run.state == "running", "that nobody drives it is told by the store alone"
    assert state.figures.live_tokens_per_second(state.run.last) == 0


def test_a_killed_run_goes_on_alike_whether_or_not_it_was_looked_at_between() -> None:
    story = gomoku()
    looked_at = RunState.replayed(story.events)
    looked_at.settle()
    before = len(story.events)
    story.tell(RunContinued(finished_steps=7), seconds=3600)
    story.say("ceo/cto/programmer", "ceo/cto/reviewer", "review/2/modification", "Mended.")
    for stamped in story.events[before:]:
        looked_at.receive(stamped)
    replayed = RunState.replayed(story.events)
    assert looked_at == replayed
    assert replayed.chain.seconds("review/2", story.now) < story.now - START - 3600


def test_what_goes_on_during_a_pause_is_not_begun_anew() -> None:
    story = gomoku()
    state = RunState.replayed(story.events)
    before, entries = len(story.events), len(state.transcript.entries)
    message = next(iter(state.hierarchy.talks))
    story.tell(RunPaused(reason="You paused the run."), RunContinued(finished_steps=7, resumed=False))
    story.tell(MessageCompleted(message=message, speaker="x", to="y", phase="p", text="All of it."))
    for stamped in story.events[before:]:
        state.receive(stamped)
    assert len(state.transcript.entries) == entries + 2  # the pause and its end
    reply = state.transcript.entries[entries - 1]
    assert isinstance(reply, MessageEntry)
    assert (reply.state, reply.text) == ("complete", "All of it.")
