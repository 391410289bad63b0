"""How it stands with the default model server, told in the status line and to whoever listens."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agents.serving import Readiness
from app.background import Background
from app.downloads import OpenServer
from app.hostwatch import HostWatch
from app.i18n import tr
from app.settings import WindowSettings
from app.window import MainWindow

WELCOME_SECONDS = 3.0
RUN_SECONDS = 15.0


class ServerWatch(QObject):
    """Asks every few seconds while the welcome page is shown, less often beside a run, never beside a demo.

    `looked` carries a `Readiness`.
    """

    looked = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        settings: WindowSettings,
        open_server: OpenServer,
        background: Background,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window, self._settings = window, settings
        self._demo = False
        self._known = (tr("Looking for Ollama …"), 0)
        self._watch = HostWatch(open_server, self._interval, background, self)
        self._watch.looked.connect(self._tell)
        window.pages.currentChanged.connect(self._turned)

    def follow(self, demo: bool) -> None:
        """A run is shown; one of the demo needs no server."""
        turned, self._demo = demo != self._demo, demo
        if demo:
            self._window.status.say_server(tr("Demo: recorded replies, no model server"))
        elif turned:
            self._window.status.say_server(*self._known)
            self.look()

    def look(self) -> None:
        """Ask now, and from now on; the default server may be another one."""
        self._watch.follow(self._settings.default_host)
        self._watch.look()

    def _turned(self) -> None:
        if self._on_welcome():
            self.follow(demo=False)
            self.look()

    def _on_welcome(self) -> bool:
        return self._window.pages.currentWidget() is self._window.welcome

    def _interval(self) -> float | None:
        if self._on_welcome() and not self._window.isMinimized():
            return WELCOME_SECONDS
        return None if self._demo else RUN_SECONDS

    def _tell(self, found: Readiness) -> None:
        self._known = (_word(found), found.loaded)
        if not self._demo:
            self._window.status.say_server(*self._known)
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
