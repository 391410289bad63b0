"""Opening the models and servers: one dialog, beside the window."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.background import Background
from app.dialogs.models import ModelsDialog
from app.downloads import Downloads, OpenServer
from app.measuring import Measurements
from app.serverwatch import ServerWatch
from app.settings import WindowSettings
from app.theme import ThemeSource


class ModelTalk:
    """Shows the dialog, or brings it to the front; what it changes is looked at again at once."""

    def __init__(
        self,
        window: QWidget,
        source: ThemeSource,
        settings: WindowSettings,
        open_server: OpenServer,
        downloads: Downloads,
        measurements: Measurements,
        watch: ServerWatch,
        background: Background,
    ) -> None:
        self._window, self._source, self._settings = window, source, settings
        self._open_server, self._downloads, self._measurements = open_server, downloads, measurements
        self._watch, self._background = watch, background
        self.dialog: ModelsDialog | None = None

    def open(self) -> None:
        """Show the models and servers."""
        if self.dialog is None:
            self.dialog = ModelsDialog(
                self._source,
                self._settings,
                self._open_server,
                self._downloads,
                self._measurements,
                self._background,
                self._window,
            )
            self.dialog.hosts.altered.connect(self._watch.look)
            self.dialog.finished.connect(self._closed)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _closed(self) -> None:
        self.dialog = None
        self._watch.look()
