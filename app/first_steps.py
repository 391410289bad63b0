"""The way to the first run: what the card on the welcome page shows, and what its buttons do."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from agents.errors import UserFacingError
from agents.machine import Machine, installing, look_at_machine, suggested
from agents.serving import LOG_NAME, Readiness, start_ollama
from app.background import Background
from app.dialogs.error import dialog_for
from app.downloads import Download, Downloads, OpenServer
from app.serverwatch import ServerWatch
from app.settings import WindowSettings
from app.told import retold
from app.views.welcome import WelcomeView


class FirstSteps(QObject):
    """Ties the welcome page to the default server's watch and to the downloads.

    `managing`: the user asks for the models and servers.
    """

    managing = Signal()

    def __init__(
        self,
        welcome: WelcomeView,
        watch: ServerWatch,
        downloads: Downloads,
        open_server: OpenServer,
        settings: WindowSettings,
        home: Path,
        background: Background,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._welcome, self._view = welcome, welcome.first
        self._watch, self._downloads, self._open_server = watch, downloads, open_server
        self._settings, self._log, self._background = settings, home / LOG_NAME, background
        self._found: Readiness | None = None
        self._machine: Machine | None = None
        self._failure: UserFacingError | None = None
        view = self._view
        view.show_installing(installing())
        view.again.connect(watch.look)
        view.start.connect(self._start)
        view.details.connect(self._show_details)
        view.manage.connect(self.managing)
        view.pull.connect(lambda model: downloads.pull(model, settings.default_host))
        view.cancel.connect(self._cancel)
        watch.looked.connect(self._show)
        downloads.changed.connect(self._show_download)
        downloads.finished.connect(watch.look)
        background.start(self._look_at_machine())

    async def _look_at_machine(self) -> None:
        self._machine = await asyncio.to_thread(look_at_machine)
        self._offer()

    def _offer(self) -> None:
        """Offer what fits where the server is; of another machine nothing is known."""
        here = self._machine if self._found is None or self._found.local else None
        self._view.show_machine(here, suggested(here))
        for download in self._downloads.of(self._settings.default_host):
            self._view.show_download(download)

    def _show(self, found: Readiness) -> None:
        moved = self._found is not None and found.address != self._found.address
        remote = self._found is None and not found.local
        self._found = found
        if moved or remote:
            self._offer()
        self._welcome.set_ready(found.standing == "ready")
        self._view.show_readiness(found)

    def _show_download(self, download: Download) -> None:
        if download.host == self._settings.default_host:
            self._view.show_download(download)

    def _cancel(self, model: str) -> None:
        for download in self._downloads.of(self._settings.default_host):
            if download.model == model:
                self._downloads.cancel(download)

    def _start(self) -> None:
        if self._found is not None and self._found.program is not None:
            self._view.show_starting()
            self._background.start(self._start_server(self._found.program))

    async def _start_server(self, program: Path) -> None:
        server = self._open_server(self._settings.default_host)
        try:
            await start_ollama(program, server, self._log)
        except UserFacingError as error:
            self._failure = error
            self._view.show_failure(retold(error.message), retold(error.hint), bool(error.detail))
        else:
            self._view.show_started()
            self._watch.look()
        finally:
            await server.close()

    def _show_details(self) -> None:
        if self._failure is not None:
            dialog_for(self._failure, self._welcome.window()).open()
