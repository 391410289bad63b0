"""The conversation with everything that a reader of it wants to know, in order."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace

from agents.events import (
    EVERYONE,
    AnswerJudged,
    BacklogEdited,
    CommandFinished,
    CommandStarted,
    ErrorRaised,
    FiguresReported,
    FilesCommitted,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    ModelLoading,
    NoticeGiven,
    PhaseBegun,
    QuestionAnswered,
    QuestionAsked,
    RoleTaken,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    Stamped,
    TestsReported,
    TextStreamed,
    UserStepped,
)
from app.i18n import marked, tr, trn
from app.state.changes import ChangeLog
from app.state.entries import (
    CommandEntry,
    Entry,
    ErrorEntry,
    FiguresEntry,
    FilesEntry,
    MessageEntry,
    NoticeEntry,
    PhaseEntry,
    QuestionEntry,
    RemarkEntry,
    RunEntry,
    TestsEntry,
)
from app.state.typed import TypedWords, is_typed, words_so_far

INTERRUPTED = marked("The run was interrupted here.")


@dataclass(slots=True)
class TranscriptState:
    """Entries in order. They are only ever appended; `changes` names the earlier ones that changed.

    `phases` is the index of each phase's first heading; `seqs` has, for each entry, the number of the stored
    event with which it came, a message and a program of the one with which it was complete.
    """

    entries: list[Entry] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    phases: dict[str, int] = field(default_factory=dict)
    changes: ChangeLog[int] = field(default_factory=ChangeLog)
    _open: dict[str, int] = field(default_factory=dict)
    """The messages, questions and commands that are not complete yet, by identity."""
    _typed: dict[str, TypedWords] = field(default_factory=dict, compare=False)
    """Those messages of them whose words are read out of JSON while it streams."""
    _seq: int = field(default=0, compare=False)
    _heading: str = ""
    """The phase whose heading came last."""

    @property
    def revision(self) -> int:
        """Grows with every change."""
        return self.changes.revision + len(self.entries)

    def receive(self, stamped: Stamped) -> None:  # noqa: PLR0912, PLR0915 - one case an event
        """Fold one event."""
        at = stamped.at
        self._seq = stamped.seq
        match stamped.event:
            case TextStreamed() as event:
                self._stream(event)
            case MessageCompleted() as event:
                self._complete(event, stamped)
            case MessageBegun() as event:
                self._interrupt(event.message)
                entry = MessageEntry(event.message, event.speaker, event.to, event.phase, at)
                entry.seq, entry.model = stamped.seq, event.model
                self._open[event.message] = self._append(entry)
            case ModelLoading() as event if (message := self._message(event.message)) is not None:
                message.state = "loading"
            case MessageCut() as event if (message := self._message(event.message)) is not None:
                message.text, message.thinking = words_so_far(event.text), ""
                message.state, message.reason = "cut", event.reason
                del self._open[event.message]
                self._typed.pop(event.message, None)
            case PhaseBegun() as event:
                self._head(event, at)
            case QuestionAsked() as event:
                self._ask(event, at)
            case QuestionAnswered() as event:
                self._answer(event)
            case UserStepped() as event:
                self._append(RemarkEntry(event.remark, event.to, event.text, at))
            case BacklogEdited() as event:
                self._append(RemarkEntry(event.edit, EVERYONE, _backlog_words(event), at))
            case RoleTaken() as event:
                self._append(RemarkEntry("", event.agent, _role_words(event), at))
            case FilesCommitted() as event:
                self._append(FilesEntry(event.version, event.author, event.message, event.changes, at))
            case CommandStarted() as event:
                self._interrupt(event.command)
                command = CommandEntry(event.command, event.agent, event.phase, event.title, event.argv, at)
                self._open[event.command] = self._append(command)
            case CommandFinished() as event:
                self._finish(event)
            case TestsReported() as event:
                self._report(event, at)
            case NoticeGiven() as event:
                self._append(NoticeEntry(event.text, event.level, event.phase, event.agent, at))
            case ErrorRaised() as event:
                self._append(ErrorEntry(event.text, event.hint, event.detail, at))
            case AnswerJudged() as event:
                told = tr("Hidden tests: {result}", result=event.summary)
                self._append(NoticeEntry(told, "info" if event.passed else "warning", "", "", at))
            case FiguresReported() as event:
                self._append(FiguresEntry(event, at))
            case RunStarted() | RunPaused() | RunContinued() | RunEnded() as event:
                self._turn(event, at)
            case _:
                pass

    def fork(self) -> TranscriptState:
        """A second one of the same value. Complete entries are shared: they never change again."""
        made = TranscriptState(
            entries=self.entries.copy(),
            seqs=self.seqs.copy(),
            phases=self.phases.copy(),
            _seq=self._seq,
            _heading=self._heading,
        )
        made._open = self._open.copy()
        for index in made._open.values():
            made.entries[index] = copy(made.entries[index])
        return made

    # --- appending and finding ---------------------------------------------------------------------

    def _append(self, entry: Entry) -> int:
        phase = getattr(entry, "phase", "")
        if isinstance(entry, PhaseEntry):
            self._heading = phase
        elif phase in self.phases and phase != self._heading and not self._heading.startswith(f"{phase}/"):
            self._go_on(phase, entry.at)
        self.entries.append(entry)
        self.seqs.append(self._seq)
        return len(self.entries) - 1

    def _go_on(self, phase: str, at: float) -> None:
        """Say that what follows belongs to another phase that goes on at the same time."""
        head = self.entries[self.phases[phase]]
        if isinstance(head, PhaseEntry):
            self._append(replace(head, at=at, again=True))

    def _message(self, message: str) -> MessageEntry | None:
        """The open message, marked as changed."""
        index = self._open.get(message)
        if index is None:
            return None
        self.changes.touch(index)
        entry = self.entries[index]
        return entry if isinstance(entry, MessageEntry) else None

    def _interrupt(self, identity: str) -> None:
        """What was begun and never completed stays, marked; what had streamed is forgotten as in a replay."""
        index = self._open.pop(identity, None)
        self._typed.pop(identity, None)
        if index is None:
            return
        self.changes.touch(index)
        match self.entries[index]:
            case MessageEntry() as message:
                message.text = message.thinking = ""
                message.state, message.reason = "cut", tr(INTERRUPTED)
            case CommandEntry() as command:
                command.state = "interrupted"
            case _:
                pass

    def interrupt_all(self) -> None:
        """Nobody goes on with what is not complete; questions stay open."""
        for identity in list(self._open):
            if not isinstance(self.entries[self._open[identity]], QuestionEntry):
                self._interrupt(identity)

    # --- single events -----------------------------------------------------------------------------

    def _stream(self, event: TextStreamed) -> None:
        message = self._message(event.message)
        if message is None:
            return
        if event.thinking:
            message.thinking += event.text
            message.state = "thinking"
        else:
            if not message.text and event.message not in self._typed and is_typed(event.text):
                self._typed[event.message] = TypedWords()
            typed = self._typed.get(event.message)
            message.text += typed.take(event.text) if typed else event.text
            message.state = "writing"

    def _complete(self, event: MessageCompleted, stamped: Stamped) -> None:
        index, entry = self._open.get(event.message), self._message(event.message)
        if entry is None:
            entry = MessageEntry(event.message, event.speaker, event.to, event.phase, stamped.at)
            self._append(entry)
        self._open.pop(event.message, None)
        self._typed.pop(event.message, None)
        entry.seq, entry.state = stamped.seq, "complete"
        self.seqs[index if index is not None else -1] = stamped.seq
        entry.text, entry.thinking, entry.truncated = event.text, event.thinking, event.truncated
        entry.ended, entry.host = event.ended, event.host
        entry.origin, entry.model, entry.step = event.origin, event.model, event.step
        entry.prompt_tokens, entry.output_tokens = event.prompt_tokens, event.output_tokens
        entry.seconds, entry.writing_seconds = event.seconds, event.writing_seconds

    def _head(self, event: PhaseBegun, at: float) -> None:
        depth = 0
        if event.parent in self.phases:
            above = self.entries[self.phases[event.parent]]
            depth = above.depth + 1 if isinstance(above, PhaseEntry) else 0
        heading = PhaseEntry(
            event.phase,
            event.title,
            event.round,
            event.rounds,
            depth,
            event.instructor,
            event.assistant,
            at,
        )
        self.phases.setdefault(event.phase, self._append(heading))

    def _ask(self, event: QuestionAsked, at: float) -> None:
        index = self._open.get(event.question)
        if index is not None:
            return  # asked again after a crash: it is still there, open
        asked = QuestionEntry(
            event.question,
            event.agent,
            event.phase,
            event.text,
            event.options,
            event.context,
            event.purpose,
            at,
        )
        self._open[event.question] = self._append(asked)

    def _answer(self, event: QuestionAnswered) -> None:
        index = self._open.get(event.question)
        if event.by != "later":  # else it stays open for an answer that comes when the team has gone on
            self._open.pop(event.question, None)
        if index is not None and isinstance(asked := self.entries[index], QuestionEntry):
            asked.answer, asked.by = event.answer, event.by
            self.changes.touch(index)

    def _finish(self, event: CommandFinished) -> None:
        index = self._open.pop(event.command, None)
        if index is not None and isinstance(command := self.entries[index], CommandEntry):
            command.state = "passed" if event.passed else "failed"
            command.exit_code, command.verdict = event.exit_code, event.verdict
            command.seconds = event.seconds
            self.seqs[index] = self._seq
            self.changes.touch(index)

    def _report(self, event: TestsReported, at: float) -> None:
        counts = {"passed": 0, "failed": 0, "skipped": 0}
        for case in event.cases:
            counts[case.outcome] += 1
        failures = tuple((case.name, case.message) for case in event.cases if case.outcome == "failed")
        self._append(
            TestsEntry(
                event.command,
                event.phase,
                counts["passed"],
                counts["failed"],
                counts["skipped"],
                failures,
                at,
            )
        )

    def _turn(self, event: RunStarted | RunPaused | RunContinued | RunEnded, at: float) -> None:
        match event:
            case RunStarted():
                self._append(RunEntry("started", event.idea, "running", at))
            case RunPaused():
                self._append(RunEntry("paused", event.reason, "paused", at))
            case RunContinued():
                if event.resumed:
                    self.interrupt_all()
                self._append(RunEntry("continued", self._finished(event), "running", at))
            case RunEnded():
                self.interrupt_all()
                self._append(RunEntry("ended", event.summary, event.state, at))

    @staticmethod
    def _finished(event: RunContinued) -> str:
        steps = event.finished_steps
        return trn("{count} finished step kept", "{count} finished steps kept", steps) if steps else ""


def _backlog_words(event: BacklogEdited) -> str:
    """What the user says to the team by changing the backlog."""
    words = {
        "put": tr("Backlog: {title}", title=event.item.title),
        "remove": tr("Backlog: leave out “{title}”", title=event.item.title),
        "move": tr("Backlog: another place for “{title}”", title=event.item.title),
        "reopen": tr("Backlog: “{title}” is not done", title=event.item.title),
    }
    return words[event.change]


def _role_words(event: RoleTaken) -> str:
    """What the user says to an agent whose part they take, or give back."""
    if not event.taken:
        return tr("Speak for yourself again.")
    return tr("I speak for you in this phase.") if event.phase else tr("I speak for you from now on.")
