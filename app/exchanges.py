"""Opens the exact request and reply behind a message, and fills the agent panel's prompt."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agents.errors import UserFacingError
from app.background import Background
from app.controller import Controller
from app.dialogs.error import dialog_for
from app.dialogs.exchange import ExchangeDialog
from app.i18n import tr
from app.session import Session
from app.state.entries import MessageEntry
from app.state.exchange import Exchange, read_exchange
from app.window import MainWindow


class Exchanges(QObject):
    """Ties the views that show messages to the recorded steps. One dialog a step is open at most."""

    def __init__(self, window: MainWindow, controller: Controller, background: Background) -> None:
        super().__init__(window)
        self._window, self._controller, self._background = window, controller, background
        self._open: dict[tuple[int, str], ExchangeDialog] = {}
        page = window.page
        page.transcript.exchange_wanted.connect(self._open_entry)
        page.agent_panel.exchange_wanted.connect(self.open)
        page.agent_panel.prompt_wanted.connect(self._fill_prompt)

    def open(self, step: str) -> None:
        """Show a step of the run that is shown."""
        if (session := self._controller.current) is not None:
            self._background.start(self._show(session, step))

    def _open_entry(self, index: int) -> None:
        session = self._controller.current
        if session is None:
            return
        entry = self._window.page.transcript.entry(index)
        if isinstance(entry, MessageEntry) and entry.step:
            self.open(entry.step)

    async def _show(self, session: Session, step: str) -> None:
        place = (session.number, step)
        if place not in self._open:
            exchange = await self._read(session, step)
            if exchange is None or place in self._open:
                return
            dialog = ExchangeDialog(self._title(session, step), exchange, self._window)
            dialog.finished.connect(lambda: self._open.pop(place, None))
            self._open[place] = dialog
        self._open[place].show()
        self._open[place].raise_()
        self._open[place].activateWindow()

    async def _read(self, session: Session, step: str) -> Exchange | None:
        try:
            found = await self._controller.step(session, step)
        except UserFacingError as error:
            dialog_for(error, self._window).open()
            return None
        return read_exchange(found) if found is not None else Exchange(text=tr("This step is not recorded."))

    def _title(self, session: Session, step: str) -> str:
        """Who speaks to whom in which phase."""
        role, phases = session.state.hierarchy.role, session.state.chain.phases
        for entry in reversed(session.state.transcript.entries):
            if isinstance(entry, MessageEntry) and entry.step == step:
                node = phases.get(entry.phase)
                talk = tr("{speaker} to {listener}", speaker=role(entry.speaker), listener=role(entry.to))
                return tr("{talk}, {phase}", talk=talk, phase=node.name) if node else talk
        return role(step.partition("#")[0])

    def _fill_prompt(self, step: str) -> None:
        if (session := self._controller.current) is not None:
            self._background.start(self._filled_prompt(session, step))

    async def _filled_prompt(self, session: Session, step: str) -> None:
        exchange = await self._read(session, step)
        if exchange is not None and session is self._controller.current:
            self._window.page.agent_panel.show_prompt(step, exchange)
