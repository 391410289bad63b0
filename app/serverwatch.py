"""How it stands with the servers of the run that is shown, or with the default one: for the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agents.masking import NOTHING, masked_address
from agents.models.addresses import hosts_in
from agents.serving import Readiness
from app.background import Background
from app.downloads import OpenServer
from app.hostwatch import HostWatch
from app.i18n import tr
from app.servers import ServerCard, busy_card, server_card
from app.settings import WindowSettings
from app.views.servers import ServersPopup
from app.window import MainWindow

if TYPE_CHECKING:
    from agents.models.hosts import Hosts

WELCOME_SECONDS = 3.0
RUN_SECONDS = 15.0
NEAR_SECONDS = 2.0


class ServerWatch(QObject):
    """Asks every few seconds while the welcome page is shown, less often beside a run, never beside a demo.

    While the servers are shown from near they are asked at once, and often.

    `looked` carries a `Readiness`, of the default server only. A click on the server's name in the status
    line shows each one from near, with what `hosts` has learned of it.
    """

    looked = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        settings: WindowSettings,
        open_server: OpenServer,
        background: Background,
        parent: QObject,
        hosts: Hosts,
    ) -> None:
        super().__init__(parent)
        self._window, self._settings = window, settings
        self._hosts = hosts
        self._found: Readiness | None = None
        self._demo = False
        self._host: str | None = None  # None: the default server
        self.popup = ServersPopup(self.cards, window)
        self.popup.manage.clicked.connect(window.commands.models.trigger)
        window.status.server.clicked.connect(self._show_near)
        self._known = (tr("Looking for Ollama …"), 0)
        self._watch = HostWatch(open_server, self._interval, background, self)
        self._watch.looked.connect(self._tell)
        window.pages.currentChanged.connect(self._turned)

    def follow(self, demo: bool, host: str | None = None) -> None:
        """A run is shown that asks `host` (None: the default server); one of the demo needs no server."""
        default = self._settings.default_host
        if host in (default, masked_address(default)):
            host = None
        turned, moved = (demo, host) != (self._demo, self._host), host != self._host
        self._demo, self._host = demo, host
        if moved:
            self._known = (tr("Looking for Ollama …"), 0)
        if demo:
            self._window.status.say_server(tr("Demo: recorded replies, no model server"))
        elif host is not None and NOTHING in host:
            self._window.status.say_server(host)
        elif turned:
            self._window.status.say_server(*self._known)
            self.look()

    def look(self) -> None:
        """Ask now, and from now on; the default server may be another one."""
        self._watch.follow(self._address)
        self._watch.look()

    @property
    def _silent(self) -> bool:
        """Whether the run asks nothing, or a server that only it has the login to."""
        return self._demo or (self._host is not None and NOTHING in self._host)

    @property
    def _address(self) -> str:
        return self._settings.default_host if self._host is None or self._silent else self._host

    def _show_near(self) -> None:
        self.popup.show_above(self._window.status.server)
        self.look()

    def _turned(self) -> None:
        if self._on_welcome():
            self.follow(demo=False)
            self.look()

    def _on_welcome(self) -> bool:
        return self._window.pages.currentWidget() is self._window.welcome

    def _interval(self) -> float | None:
        if self.popup.isVisible():
            return NEAR_SECONDS
        if self._on_welcome() and not self._window.isMinimized():
            return WELCOME_SECONDS
        return None if self._silent else RUN_SECONDS

    def cards(self) -> list[ServerCard]:
        """Each server that the status line is about as it stands now, and every other one that is at work."""
        found = self._found
        if found is None:
            return [ServerCard(tr("Looking for Ollama …"), "")]
        named, default = self._settings.hosts, hosts_in(self._address) == [""]
        each = found.each or (found,)
        cards = [
            server_card(one, self._hosts.figures(one.address), named, default=default, alone=len(each) == 1)
            for one in each
        ]
        busy = self._hosts.at_work(but=[one.address for one in each])
        return [*cards, *(busy_card(address, figures, named) for address, figures in busy)]

    def _tell(self, found: Readiness) -> None:
        self._found = found
        if self.popup.isVisible():
            self.popup.refresh()
        self._known = (_word(found), found.loaded)
        if not self._silent:
            self._window.status.say_server(*self._known)
        if self._address == self._settings.default_host:
            self.looked.emit(found)


def _word(found: Readiness) -> str:
    if found.servers > 1 and found.answering:
        return tr(
            "{server} · {answering} of {servers} servers",
            server=found.label,
            answering=found.answering,
            servers=found.servers,
        )
    match found.standing:
        case "ready" | "empty":
            return found.label
        case "stopped":
            return tr("Ollama is not running")
        case "missing":
            return tr("Ollama is not installed")
        case _:
            return found.problem
