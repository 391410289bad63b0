"""The programs that the team ran, with what they printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from agents.events import CommandFinished, CommandOutput, CommandStarted, RunContinued, RunEnded, Stamped
from app.state.changes import ChangeLog

SHOWN = 1024**2
"""Output beyond so many characters loses its beginning while it streams; the final one has its own cap."""

CommandState: TypeAlias = Literal["running", "passed", "failed", "interrupted"]


@dataclass(slots=True)
class CommandRecord:
    """A program's run; `verdict` says in words why it counts as passed or failed."""

    command: str
    agent: str
    phase: str
    title: str
    argv: tuple[str, ...]
    sandbox: str
    at: float
    output: str = ""
    state: CommandState = "running"
    exit_code: int | None = None
    verdict: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class ConsoleState:
    """Commands by identity in the order of their start; `changes` names those that changed."""

    commands: dict[str, CommandRecord] = field(default_factory=dict)
    changes: ChangeLog[str] = field(default_factory=ChangeLog)

    @property
    def revision(self) -> int:
        """Grows with every change."""
        return self.changes.revision

    def receive(self, stamped: Stamped) -> None:
        """Fold one event."""
        match stamped.event:
            case CommandStarted() as event:
                self.commands.pop(event.command, None)  # started again after a crash
                self.commands[event.command] = CommandRecord(
                    command=event.command,
                    agent=event.agent,
                    phase=event.phase,
                    title=event.title,
                    argv=event.argv,
                    sandbox=event.sandbox,
                    at=stamped.at,
                )
                self.changes.touch(event.command)
            case CommandOutput() as event if record := self._running(event.command):
                record.output = (record.output + event.text)[-SHOWN:]
                self.changes.touch(event.command)
            case CommandFinished() as event if record := self.commands.get(event.command):
                record.state = "passed" if event.passed else "failed"
                record.exit_code, record.verdict = event.exit_code, event.verdict
                record.output, record.seconds = event.output, event.seconds
                self.changes.touch(event.command)
            case RunEnded() | RunContinued(resumed=True):
                self._interrupt()
            case _:
                pass

    def _running(self, command: str) -> CommandRecord | None:
        record = self.commands.get(command)
        return record if record and record.state == "running" else None

    def _interrupt(self) -> None:
        for record in self.commands.values():
            if record.state == "running":
                record.state, record.output = "interrupted", ""
                self.changes.touch(record.command)
