"""A run that is being carried out now: it can be paused, stopped, talked to, and waited for."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from uuid import uuid4

from agents.contracts import Outcome
from agents.errors import ReplyDoesNotFit, RunStopped, StoreError, UserFacingError, cause_of
from agents.events import (
    EVERYONE,
    BacklogChange,
    BacklogEdited,
    BacklogItem,
    ErrorRaised,
    FileEdit,
    QuestionAnswered,
    RoleTaken,
    RunContinued,
    RunEnded,
    RunPaused,
    UserEdited,
    UserStepped,
)
from agents.journal import Edits
from agents.paths import checked
from agents.run import Run
from agents.stage import Inbox
from agents.store.runlog import RunLog
from agents.warmth import Ahead


class Control:
    """Where a run waits before each step while it is paused, and where its limits are watched.

    A limit that is reached pauses the run with a reason; going on allows as much again.
    """

    def __init__(self, max_tokens: int = 0, max_seconds: float = 0.0) -> None:
        self._going = asyncio.Event()
        self._going.set()
        self._limits = {"tokens": float(max_tokens), "seconds": max_seconds}
        self._allowed = dict(self._limits)

    def reached(self, tokens: int, seconds: float) -> str:
        """The limit that is reached, in words; empty when none is. The next one is as far away again."""
        for name, used in (("tokens", float(tokens)), ("seconds", seconds)):
            if self._limits[name] and used >= self._allowed[name]:
                limit = self._allowed[name]
                self._allowed[name] = used + self._limits[name]
                amount = f"{limit:,.0f} tokens" if name == "tokens" else f"{limit / 60:g} minutes of work"
                return f"The limit of {amount} is reached."
        return ""

    @property
    def paused(self) -> bool:
        """Whether the next step waits."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Let the next step wait."""
        self._going.clear()

    def proceed(self) -> None:
        """Let the run go on."""
        self._going.set()

    async def passed(self) -> None:
        """Return at once, or when the run may go on."""
        await self._going.wait()


class LiveRun:
    """The handle of a run under way.

    `perform` carries the workflow out; `release` gives back what the run holds (its lease, its model
    server) when it is over, whatever the end.
    """

    def __init__(
        self,
        *,
        number: int,
        project: int,
        run: Run,
        log: RunLog,
        control: Control,
        edits: Edits,
        perform: Callable[[], Awaitable[Outcome]],
        ahead: Ahead,
        release: Callable[[], Awaitable[None]],
    ) -> None:
        self.number = number
        self.project = project
        self.folder: Path = run.workspace.folder
        self._run = run
        self._log = log
        self._control = control
        self._perform = perform
        self._ahead = ahead
        self._release = release
        self._inbox: Inbox = run.stage.inbox
        self._stopping = False
        self._edits = edits
        self._begun = asyncio.Event()
        self._task = asyncio.create_task(self._drive(), name=f"run {number}")
        self._task.add_done_callback(_noticed)

    @property
    def paused(self) -> bool:
        """Whether the run waits, or will wait before its next step."""
        return self._control.paused

    @property
    def finished(self) -> bool:
        """Whether the run has come to an end, whichever."""
        return self._task.done()

    @property
    def calling(self) -> bool:
        """Whether a model is asked at the moment, so that there is something for `stop_call` to end."""
        return not self.finished and self._run.stage.calls.going

    def pause(self, reason: str = "You paused the run.") -> None:
        """Wait before the next step; what is being generated now is completed."""
        if not self.finished and not self.paused:
            self._control.pause()
            self._log.emit(RunPaused(reason=reason))

    def proceed(self) -> None:
        """Go on after a pause."""
        if not self.finished and self.paused:
            self._log.emit(RunContinued(finished_steps=self._log.steps_finished(), resumed=False))
            self._control.proceed()

    def expect_words(self, agent: str = "") -> None:
        """The user is writing to `agent` (empty: to whoever speaks next): its model is loaded meanwhile."""
        if not self.finished:
            self._ahead.ready(agent)

    def say(self, text: str, to: str = EVERYONE) -> None:
        """Tell one agent, or whoever speaks next, something; it goes into that next turn."""
        if not text.strip() or self.finished:
            return
        remark = _identity("user")
        self._log.emit(UserStepped(remark=remark, to=to, text=text.strip()), remark)
        self._inbox.put(remark, to, text.strip())

    def answer_late(self, question: str, asked: str, text: str) -> None:
        """Answer a question that was put off: whoever speaks next hears it, and later phases know it."""
        if not text.strip() or self.finished:
            return
        answered = QuestionAnswered(question=question, answer=text.strip(), by="user")
        self._log.emit(answered, late_key(question))
        self._run.stage.late_answers[question] = text.strip()
        self.say(f"To the question “{asked}”: {text.strip()}")

    def edit_backlog(self, change: BacklogChange, item: BacklogItem, before: str = "") -> None:
        """Change the backlog; the team takes it up at its next planning. See `BacklogEdited`."""
        if self.finished:
            return
        key = _identity("backlog")
        edit = BacklogEdited(edit=key, change=change, item=item, before=before)
        self._log.emit(edit, key)
        self._run.stage.backlog_edits.append(edit)

    def stop_call(self) -> None:
        """End every call that is open, at once; the run waits, and asks again when it goes on."""
        if self.finished:
            return
        self.pause("You stopped this call.")
        self._run.stage.calls.stop()

    def take_over(self, agent: str, *, taken: bool = True, phase: str = "") -> None:
        """Speak for `agent` from its next turn on (within `phase` only, if one is named), or no longer."""
        if not self.finished:
            self._log.emit(RoleTaken(agent=agent, taken=taken, phase=phase))
            self._run.stage.played.set(agent, taken, phase)

    def edit(self, files: Mapping[str, str | None], message: str = "Your edit") -> None:
        """Change files (None deletes one): a version of the user's after the step that is being taken.

        Raises `PathRefused` for a path that leads out of the project.
        """
        if self.finished or not files:
            return
        edit = edited(_identity("edit"), message, files)
        self._log.emit(edit, edit.edit)
        self._edits.put(edit)

    async def stop(self) -> None:
        """End what is going on at once; the run can be continued later. Returns when it is over."""
        await self._begun.wait()  # a task that is cancelled before it began would tell nobody of its end
        if self.finished:
            return
        self._stopping = True
        self._task.cancel()
        await asyncio.wait([self._task])

    async def outcome(self) -> Outcome:
        """How the run ended.

        Raises `RunStopped` when it was stopped and a `UserFacingError` when it cannot go on by itself.
        """
        return await asyncio.shield(self._task)

    async def _drive(self) -> Outcome:
        self._begun.set()
        try:
            outcome = await self._perform()
            self._edits.apply(self._edits.take())  # made since the last step; a replay finds them waiting
            self._run.workspace.write_out()
            await self._end(RunEnded(state=outcome.state, summary=outcome.summary))
        except asyncio.CancelledError:
            await self._end(RunEnded(state="stopped", summary="Stopped; it can be continued."))
            if not self._stopping:
                raise
            raise RunStopped("The run was stopped; it can be continued.") from None
        except Exception as error:
            cause = cause_of(error)
            await self._tell(cause)
            if cause is error:
                raise
            raise cause from None
        finally:
            await self._release()
        return outcome

    async def _tell(self, error: Exception) -> None:
        """Tell why the run cannot go on by itself."""
        if isinstance(error, StoreError):
            return  # nothing more can be stored; everything stored so far is kept
        if isinstance(error, UserFacingError):
            retry = error.retry_from if isinstance(error, ReplyDoesNotFit) else ""
            told = ErrorRaised(text=error.message, hint=error.hint, detail=error.detail, retry_from=retry)
            summary = error.message
        else:
            told = ErrorRaised(
                text="Troupe itself made a mistake; the run is kept as it is.",
                hint="Continue the run, or report the text below.",
                detail="".join(traceback.format_exception(error)),
            )
            summary = f"{type(error).__name__}: {error}"
        self._log.emit(told)
        await self._end(RunEnded(state="failed", summary=summary))

    async def _end(self, ended: RunEnded) -> None:
        self._log.emit(ended)
        await self._log.flush()


def edited(edit: str, message: str, files: Mapping[str, str | None]) -> UserEdited:
    """The event of a user's edit; `PathRefused` for a path that leads out of the project."""
    changed = tuple(FileEdit(checked(path), text) for path, text in files.items())
    return UserEdited(edit=edit, message=message, files=changed)


def late_key(question: str) -> str:
    """The key of the event that answers a question which was put off."""
    return f"late:{question}"


def _identity(kind: str) -> str:
    """The name of something that the user does, which nothing else has in any session of the run."""
    return f"{kind}#{uuid4().hex[:12]}"


def _noticed(task: asyncio.Task[Outcome]) -> None:
    """A run's end is told by its events; nobody has to wait for its outcome as well."""
    if not task.cancelled():
        task.exception()
