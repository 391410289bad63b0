"""One run as this window knows it: its state, its questions, and its handle while it is carried out here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agents.contracts import Question
from agents.events import RunRewound, Stamped
from app.bridge import Bridge
from app.state.all import RunState
from app.state.questions import AskedQuestion
from app.user import WindowUser
from app.writing import Writing

if (
    TYPE_CHECKING
):  # they load the database's and the models' libraries, which the first paint need not wait for
    from agents.live import LiveRun
    from agents.store.store import Store


class Session(QObject):
    """A run, live or only looked at. It is the sink of its own `bridge`.

    `present` is the run as it is, `state` what is shown: the same, or a moment of its replay. `ticked`: the
    state has grown. `replaced`: `state` is another object, because a part of the run was discarded or another
    moment is shown. `turned`: the run's word (running, paused …) or its liveness is another one.
    """

    ticked = Signal()
    replaced = Signal()
    turned = Signal()

    def __init__(self, store: Store, state: RunState, number: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = self.present = state
        self.number = number
        self.live: LiveRun | None = None
        self.user = WindowUser(self)
        self.bridge = Bridge(self, self)
        self.writing = Writing()
        self._store = store
        self._said = self._word()
        self.bridge.ticked.connect(self._tick)

    @property
    def going(self) -> bool:
        """Whether the run is carried out here and now."""
        return self.live is not None and not self.live.finished

    @property
    def paused(self) -> bool:
        """Whether the run waits, or will wait before its next step."""
        return self.live is not None and self.going and self.live.paused

    @property
    def calling(self) -> bool:
        """Whether a model is asked here and now; also a paused run completes the replies it has begun."""
        return self.live is not None and self.live.calling

    @property
    def continuable(self) -> bool:
        """Whether the run stands still without having succeeded, so that it can be continued."""
        return self.number > 0 and not self.going and self.present.run.state != "succeeded"

    @property
    def elsewhere(self) -> bool:
        """Whether another window or command carries the run out, so that it cannot be continued here."""
        open_still = self.number > 0 and self.present.run.state in ("running", "paused")
        return open_still and not self.going and self._store.run(self.number).driven

    @property
    def followable(self) -> bool:
        """Whether the run has come to its own end, so that a new one may go on with its program."""
        run = self.present.run
        return self.number > 0 and not self.going and not run.demo and run.state in ("succeeded", "failed")

    @property
    def put_off(self) -> list[AskedQuestion]:
        """The questions that the user wants to answer while the team goes on; none once it has ended."""
        return self.present.questions.put_off if self.going else []

    @property
    def replaying(self) -> bool:
        """Whether an earlier moment is shown instead of the run as it is."""
        return self.state is not self.present

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return Path(self.present.run.folder)

    def receive(self, stamped: Stamped) -> None:
        """Fold one event; after a rewind, fold what remains of the run again."""
        if isinstance(stamped.event, RunRewound):
            kept = self._store.events(stamped.run, upto=stamped.event.to_seq)
            shown, self.present = self.replaying, RunState.replayed(kept)
            if not shown:
                self.show_moment(None)
        else:
            self.present.receive(stamped)

    def show_moment(self, state: RunState | None) -> None:
        """Show a moment of the run's replay, or with None the run as it is."""
        self.state = state or self.present
        self.replaced.emit()

    def attach(self, live: LiveRun) -> None:
        """The run is carried out from now on."""
        self.live, self.number = live, live.number
        self.turned.emit()

    def detach(self) -> None:
        """The run has come to an end: show the last of it."""
        self.bridge.flush()
        self.live = None
        self.present.settle()
        self.ticked.emit()
        self.turned.emit()

    def user_writes(self, agent: str = "") -> None:
        """The user is writing to an agent, or to whoever speaks next: its model is loaded meanwhile."""
        if self.live is not None and self.going and self.writing.due(agent):
            self.live.expect_words(agent)

    def asker(self, question: Question) -> tuple[str, str]:
        """The title of the role that asks, and of the phase in which it does."""
        role = self.state.hierarchy.role(question.agent)
        asked = self.state.questions.asked.get(question.key)
        phase = self.state.chain.phases.get(asked.phase) if asked else self.state.chain.current
        return role, phase.name if phase else ""

    def _word(self) -> tuple[str, bool]:
        return self.present.run.state, self.present.run.begun

    def _tick(self) -> None:
        self.ticked.emit()
        word = self._word()
        if word != self._said:
            self._said = word
            self.turned.emit()
