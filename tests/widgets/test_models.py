"""The models and servers, against scripted servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agents.models.hosts import Hosts
from agents.models.ollama import OllamaModel
from app.background import Background
from app.dialogs.models import ModelsDialog
from app.downloads import Downloads
from app.hosts import Host
from app.measuring import Measurements
from app.qtmodels.models import ABILITIES, CONTEXT, MEMORY, NAME, SIZE
from app.settings import WindowSettings
from app.theme import ThemeSource
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer, ServedModel
from tests.support.qtloop import drive, until

MODELS = (
    ServedModel("coder:7b"),
    ServedModel("thinker:8b", capabilities=("completion", "thinking"), context=131_072),
    ServedModel("cloud:1t", remote_host="https://example.com"),
)


class Shelf:
    """The dialog with two servers beside this machine's, which is down."""

    def __init__(self, qtbot: QtBot, home: Path, address: str) -> None:
        self.settings = WindowSettings(home)
        self.settings.hosts = [Host("Lab", address), Host("Gone", "127.0.0.1:9")]
        self.settings.default_host = address
        self.background = Background()
        self.downloads = Downloads(OllamaModel, self.background)
        source = ThemeSource("light", reduce_motion=True)
        self.known = Hosts(home)
        self.measurements = Measurements(OllamaModel, self.known, self.background)
        self.dialog = ModelsDialog(
            source, self.settings, OllamaModel, self.downloads, self.measurements, self.background
        )
        qtbot.addWidget(self.dialog)
        self.dialog.show()

    def cell(self, model: str, column: int) -> str:
        """What the table says."""
        table = self.dialog.installed.table_model
        place = table.place(model)
        return str(table.index(place.row(), column).data()) if place.isValid() else ""

    async def filled(self) -> None:
        await until(lambda: self.cell("thinker:8b", CONTEXT) == "131,072")

    def select(self, model: str) -> None:
        table = self.dialog.installed
        table.table.setCurrentIndex(table.table_model.place(model))


Scene = Callable[[Shelf], Awaitable[None]]


@pytest.fixture
def play(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[OllamaServer, Scene], None]:
    """Carries a scene out with the dialog over a server."""
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("TROUPE_OLLAMA", str(tmp_path / "nothing"))

    def carry_out(server: OllamaServer, scene: Scene) -> None:
        async def whole() -> None:
            shelf = Shelf(qtbot, tmp_path / "home", server.address)
            try:
                await scene(shelf)
            finally:
                shelf.background.cancel()
                await shelf.background.ended()

        drive(whole())

    return carry_out


def test_the_installed_models_are_described(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            assert not shelf.dialog.isModal()
            assert shelf.cell("coder:7b", SIZE) == "4.7 GB"
            assert shelf.cell("coder:7b", ABILITIES) == "completion, tools"
            assert shelf.cell("coder:7b", MEMORY) == "–"
            assert shelf.cell("cloud:1t", MEMORY) == "in the cloud"
            table = shelf.dialog.installed.table_model
            tip = table.place("cloud:1t").data(Qt.ItemDataRole.ToolTipRole)
            assert "https://example.com" in tip
            assert table.place("cloud:1t").data(Qt.ItemDataRole.DecorationRole) is not None
            assert table.place("coder:7b").data(Qt.ItemDataRole.DecorationRole) is None
            assert table.headerData(NAME, Qt.Orientation.Horizontal) == "Model"
            assert f"Ollama 0.33 at {server.address}" == shelf.dialog.heading.text()
            widths = shelf.dialog.installed.table.columnWidth
            assert widths(NAME) > 1.3 * widths(ABILITIES)

        play(server, scene)


def test_a_loaded_model_is_shown_and_unloaded(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            asking = OllamaModel(server.address)
            connection = await asking._connected()
            await connection._client.chat("coder:7b", [])
            await asking.close()
            shelf.select("coder:7b")
            assert not shelf.dialog.installed.unload.isEnabled()
            shelf.dialog.again.click()
            await until(lambda: shelf.cell("coder:7b", MEMORY) == "4.7 GB")
            assert shelf.dialog.installed.model() is not None, "the selection stays"
            shelf.dialog.installed.unload.click()
            await until(lambda: shelf.cell("coder:7b", MEMORY) == "–")
            assert server.in_memory == {}
            assert "no longer in memory" in shelf.dialog.installed.status.text()

        play(server, scene)


def test_a_model_is_deleted_only_after_a_second_word(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            installed = shelf.dialog.installed
            assert not installed.delete.isEnabled()
            shelf.select("coder:7b")
            installed.delete.click()
            assert "coder:7b" in installed.asked.text()
            installed.keep.click()
            assert not installed.question.isVisible()
            installed.delete.click()
            shelf.select("thinker:8b")
            assert not installed.question.isVisible(), "the question was about another model"
            shelf.select("coder:7b")
            installed.delete.click()
            installed.confirm.click()
            await until(lambda: not shelf.cell("coder:7b", NAME))
            assert server.deleted == ["coder:7b"]
            assert installed.status.text() == "coder:7b is deleted."

        play(server, scene)


def test_a_deed_that_fails_says_why(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            shelf.select("coder:7b")
            shelf.dialog.installed.delete.click()
            del server.models["coder:7b"]
            shelf.dialog.installed.confirm.click()
            await until(lambda: "does not have" in shelf.dialog.installed.status.text())

        play(server, scene)


def test_a_model_is_pulled_by_name_cancelled_resumed_and_listed(play) -> None:
    with OllamaServer(models=MODELS) as server:
        server.pull_size, server.pull_step, server.pull_delay = 1_000_000, 100_000, 0.1

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            shelf.dialog.name.setText(" new:1b ")
            shelf.dialog.pull.click()
            row = shelf.dialog.rows["new:1b"]
            await until(lambda: row.bar.value() > 0)
            shelf.dialog.hosts.list.setCurrentRow(2)
            assert shelf.dialog.rows == {}, "another server's downloads"
            shelf.dialog.hosts.list.setCurrentRow(1)
            row = shelf.dialog.rows["new:1b"]
            row.button.click()
            await until(lambda: row.button.text() == "Resume")
            server.pull_delay = 0.0
            row.button.click()
            await until(lambda: shelf.cell("new:1b", SIZE) == "4.7 GB")
            assert row.dismiss.isVisible()
            row.dismiss.click()
            assert shelf.dialog.rows == {}

        play(server, scene)


def test_a_pull_goes_on_when_the_dialog_is_closed(play) -> None:
    with OllamaServer(models=()) as server:
        server.pull_delay = 0.1

        async def scene(shelf: Shelf) -> None:
            await until(shelf.dialog.pull.isEnabled)
            shelf.dialog.name.setText("new:1b")
            shelf.dialog.pull.click()
            shelf.dialog.close()
            await until(lambda: server.pulled == ["new:1b"])
            await until(lambda: shelf.downloads.of(server.address)[0].phase == "done")

        play(server, scene)


def test_each_server_says_how_it_stands(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            items = shelf.dialog.hosts.list
            await until(lambda: "not installed" in items.item(0).text())
            await until(lambda: "not installed" in items.item(2).text())
            assert items.item(0).text().startswith("This machine\n")
            assert items.item(1).text() == "Lab · default\nOllama 0.33 · 3 models"
            items.setCurrentRow(2)
            assert "127.0.0.1:9" in shelf.dialog.heading.text()
            assert not shelf.dialog.pull.isEnabled()
            assert not shelf.dialog.installed.table.isVisible()
            server.down = True
            shelf.dialog.again.click()
            await until(lambda: "not installed" in items.item(1).text())

        play(server, scene)


def test_servers_are_added_changed_made_the_default_and_removed(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            hosts, settings = shelf.dialog.hosts, shelf.settings
            hosts.list.setCurrentRow(0)
            assert not hosts.change.isEnabled()
            assert not hosts.remove.isEnabled()
            hosts.add.click()
            hosts.address.setText("not an address")
            hosts.save.click()
            assert "not the address" in hosts.problem.text()
            hosts.address.setText(server.address)
            hosts.save.click()
            assert "already" in hosts.problem.text()
            hosts.name.setText("Third")
            hosts.address.setText("127.0.0.1:10")
            hosts.save.click()
            assert settings.hosts[-1] == Host("Third", "127.0.0.1:10")
            assert hosts.current() == "127.0.0.1:10"
            assert not hosts.form.isVisible()
            hosts.default.click()
            assert settings.default_host == "127.0.0.1:10"
            assert not hosts.default.isEnabled()
            hosts.change.click()
            hosts.address.setText("127.0.0.1:11")
            hosts.save.click()
            assert settings.default_host == "127.0.0.1:11", "the default goes with it"
            await asyncio.sleep(0.05)
            hosts.remove.click()
            assert settings.default_host == ""
            assert [host.name for host in settings.hosts] == ["This machine", "Lab", "Gone"]
            again = WindowSettings(Path(settings._store.fileName()).parent)
            settings.save()
            assert again.hosts == settings.hosts

        play(server, scene)


def counting(call: ChatCall) -> Scripted:
    """Replies whose pieces come one after another, as a model writes them."""
    return Scripted("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", chunk=2, delay=0.01)


def test_a_server_is_measured_with_a_model_and_remembered(play, tmp_path: Path) -> None:
    with OllamaServer(counting, models=MODELS, parallel=2) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            table, row, told = shelf.dialog.installed, shelf.dialog.measurement, []
            assert row.isHidden()
            shelf.select("cloud:1t")
            assert not table.measure.isEnabled(), "it would leave this machine"
            shelf.select("thinker:8b")
            shelf.measurements.changed.connect(lambda _: told.append(row.words.text()))
            table.measure.click()
            assert not table.measure.isEnabled(), "one at a time"
            assert not table.unload.hasFocus()
            await until(lambda: row.button.text() == "Hide")
            assert told[:4] == [
                "Asking the server …",
                "thinker:8b is being loaded …",
                "How fast does thinker:8b read and write? …",
                "Does the server answer 2 requests at a time? …",
            ]
            assert row.words.text().startswith("thinker:8b: reads ")
            assert "answers 2 at a time" in row.words.text()
            assert shelf.known.figures(server.address).at_once == 2
            assert Hosts(tmp_path / "home").figures(server.address).at_once == 2
            assert table.measure.isEnabled()
            await until(lambda: shelf.cell("thinker:8b", MEMORY) == "4.7 GB")
            row.button.click()
            assert row.isHidden()

        play(server, scene)


def test_a_measurement_goes_on_behind_another_server_and_is_cancelled(play) -> None:
    with OllamaServer(lambda _: Scripted(fault="hang"), models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            shelf.known.of(server.address).grants.at_once = 3
            shelf.select("coder:7b")
            row = shelf.dialog.measurement
            shelf.dialog.installed.measure.click()
            await until(lambda: "read and write" in row.words.text())
            shelf.dialog.hosts.list.setCurrentRow(2)
            assert row.isHidden()
            shelf.dialog.hosts.list.setCurrentRow(1)
            assert row.isVisible()
            row.button.click()
            await until(lambda: row.words.text().startswith("Cancelled;") or row.isHidden())
            assert shelf.known.figures(server.address).at_once == 3

        play(server, scene)


def test_a_measurement_that_fails_says_why(play) -> None:
    with OllamaServer(lambda _: Scripted(fault="http_error"), models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            shelf.select("coder:7b")
            row = shelf.dialog.measurement
            shelf.dialog.installed.measure.click()
            await until(lambda: row.button.text() == "Hide")
            assert "coder:7b" in row.words.text()
            assert "Measure again" in row.words.text()
            assert row.words.property("kind") == "bad"

        play(server, scene)


def test_large_text_cuts_no_button_below_the_servers(play) -> None:
    async def scene(shelf: Shelf) -> None:
        large = QFont(shelf.dialog.font())
        large.setPointSizeF(1.8 * large.pointSizeF())
        shelf.dialog.setFont(large)
        hosts = shelf.dialog.hosts
        needed = hosts.add.fontMetrics().horizontalAdvance(hosts.add.text())
        for button in (hosts.add, hosts.change, hosts.remove):
            button.setFont(large)
            await until(lambda button=button: button.width() >= button.sizeHint().width() > needed)

    with OllamaServer(models=MODELS) as server:
        play(server, scene)


def test_the_focus_stays_with_the_servers_once_one_was_added(play) -> None:
    with OllamaServer(models=MODELS) as server:

        async def scene(shelf: Shelf) -> None:
            await shelf.filled()
            dialog, hosts = shelf.dialog, shelf.dialog.hosts
            assert dialog.focusWidget() is hosts.list
            hosts.add.click()
            assert dialog.focusWidget() is hosts.name
            QTest.keyClicks(hosts.name, "Lab")
            QTest.keyClick(hosts.name, Qt.Key.Key_Return)
            assert dialog.focusWidget() is hosts.address
            QTest.keyClicks(hosts.address, "127.0.0.1:19")
            QTest.keyClick(hosts.address, Qt.Key.Key_Return)
            assert hosts.form.isHidden()
            assert dialog.focusWidget() is hosts.list

        play(server, scene)
