"""Everything that the window knows of a run: all folds behind one `receive`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, assert_never

from agents.events import (
    AgentHired,
    AgentRetired,
    AnswerJudged,
    BacklogChanged,
    BacklogEdited,
    CommandFinished,
    CommandOutput,
    CommandStarted,
    ErrorRaised,
    Event,
    FiguresReported,
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
    RoleTaken,
    RunContinued,
    RunEnded,
    RunPaused,
    RunRewound,
    RunStarted,
    Stamped,
    TestsReported,
    TextStreamed,
    UserEdited,
    UserStepped,
)
from app.state.backlog import BacklogState
from app.state.candidates import CandidatesState
from app.state.chain import ChainState
from app.state.console import ConsoleState
from app.state.figures import FiguresState
from app.state.files import FilesState
from app.state.forking import forked
from app.state.hierarchy import HierarchyState
from app.state.problems import ProblemsState
from app.state.questions import QuestionsState
from app.state.roles import RolesState
from app.state.run import RunSummary
from app.state.tests import TestsState
from app.state.transcript import TranscriptState


class Fold(Protocol):
    """A part of the state."""

    def receive(self, stamped: Stamped) -> None:
        """Fold one event; events that it does not know change nothing."""


Folds: TypeAlias = tuple[Fold, ...]
PARTS = (
    "run",
    "transcript",
    "hierarchy",
    "chain",
    "files",
    "console",
    "tests",
    "figures",
    "questions",
    "backlog",
    "roles",
    "problems",
    "candidates",
)


@dataclass(slots=True)
class RunState:
    """A run as the window shows it: `receive` every event, live or stored, in order.

    Two states that received the same stored events are equal once everything begun is complete, whether or
    not they saw the ephemeral events between. `seq` is the last stored event's. When `rewound` is set, a part
    of the run was discarded: build a new state with `replayed` from the store's events.
    """

    run: RunSummary = field(default_factory=RunSummary)
    transcript: TranscriptState = field(default_factory=TranscriptState)
    hierarchy: HierarchyState = field(default_factory=HierarchyState)
    chain: ChainState = field(default_factory=ChainState)
    files: FilesState = field(default_factory=FilesState)
    console: ConsoleState = field(default_factory=ConsoleState)
    tests: TestsState = field(default_factory=TestsState)
    figures: FiguresState = field(default_factory=FiguresState)
    questions: QuestionsState = field(default_factory=QuestionsState)
    backlog: BacklogState = field(default_factory=BacklogState)
    roles: RolesState = field(default_factory=RolesState)
    problems: ProblemsState = field(default_factory=ProblemsState)
    candidates: CandidatesState = field(default_factory=CandidatesState)
    seq: int = 0
    rewound: bool = field(default=False, compare=False)
    revision: int = field(default=0, compare=False)
    _routes: dict[type[Event], Folds] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def replayed(cls, events: Iterable[Stamped]) -> RunState:
        """The state after all these events."""
        state = cls()
        for stamped in events:
            state.receive(stamped)
        return state

    def receive(self, stamped: Stamped) -> None:
        """Fold one event into every part that it concerns. A stored event that was seen before is skipped."""
        if stamped.seq:
            if stamped.seq <= self.seq:
                return
            self.seq = stamped.seq
        self.revision += 1
        event = stamped.event
        if isinstance(event, RunContinued) and event.resumed:
            self.settle()
        route = self._routes.get(type(event))
        if route is None:
            route = self._routes[type(event)] = self._route(event)
        for fold in route:
            fold.receive(stamped)
        if isinstance(event, RunRewound):
            self.rewound = True

    def settle(self) -> None:
        """Nobody carries the run out, whether or not it says that it ended: nobody in it is at work either.

        A run that is killed tells nothing of its end; whoever continues it then begins from here.
        """
        if not self.run.begun or self.run.over:
            return
        self.revision += 1
        self.transcript.interrupt_all()
        end = Stamped(self.run.number, 0, self.run.last, RunEnded(state="stopped", summary=""))
        for fold in (self.hierarchy, self.chain, self.console, self.figures):
            fold.receive(end)

    def fork(self) -> RunState:
        """A second state after the same events, which goes on by itself."""
        made = RunState(seq=self.seq, rewound=self.rewound, revision=self.revision)
        for name in PARTS:
            setattr(made, name, forked(getattr(self, name)))
        return made

    def _route(self, event: Event) -> Folds:  # noqa: PLR0912 - one case an event
        """The folds that an event concerns: only here is it said, for each kind of event."""
        match event:
            case TextStreamed():
                return (self.transcript, self.hierarchy, self.figures)
            case ModelLoading():
                return (self.transcript, self.hierarchy)
            case CommandOutput():
                return (self.console,)
            case RunRewound():
                return ()
            case MessageBegun():
                return (self.run, self.transcript, self.hierarchy, self.figures)
            case MessageCompleted():
                return (self.run, self.transcript, self.hierarchy, self.figures, self.candidates)
            case MessageCut():
                return (self.run, self.transcript, self.hierarchy, self.figures, self.problems)
            case RunStarted() | RunPaused() | RunContinued() | RunEnded():
                return (
                    self.run,
                    self.transcript,
                    self.hierarchy,
                    self.chain,
                    self.console,
                    self.figures,
                )
            case PhaseBegun() | PhaseEnded():
                return (self.run, self.transcript, self.chain)
            case AgentHired():
                return (self.run, self.hierarchy, self.figures, self.candidates)
            case AgentRetired():
                return (self.run, self.hierarchy, self.figures)
            case FilesCommitted():
                return (self.run, self.transcript, self.files, self.figures, self.candidates)
            case CommandStarted():
                return (
                    self.run,
                    self.transcript,
                    self.hierarchy,
                    self.console,
                    self.figures,
                    self.candidates,
                )
            case CommandFinished():
                return (self.run, self.transcript, self.hierarchy, self.console, self.figures)
            case TestsReported():
                return (self.run, self.transcript, self.tests, self.candidates)
            case QuestionAsked() | QuestionAnswered():
                return (self.run, self.transcript, self.hierarchy, self.questions)
            case UserStepped():
                return (self.run, self.transcript)
            case UserEdited():
                return (self.run, self.transcript, self.files)
            case RoleTaken():
                return (self.run, self.transcript, self.roles)
            case NoticeGiven():
                return (self.run, self.transcript, self.problems)
            case BacklogChanged():
                return (self.run, self.backlog)
            case BacklogEdited():
                return (self.run, self.transcript, self.backlog)
            case ErrorRaised():
                return (self.run, self.transcript, self.hierarchy, self.problems)
            case FiguresReported():
                return (self.run, self.transcript, self.figures)
            case AnswerJudged():
                return (self.run, self.transcript, self.candidates)
            case _:
                assert_never(event)
