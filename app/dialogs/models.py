"""The models and servers: what is installed where, fetching more, deleting, freeing memory."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agents.errors import UserFacingError
from agents.machine import KNOWN_MODELS
from agents.serving import Readiness
from app.background import Background
from app.dialogs.frame import DialogFrame, label
from app.dialogs.host_list import HostList
from app.dialogs.installed import InstalledModels
from app.downloads import Download, Downloads, OpenServer
from app.hostwatch import HostWatch
from app.i18n import tr
from app.measuring import Measurement, Measurements
from app.settings import WindowSettings
from app.theme import XL, S, ThemeSource
from app.told import failure
from app.views.measurement import MeasurementRow
from app.views.model_row import ModelRow

SECONDS = 5.0


class ModelsDialog(DialogFrame):
    """Stays beside the window and blocks nothing; open it with `show()`."""

    def __init__(
        self,
        source: ThemeSource,
        settings: WindowSettings,
        open_server: OpenServer,
        downloads: Downloads,
        measurements: Measurements,
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Models and servers"), parent)
        self.setModal(False)
        self._settings, self._open_server = settings, open_server
        self._downloads, self._measurements, self._background = downloads, measurements, background
        self._watches: dict[str, HostWatch] = {}
        self._found: dict[str, Readiness] = {}
        self.rows: dict[str, ModelRow] = {}
        self.hosts = HostList(source, settings, open_server)
        columns = QHBoxLayout()
        columns.setSpacing(XL)
        columns.addWidget(self.hosts)
        columns.addLayout(self._models_column(source), 1)
        self.body.addLayout(columns, 1)
        self.add_button(tr("Close")).clicked.connect(self.close)
        self.begin_with(1000, 600)
        self.hosts.chosen.connect(self._show_host)
        self.hosts.altered.connect(self._follow_hosts)
        downloads.listed.connect(self._list_downloads)
        downloads.changed.connect(self._show_download)
        downloads.finished.connect(self._look)
        measurements.changed.connect(self._show_measurement)
        self.finished.connect(self._end)
        self._follow_hosts()
        self._show_host()
        self.hosts.list.setFocus()

    # --- parts -------------------------------------------------------------------------------------

    def _models_column(self, source: ThemeSource) -> QVBoxLayout:
        self.installed = InstalledModels(source)
        self.installed.deleted.connect(lambda name: self._do(name, delete=True))
        self.installed.unloaded.connect(lambda name: self._do(name, delete=False))
        self.installed.measured.connect(lambda name: self._measurements.begin(name, self.hosts.current()))
        self.measurement = MeasurementRow()
        self.measurement.unwanted.connect(self._end_measurement)
        self.heading = label("", kind="heading")
        self.again = _button(tr("Check again"))
        self.again.clicked.connect(self._look)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.again)
        column = QVBoxLayout()
        column.setSpacing(S)
        column.addLayout(head)
        column.addWidget(self.installed, 1)
        column.addWidget(self.measurement)
        column.addLayout(self._pull_row())
        self._download_list = QVBoxLayout()
        self._download_list.setSpacing(0)
        column.addLayout(self._download_list)
        return column

    def _pull_row(self) -> QHBoxLayout:
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the model to pull"))
        self.name.setPlaceholderText(
            tr("Pull a model by its name, such as {model}", model="qwen2.5-coder:7b")
        )
        completer = QCompleter([model.name for model in KNOWN_MODELS], self.name)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name.setCompleter(completer)
        self.name.returnPressed.connect(self._pull)
        self.pull = _button(tr("Pull"))
        self.pull.clicked.connect(self._pull)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.name, 1)
        row.addWidget(self.pull)
        return row

    # --- servers -----------------------------------------------------------------------------------

    def _follow_hosts(self) -> None:
        """Watch every server of the list, and no other."""
        wanted = [host.address for host in self._settings.hosts]
        for address in [known for known in self._watches if known not in wanted]:
            self._watches.pop(address).stop()
            self._found.pop(address, None)
        for address in wanted:
            if address not in self._watches:
                watch = HostWatch(self._open_server, lambda: SECONDS, self._background, self, detailed=True)
                watch.looked.connect(lambda found, address=address: self._tell(address, found))
                self._watches[address] = watch
                watch.follow(address)

    def _tell(self, address: str, found: Readiness) -> None:
        self._found[address] = found
        self.hosts.show_standing(address, found)
        if address == self.hosts.current():
            self._show_models()

    def _show_host(self) -> None:
        """Another server is selected."""
        self.installed.forget()
        self._show_measurement()
        self._list_downloads()
        self._show_models()

    def _show_models(self) -> None:
        found = self._found.get(self.hosts.current())
        self.installed.show_models(found.models if found else ())
        self.installed.say_empty(*_emptiness(found))
        self.heading.setText(_heading(found))
        answers = found is not None and found.standing in ("ready", "empty")
        self.name.setEnabled(answers)
        self.pull.setEnabled(answers)

    def _look(self) -> None:
        for watch in self._watches.values():
            watch.look()

    def _end(self) -> None:
        for watch in self._watches.values():
            watch.stop()

    # --- deeds -------------------------------------------------------------------------------------

    def _do(self, name: str, *, delete: bool) -> None:
        self._background.start(self._work(self.hosts.current(), name, delete=delete))

    async def _work(self, host: str, name: str, *, delete: bool) -> None:
        server = self._open_server(host)
        try:
            if delete:
                await server.delete(name)
                self.installed.say(tr("{model} is deleted.", model=name))
            else:
                await server.unload(name)
                self.installed.say(tr("{model} is no longer in memory.", model=name))
        except UserFacingError as error:
            self.installed.say(failure(error), "bad")
        finally:
            await server.close()
        self._look()

    # --- measuring ---------------------------------------------------------------------------------

    def _show_measurement(self) -> None:
        """Show how the measurement of the selected server stands."""
        found = self._measurements.of(self.hosts.current())
        self.measurement.show_measurement(found)
        self.installed.show_measuring(found is not None and found.phase == "going")
        if found is not None and found.phase == "done":
            self._look()  # a model is loaded now

    def _end_measurement(self, shown: Measurement) -> None:
        """Cancel it, or put away what came of it."""
        self._measurements.cancel(shown)
        self._measurements.put_away(shown)

    # --- downloads ---------------------------------------------------------------------------------

    def _pull(self) -> None:
        if name := self.name.text().strip():
            self._downloads.pull(name, self.hosts.current())
            self.name.clear()

    def _list_downloads(self) -> None:
        for row in self.rows.values():
            self._download_list.removeWidget(row)
            row.deleteLater()
        self.rows = {}
        for download in self._downloads.of(self.hosts.current()):
            row = ModelRow(download.model, dismissable=True)
            row.wanted.connect(
                lambda _, download=download: self._downloads.pull(download.model, download.host)
            )
            row.unwanted.connect(lambda _, download=download: self._downloads.cancel(download))
            row.dismissed.connect(lambda _, download=download: self._downloads.forget(download))
            row.show_download(download)
            self._download_list.addWidget(row)
            self.rows[download.model] = row

    def _show_download(self, download: Download) -> None:
        row = self.rows.get(download.model)
        if row is not None and download.host == self.hosts.current():
            row.show_download(download)


def _button(text: str) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    return made


def _heading(found: Readiness | None) -> str:
    if found is None:
        return tr("Asking the server …")
    if found.label:
        return tr("{server} at {address}", server=found.label, address=found.address)
    return found.address


def _emptiness(found: Readiness | None) -> tuple[str, str]:
    if found is None:
        return tr("Asking the server …"), ""
    if found.problem:
        return found.problem, found.hint
    return tr("No model yet"), tr("Pull one below; qwen2.5-coder:7b is a good first one.")
