"""What one can do to a run besides watching it: stop a call, branch, go back, speak for an agent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QCursor, QKeySequence
from PySide6.QtWidgets import QMenu

from agents.errors import UserFacingError
from app.background import Background
from app.branching import Branching, can_be_rewritten, said, version_before
from app.controller import Controller
from app.dialogs.branch import BranchDialog
from app.i18n import tr
from app.session import Session
from app.state.entries import MessageEntry
from app.window import MainWindow


class TakingPart(QObject):
    """Ties these actions and menus of a window to the run that is shown."""

    def __init__(self, window: MainWindow, controller: Controller, background: Background) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._branching = Branching(controller)
        page, actions = window.page, window.commands
        actions.stop_call.triggered.connect(self.stop_call)
        actions.branch.triggered.connect(self._branch_current)
        actions.role.triggered.connect(self._offer_roles)
        page.transcript.offering.connect(self._offer)
        page.hierarchy.menu_wanted.connect(self._agent_menu)

    def stop_call(self) -> None:
        """End every reply that is being written; the team waits."""
        session = self._controller.current
        if session is not None and session.live is not None:
            session.live.stop_call()
            session.turned.emit()

    # --- branching and going back --------------------------------------------------------------------

    def ask_branch(self, session: Session, index: int) -> None:
        """Open the dialog that branches at an entry of the transcript."""
        self._background.start(self._ask_branch(session, index))

    async def _ask_branch(self, session: Session, index: int) -> None:
        transcript = session.state.transcript
        entry, seq = transcript.entries[index], transcript.seqs[index]
        text, typed, where = None, False, tr("After event {number}", number=seq)
        if isinstance(entry, MessageEntry):
            where = tr(
                "{speaker} to {listener}",
                speaker=session.state.hierarchy.role(entry.speaker),
                listener=session.state.hierarchy.role(entry.to),
            )
            if can_be_rewritten(entry):
                reply = await asyncio.to_thread(said, self._controller.studio.store, session.number, entry)
                text, typed = reply.text, reply.typed
        dialog = BranchDialog(where, text, self._window, typed=typed)
        dialog.wanted.connect(lambda wanted: self._start(self._branching.branch(session, seq, wanted)))
        dialog.show()

    def _branch_current(self) -> None:
        """Branch at the current entry, or at the latest one when none is."""
        session = self._controller.current
        if session is None or not session.state.transcript.entries:
            return
        index = self._window.page.transcript.current
        self.ask_branch(session, index if index >= 0 else len(session.state.transcript.entries) - 1)

    def _offer(self, menu: QMenu, index: int) -> None:
        """Add to the menu of an entry of the transcript what begins there."""
        session = self._controller.current
        if session is None or not session.state.transcript.seqs[index]:
            return
        menu.addSeparator()
        keys = self._window.commands.branch.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        title = f"{tr('Branch from here …')}\t{keys}"  # shown only: the window's action has these keys
        menu.addAction(title, partial(self.ask_branch, session, index))
        restore = menu.addMenu(tr("Restore"))
        version, latest = version_before(session.state, index), session.state.files.version
        files = restore.addAction(
            tr("Files as of version {version}", version=version),
            partial(self._restore_files, session, version),
        )
        files.setEnabled(0 < version < latest)
        talk = restore.addAction(
            tr("Conversation, keeping the files as they are now"),
            lambda: self._start(self._branching.restore_conversation(session, index)),
        )
        talk.setEnabled(latest > version)
        seq = session.state.transcript.seqs[index]
        restore.addAction(
            tr("Conversation and files, in a branch"),
            lambda: self._start(self._branching.branch(session, seq)),
        )

    def _restore_files(self, session: Session, version: int) -> None:
        self._start(self._branching.restore_files(session, version))

    # --- speaking for an agent -----------------------------------------------------------------------

    def agent_menu(self, agent: str) -> QMenu:
        """The menu of an agent: speak as it, let it speak again, write to it."""
        menu = QMenu(self._window)
        self._add_roles(menu, agent)
        menu.addSeparator()
        role = self._role(agent)
        show = partial(self._window.page.transcript.set_filter, agent)
        menu.addAction(tr("Show only what concerns the {role}", role=role), show)
        write = menu.addAction(tr("Write to the {role}", role=role), partial(self._write_to, agent))
        write.setEnabled(self._window.commands.speak.isEnabled())
        return menu

    def _agent_menu(self, agent: str, place: QPoint) -> None:
        self._pop(self.agent_menu(agent), place)

    def _offer_roles(self) -> None:
        """A menu of all agents for whom one can speak."""
        session = self._controller.current
        if session is None:
            return
        menu = QMenu(self._window)
        for agent in session.state.hierarchy.agents:
            taken = agent in session.state.roles.taken
            title = tr("{role} (you)", role=self._role(agent)) if taken else self._role(agent)
            self._add_roles(menu.addMenu(title), agent)
        bar = self._window.toolbar
        under = bar.mapToGlobal(bar.rect().bottomLeft())
        self._pop(menu, under if not bar.underMouse() else QCursor.pos())

    def _add_roles(self, menu: QMenu, agent: str) -> None:
        session = self._controller.current
        if session is None:
            return
        taken = session.state.roles.taken
        for name, bound in session.state.chain.around(agent) or [("–", "")]:
            here = menu.addAction(
                tr("Speak as this agent in this phase ({phase})", phase=name),
                partial(self.take_over, agent, phase=bound),
            )
            here.setEnabled(session.going and bool(bound) and taken.get(agent) != bound)
        always = menu.addAction(tr("Speak as this agent for the whole run"), partial(self.take_over, agent))
        always.setEnabled(session.going and taken.get(agent) != "")
        back = menu.addAction(tr("Let the model speak again"), partial(self.take_over, agent, taken=False))
        back.setEnabled(session.going and agent in taken)

    def take_over(self, agent: str, *, taken: bool = True, phase: str = "") -> None:
        """Speak for an agent of the shown run from its next turn on, or no longer."""
        session = self._controller.current
        if session is not None and session.live is not None:
            session.live.take_over(agent, taken=taken, phase=phase)

    def _write_to(self, agent: str) -> None:
        composer = self._window.page.composer
        composer.to.setCurrentIndex(max(0, composer.to.findData(agent)))
        composer.text.setFocus()

    def _role(self, agent: str) -> str:
        session = self._controller.current
        return session.state.hierarchy.role(agent) if session else agent

    # --- carrying out --------------------------------------------------------------------------------

    @staticmethod
    def _pop(menu: QMenu, place: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _start(self, work: Coroutine[object, object, object]) -> None:
        self._background.start(self._told(work))

    async def _told(self, work: Coroutine[object, object, object]) -> None:
        try:
            await work
        except UserFacingError as error:
            self._controller.failed.emit(error)
