"""The replay of the run that is shown: the window follows it until it is left."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from agents.errors import UserFacingError
from agents.events import Stamped
from app.background import Background
from app.controller import Controller
from app.dialogs.error import dialog_for
from app.i18n import marked, tr
from app.replay import SPEEDS, Recording, Replay
from app.session import Session
from app.window import MainWindow
from app.wording import clock

CANCEL = marked("Cancel")


class Replaying(QObject):
    """Ties the replay bar of a window to the run that is shown. One replay at a time, or none."""

    def __init__(self, window: MainWindow, controller: Controller, background: Background) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._session: Session | None = None
        self.replay: Replay | None = None
        self._speed = self._preparing = 0
        """The chosen speed, and the run that is being read; 0 for none."""
        page, bar = window.page, window.page.replay_bar
        window.commands.replay.triggered.connect(self.toggle)
        page.replay_left.connect(self.end)
        page.transcript.offering.connect(self._offer)
        page.notice.acted.connect(self._give_up)
        bar.left.connect(self.end)
        bar.moved.connect(self._go_to)
        bar.stepped.connect(self._step)
        bar.toggled.connect(self._play_or_pause)
        bar.sped.connect(self._set_speed)
        controller.shown.connect(self._shown)

    def toggle(self) -> None:
        """Begin the replay of the run that is shown, or end it."""
        session = self._controller.current
        if self.replay is not None:
            self.end()
        elif session is not None and not session.going:
            self._background.start(self._begin(session))

    def begin_at(self, session: Session, seq: int) -> None:
        """Play a run again from right after one of its events."""
        if self.replay is not None:
            self.replay.go_to(self.replay.recording.position_of(seq))
        else:
            self._background.start(self._begin(session, seq))

    def end(self) -> None:
        """Show the run as it is again."""
        if self.replay is None or self._session is None:
            return
        replay, session = self.replay, self._session
        self.replay = self._session = None
        replay.pause()
        replay.deleteLater()
        session.turned.disconnect(self._turned)
        self._window.page.show_replay(None)
        session.show_moment(None)

    async def _begin(self, session: Session, seq: int = 0) -> None:
        if self._preparing:
            self._preparing = 0  # the same command once more: not any more, then
            return
        self._preparing = session.number
        self._window.page.notice.say("clock", "accent", tr("Preparing the replay …"), "", tr(CANCEL))
        try:
            recording = await asyncio.to_thread(self._read, session.number)
        except UserFacingError as error:
            dialog_for(error, self._window).open()
            return
        finally:
            self._preparing = 0
            session.turned.emit()  # the notice says again how the run stands
        if recording is None or session is not self._controller.current or session.going or self.replay:
            return
        self._session, self.replay = session, Replay(recording, self)
        replay, bar = self.replay, self._window.page.replay_bar
        replay.speed = self._speed or replay.speed
        replay.go_to(recording.position_of(seq))
        bar.offer(len(recording), SPEEDS)
        replay.grown.connect(self._grown)
        replay.replaced.connect(self._replaced)
        replay.turned.connect(self._show_playing)
        session.turned.connect(self._turned)
        self._window.page.show_replay(replay.now)
        self._replaced()
        replay.play()
        bar.setFocus()

    def _read(self, number: int) -> Recording | None:
        """The recording of a run; None when it has no events, or is not wanted any more."""
        events: list[Stamped] = []
        for stamped in self._controller.studio.store.events(number):
            if self._preparing != number:
                return None
            events.append(stamped)
        return Recording(events) if events else None

    def _give_up(self, word: str) -> None:
        if word == tr(CANCEL):
            self._preparing = 0

    # --- what the replay tells -----------------------------------------------------------------------

    def _grown(self) -> None:
        if self._session is not None:
            self._session.ticked.emit()
            self._show_place()

    def _replaced(self) -> None:
        if self._session is not None and self.replay is not None:
            self._session.show_moment(self.replay.state)
            self._show_place()

    def _show_playing(self) -> None:
        if self.replay is not None:
            self._window.page.replay_bar.show_playing(self.replay.playing, self.replay.speed)

    def _show_place(self) -> None:
        if self.replay is None or self._session is None:
            return
        state, last = self.replay.state, self._session.present
        phase = state.chain.current
        facts = (
            tr(
                "{now} of {whole}",
                now=clock(state.run.active_seconds(self.replay.now())),
                whole=clock(last.run.active_seconds()),
            ),
            tr(
                "message {now} of {whole}",
                now=state.figures.total.messages,
                whole=last.figures.total.messages,
            ),
            phase.name if phase else "",
        )
        self._window.page.replay_bar.show_place(
            self.replay.position, "  ·  ".join(fact for fact in facts if fact)
        )

    def _offer(self, menu: QMenu, index: int) -> None:
        """Add to the menu of an entry of the transcript."""
        session = self._controller.current
        if session is not None and not session.going and (seq := session.state.transcript.seqs[index]):
            menu.addAction(tr("Replay from here"), partial(self.begin_at, session, seq))

    # --- what the user does --------------------------------------------------------------------------

    def _go_to(self, position: int) -> None:
        if self.replay is not None:
            self.replay.go_to(position)

    def _step(self, forward: bool) -> None:
        if self.replay is not None:
            self.replay.pause()
            self.replay.step(forward)

    def _play_or_pause(self) -> None:
        if self.replay is None:
            return
        if self.replay.playing:
            self.replay.pause()
        else:
            self.replay.play()

    def _set_speed(self, speed: int) -> None:
        self._speed = speed
        if self.replay is not None:
            self.replay.set_speed(speed)

    # --- what ends it --------------------------------------------------------------------------------

    def _shown(self, session: Session | None) -> None:
        if session is not self._session:
            self.end()

    def _turned(self) -> None:
        """The run is continued: nobody wants to see the past then."""
        if self._session is not None and self._session.going:
            self.end()
