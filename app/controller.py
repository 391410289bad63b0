"""What the window can do with runs: start, open, continue, pause, stop. No widgets here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agents.errors import RunStopped, StoreError, UserFacingError
from agents.events import EVERYONE, Stamped
from agents.plan import Plan
from agents.store.rows import RunRow, Step
from agents.store.watch import follow
from app.background import Background
from app.session import Session
from app.state.all import RunState

if TYPE_CHECKING:
    from agents.live import LiveRun
    from agents.studio import Studio

SLICE = 2_000
"""So many stored events are read and folded before the opening of a run looks whether it is still wanted."""


class Controller(QObject):
    """The runs of this window. Exactly one is shown, or none; live ones go on when another is shown.

    `shown` carries the `Session` that is shown now, or None. `opening` carries the number of a run that is
    being read, `read` how many of its events are and how many there are. `listed` says that the list of runs
    has changed. `failed` carries an exception to be told. `asked` carries a session
    and its new question, `ended` a session whose run has come to an end here.
    """

    shown = Signal(object)
    opening = Signal(int)
    read = Signal(int, int)
    listed = Signal()
    failed = Signal(object)
    asked = Signal(object, object)
    ended = Signal(object)

    def __init__(self, studio: Studio, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.current: Session | None = None
        self._background = background
        self._live: dict[int, Session] = {}
        self._watches: set[asyncio.Task[None]] = set()
        self._wanted = 0
        self._following: asyncio.Task[None] | None = None

    # --- what is shown -----------------------------------------------------------------------------

    def runs(self) -> list[RunRow]:
        """All stored runs, the newest first."""
        return self.studio.store.runs()

    def live_sessions(self) -> list[Session]:
        """The runs that go on in this window."""
        return [session for session in self._live.values() if session.going]

    def asking(self) -> set[int]:
        """The runs that wait for an answer."""
        return {session.number for session in self._live.values() if session.user.waiting()}

    def show(self, session: Session | None) -> None:
        """Show another run, or the welcome page."""
        self._wanted = session.number if session else 0
        if session is not self.current:
            if self._following:
                self._following.cancel()
            before, self.current = self.current, session
            self.shown.emit(session)
            if before is not None and before.number not in self._live:
                before.deleteLater()

    def renamed(self, project: int, name: str) -> None:
        """A project was given another name: those of its runs that are open go by it."""
        for session in {*self._live.values(), *([self.current] if self.current else [])}:
            if session.number and self.studio.store.run(session.number).project == project:
                session.state.run.project = name
                session.turned.emit()
        self.listed.emit()

    async def open(self, number: int) -> Session | None:
        """Show a run as it is stored, or as it goes on; None when another one was wanted meanwhile.

        The events are read and folded in a thread, in slices, so that the window stays responsive.
        """
        if number in self._live:
            self.show(self._live[number])
            return self.current
        self._wanted = number
        self.opening.emit(number)
        loop = asyncio.get_running_loop()

        def progress(done: int, of: int) -> None:
            loop.call_soon_threadsafe(self._tell_read, number, done, of)

        state = await asyncio.to_thread(self._folded, number, progress)
        if state is None or self._wanted != number:
            return None
        session = self._made(state, number)
        self.show(session)
        if self.studio.store.run(number).driven:
            self._following = self._background.start(self._follow(session, state.seq))
        return session

    def give_up(self) -> None:
        """Show what was shown before, instead of the run that is being read."""
        self._wanted = self.current.number if self.current else 0
        self.shown.emit(self.current)

    def _tell_read(self, number: int, done: int, of: int) -> None:
        if self._wanted == number:
            self.read.emit(done, of)

    async def _follow(self, session: Session, reached: int) -> None:
        """Show what another window or command does to the run, until it does no more."""
        with suppress(StoreError):
            await follow(self.studio.store, session.number, session.bridge, reached)
        session.bridge.flush()
        session.present.settle()
        session.ticked.emit()
        session.turned.emit()

    def _folded(self, number: int, progress: Callable[[int, int], None]) -> RunState | None:
        state, whole = RunState(), self.studio.store.last_event(number)
        events: Iterator[Stamped] = iter(self.studio.store.events(number))
        while portion := list(islice(events, SLICE)):
            for stamped in portion:
                state.receive(stamped)
            if self._wanted != number:
                return None
            progress(state.seq, whole)
        if not self.studio.store.run(number).driven:
            state.settle()
        return state

    # --- what is carried out -----------------------------------------------------------------------

    async def start(self, plan: Plan) -> Session:
        """Begin a run and show it; raises the `UserFacingError` that says why it cannot begin."""
        session = self._made(RunState())
        with ExitStack() as undo:
            undo.callback(session.deleteLater)
            live = await self.studio.start(plan, session.user, session.bridge)
            undo.pop_all()
        self._carry_out(session, live)
        self.show(session)
        return session

    async def resume(self, session: Session) -> None:
        """Continue a run that stands still."""
        live = await self.studio.resume(session.number, session.user, session.bridge)
        self._carry_out(session, live)

    def pause(self, session: Session) -> None:
        """Let the run wait before its next step, or go on when it waits."""
        if session.live is None:
            return
        if session.live.paused:
            session.live.proceed()
        else:
            session.live.pause()
        session.turned.emit()

    async def stop(self, session: Session) -> None:
        """End what the run is doing at once; it can be continued."""
        if session.live is not None:
            await session.live.stop()

    async def close(self) -> None:
        """Stop what goes on and take in its end, so that nothing asks for the store once it is closed."""
        if self._following:
            self._following.cancel()
        for session in self.live_sessions():
            await self.stop(session)
        if self._watches:
            await asyncio.wait(self._watches)

    def say(self, session: Session, text: str, to: str = EVERYONE) -> None:
        """Tell an agent, or all, something."""
        if session.live is not None:
            session.live.say(text, to)

    async def step(self, session: Session, key: str) -> Step | None:
        """A finished step of a run as it is recorded, read in a thread; None when there is none."""

        def found() -> Step | None:
            return next((step for step in self.studio.store.steps(session.number) if step.key == key), None)

        return await asyncio.to_thread(found)

    def _made(self, state: RunState, number: int = 0) -> Session:
        """A session whose questions and turns this controller passes on."""
        session = Session(self.studio.store, state, number, self)
        session.user.asked.connect(lambda question: self.asked.emit(session, question))
        session.user.settled.connect(self.listed)
        session.turned.connect(self.listed)
        return session

    def _carry_out(self, session: Session, live: LiveRun) -> None:
        session.attach(live)
        self._live[session.number] = session
        watch = self._background.start(self._watched(session, live))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)

    async def _watched(self, session: Session, live: LiveRun) -> None:
        """Wait for a run's end. Why it ended is among its events, except when they cannot be stored."""
        try:
            await live.outcome()
        except RunStopped:
            pass
        except StoreError as error:
            self.failed.emit(error)
        except UserFacingError:
            pass
        finally:
            self._live.pop(session.number, None)
            session.detach()
            self.ended.emit(session)
            if session is not self.current:
                session.deleteLater()
