"""One agent on file: what it said and heard, and what its work cost. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from app.state.entries import CommandEntry, MessageEntry
from app.state.transcript import TranscriptState


@dataclass(slots=True)
class Spent:
    """What the model was asked for an agent: seconds of whole calls and of the writing in them."""

    calls: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    writing_seconds: float = 0.0
    programs: int = 0
    program_seconds: float = 0.0

    @property
    def tokens_per_second(self) -> float:
        """How fast was written on average; 0 before anything was."""
        return self.output_tokens / self.writing_seconds if self.writing_seconds > 0 else 0.0


class Dossier:
    """Kept up to date by `take`, which looks only at what is new since the last time.

    `messages` are indices of the transcript's entries, `last_step` is the step of the latest complete
    call, `last_host` the server that replied to it.
    """

    def __init__(self, agent: str, transcript: TranscriptState) -> None:
        self.agent = agent
        self.messages: list[int] = []
        self.spent = Spent()
        self.last_step = self.last_host = ""
        self.revision = 0
        self._transcript = transcript
        self._seen = (0, 0)
        self._counted: set[int] = set()
        self.take()

    def take(self) -> bool:
        """Take in what is new; whether anything of this agent was."""
        entries, changes = self._transcript.entries, self._transcript.changes
        known, revision = self._seen
        if self._seen == (len(entries), changes.revision):
            return False
        changed = changes.since(revision)
        earlier = range(known) if changed is None else sorted(at for at in changed if at < known)
        self._seen = (len(entries), changes.revision)
        any_new = False
        for index in (*earlier, *range(known, len(entries))):
            any_new |= self._look(index, new=index >= known)
        self.revision += any_new
        return any_new

    def _look(self, index: int, *, new: bool) -> bool:
        entry = self._transcript.entries[index]
        if isinstance(entry, CommandEntry) and entry.agent == self.agent:
            return self._count_program(index, entry)
        if not isinstance(entry, MessageEntry) or self.agent not in (entry.speaker, entry.to):
            return False
        if new:
            self.messages.append(index)
        if entry.speaker == self.agent and entry.state == "complete":
            self._count(index, entry)
        return True

    def _count(self, index: int, entry: MessageEntry) -> None:
        if index in self._counted:
            return
        self._counted.add(index)
        if entry.step:
            self.last_step, self.last_host = entry.step, entry.host
        if entry.origin == "model" and entry.step:
            self.spent.calls += 1
            self.spent.prompt_tokens += entry.prompt_tokens
            self.spent.output_tokens += entry.output_tokens
            self.spent.seconds += entry.seconds
            self.spent.writing_seconds += entry.writing_seconds

    def _count_program(self, index: int, entry: CommandEntry) -> bool:
        if entry.state not in ("passed", "failed") or index in self._counted:
            return False
        self._counted.add(index)
        self.spent.programs += 1
        self.spent.program_seconds += entry.seconds
        return True
