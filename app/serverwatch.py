"""Whether a model server answers, told on the welcome page and in the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from agents.errors import UserFacingError
from app.background import Background
from app.dialogs.model_picker import writes_text
from app.window import MainWindow

if TYPE_CHECKING:
    from agents.studio import Studio

INTERVAL = 15_000
DEMO = "Demo: recorded replies, no model server"


class ServerWatch(QObject):
    """Asks the default server at the start, on request and every quarter of a minute while a run is shown."""

    def __init__(self, window: MainWindow, studio: Studio, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._studio, self._background = window, studio, background
        self._asking = False
        self._demo = False
        self._known = ("Looking for Ollama …", 0)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.look)

    def follow(self, demo: bool) -> None:
        """A run is shown; one of the demo needs no server."""
        self._demo = demo
        if demo:
            self._timer.stop()
            self._window.status.say_server(DEMO)
        elif not self._timer.isActive():
            self._timer.start()
            self._window.status.say_server(*self._known)
            self.look()

    def look(self) -> None:
        """Ask now."""
        if not self._asking:
            self._asking = True
            self._background.start(self._look())

    async def _look(self) -> None:
        server = self._studio.server()
        try:
            models = await server.models()
        except UserFacingError as error:
            self._say("warning", "warning", error.message, error.hint)
            return
        finally:
            self._asking = False
            await server.close()
        usable = sum(writes_text(model) for model in models)
        loaded = sum(model.loaded for model in models)
        if usable:
            words = f"{server.label} answers with {usable} model{'s' if usable != 1 else ''}."
            self._say("check", "good", words, "", server.label, loaded)
        else:
            advice = "Pull one first, for example: troupe models pull qwen2.5-coder:7b"
            self._say(
                "warning", "warning", f"{server.label} answers, but has no model.", advice, server.label
            )

    def _say(self, mark: str, color: str, text: str, advice: str, label: str = "", loaded: int = 0) -> None:
        self._window.welcome.say_server(mark, color, text, advice)
        self._known = (label or text, loaded)
        if not self._demo:
            self._window.status.say_server(*self._known)
