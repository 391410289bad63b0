"""The welcome page from a machine without Ollama to one that is ready, against the scripted server."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from agents.models.hosts import Hosts
from agents.models.ollama import OllamaModel
from app.background import Background
from app.downloads import Downloads
from app.first_steps import FirstSteps
from app.serverwatch import ServerWatch
from app.settings import WindowSettings
from app.theme import ThemeSource
from app.views.first_start import FirstStart
from app.views.model_row import ModelRow
from app.window import MainWindow
from tests.support.ollama_server import OllamaServer
from tests.support.programs import ollama, program
from tests.support.qtloop import drive, until

posix = pytest.mark.skipif(
    sys.platform == "win32", reason="Programs are made with a first line that Windows ignores"
)


class Porch:
    """A window of which only the welcome page lives."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.settings = WindowSettings(home)
        self.background = Background()
        self.window = MainWindow(ThemeSource("light", reduce_motion=True), self.settings)
        qtbot.addWidget(self.window, before_close_func=lambda _: self.window.let_go())
        self.watch = ServerWatch(
            self.window, self.settings, OllamaModel, self.background, self.window, Hosts()
        )
        self.downloads = Downloads(OllamaModel, self.background, self.window)
        self.steps = FirstSteps(
            self.window.welcome,
            self.watch,
            self.downloads,
            OllamaModel,
            self.settings,
            home,
            self.background,
            self.window,
        )
        self.window.show()
        self.watch.look()

    @property
    def first(self) -> FirstStart:
        return self.window.welcome.first

    async def says(self, words: str) -> None:
        await until(lambda: words in self.first.server.text())

    async def offer(self) -> ModelRow:
        """The first model that is offered."""
        await until(lambda: self.first.rows)
        return next(iter(self.first.rows.values()))


@pytest.fixture
def play(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[Porch], Awaitable[None]]], None]:
    """Carries a scene out with the server at an address, on a machine without Ollama's program."""
    monkeypatch.setenv("TROUPE_OLLAMA", str(tmp_path / "nothing"))

    def carry_out(address: str, scene: Callable[[Porch], Awaitable[None]]) -> None:
        monkeypatch.setenv("OLLAMA_HOST", address)

        async def whole() -> None:
            porch = Porch(qtbot, tmp_path / "home")
            try:
                await scene(porch)
            finally:
                porch.background.cancel()
                await porch.background.ended()

        drive(whole())

    return carry_out


def test_without_ollama_its_command_can_be_copied(play) -> None:
    async def scene(porch: Porch) -> None:
        await porch.says("not installed")
        first = porch.first
        assert "install" in first.command.text()
        assert first.command.isVisible()
        assert not first.start_button.isVisible()
        first.copy.click()
        assert QGuiApplication.clipboard().text() == first.command.text()
        assert first.copy.text() == "Copied"
        assert porch.window.welcome.new.property("kind") == ""
        assert porch.window.welcome.demo.isEnabled()
        assert porch.window.status.server.text() == "Ollama is not installed"

    play("http://127.0.0.1:9", scene)


@posix
def test_it_is_seen_at_once_that_ollama_was_installed(
    play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(porch: Porch) -> None:
        await porch.says("not installed")
        monkeypatch.setenv("TROUPE_OLLAMA", str(ollama(tmp_path)))
        porch.first.again_button.click()
        await porch.says("not running")
        assert porch.first.start_button.isVisible()
        assert not porch.first.command.isVisible()

    play("http://127.0.0.1:9", scene)


@posix
def test_ollama_is_started_and_looked_at_again(play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    source = ollama(tmp_path / "bin").read_text(encoding="utf-8").partition("\n")[2]
    pid_file = tmp_path / "pid"
    note = f"import os, pathlib; pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid()))\n"
    monkeypatch.setenv("TROUPE_OLLAMA", str(program(tmp_path, "ollama", note + source)))

    async def scene(porch: Porch) -> None:
        await porch.says("not running")
        porch.first.start_button.click()
        await porch.says("Starting Ollama")
        assert not porch.first.start_button.isVisible()
        await porch.says("One more step")

    play(address, scene)
    pid = int(pid_file.read_text())
    os.kill(pid, 0)  # it lives on after the window
    os.kill(pid, signal.SIGTERM)


@posix
def test_a_start_that_fails_says_why_and_can_be_repeated(
    play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = program(tmp_path, "ollama", "import sys; sys.exit('no space left')")
    monkeypatch.setenv("TROUPE_OLLAMA", str(broken))

    async def scene(porch: Porch) -> None:
        await porch.says("not running")
        porch.first.start_button.click()
        await porch.says("ended at once")
        assert porch.first.start_button.isVisible()
        assert porch.first.detail_button.isVisible()
        porch.watch.look()
        await until(lambda: porch.steps._found is not None)
        assert "ended at once" in porch.first.server.text(), "looking again does not wipe the reason away"

    play("http://127.0.0.1:9", scene)


def test_a_model_is_pulled_and_the_page_is_ready(play) -> None:
    with OllamaServer(models=()) as server:
        server.pull_size, server.pull_step, server.pull_delay = 1_000_000, 50_000, 0.08

        async def scene(porch: Porch) -> None:
            await porch.says("One more step")
            assert "memory" in porch.first.advice.text() or not porch.first.rows
            row = await porch.offer()
            assert row.isVisible()
            row.button.click()
            await until(lambda: row.bar.value() > 0)
            assert row.bar.isVisible()
            assert row.button.text() == "Cancel"
            await until(lambda: "/s" in row.figures.text())
            await porch.says("answers with 1 model")
            assert porch.window.welcome.new.property("kind") == "primary"
            assert server.pulled == [row.model]

        play(server.address, scene)


def test_a_cancelled_pull_goes_on_where_it_was(play) -> None:
    with OllamaServer(models=()) as server:
        server.pull_size, server.pull_step, server.pull_delay = 1_000_000, 100_000, 0.1

        async def scene(porch: Porch) -> None:
            await porch.says("One more step")
            row = await porch.offer()
            row.button.click()
            await until(lambda: row.bar.value() > 0)
            row.button.click()
            await until(lambda: row.button.text() == "Resume")
            assert "stopped at" in row.figures.text()
            assert "kept" in row.detail.text()
            await until(lambda: server.disconnects == 1)
            fetched = server.partial[row.model]
            assert 0 < fetched < server.pull_size
            server.pull_delay = 0.0
            row.button.click()
            await porch.says("answers with 1 model")
            visits = [visit for visit in server.visits if visit.path == "/api/pull"]
            assert len(visits) == 2

        play(server.address, scene)


@pytest.mark.parametrize(
    ("fault", "words"),
    [("error", "file does not exist"), ("broken", "unexpected EOF"), ("cut", "ended before")],
)
def test_a_pull_that_fails_says_why_and_can_be_resumed(play, fault: str, words: str) -> None:
    with OllamaServer(models=()) as server:
        server.pull_fault = fault

        async def scene(porch: Porch) -> None:
            await porch.says("One more step")
            row = await porch.offer()
            row.button.click()
            await until(lambda: words in row.detail.text())
            assert row.detail.isVisible()
            assert row.detail.property("kind") == "bad"
            server.pull_fault = ""
            row.button.click()
            await porch.says("answers with 1 model")

        play(server.address, scene)


def test_the_server_goes_and_comes_back(play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.serverwatch.WELCOME_SECONDS", 0.2)
    with OllamaServer() as server:

        async def scene(porch: Porch) -> None:
            await porch.says("Ollama 0.33 answers")
            server.down = True
            porch.watch.look()
            await porch.says("not installed")
            server.down = False
            await porch.says("Ollama 0.33 answers")  # it looks again by itself

        play(server.address, scene)


def test_nothing_is_painted_anew_while_nothing_changes(play, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer() as server:

        async def scene(porch: Porch) -> None:
            await porch.says("Ollama 0.33 answers")
            told: list[str] = []
            monkeypatch.setattr(porch.first, "_say", lambda *words: told.append(words[2]))
            looks = len(server.visits)
            porch.watch.look()
            await until(lambda: len(server.visits) >= looks + 3)
            assert told == []

        play(server.address, scene)


def test_another_servers_state_is_that_servers_own(play) -> None:
    async def scene(porch: Porch) -> None:
        await porch.says("not installed")
        porch.settings.default_host = "http://255.255.255.255:9"
        porch.watch.look()
        await porch.says("255.255.255.255")
        assert not porch.first.command.isVisible()
        assert porch.first.again_button.isVisible()
        porch.settings.default_host = "no address"
        porch.watch.look()
        await porch.says("not the address")

    play("http://127.0.0.1:9", scene)


def test_the_status_says_how_many_of_several_servers_answer(play) -> None:
    async def scene(porch: Porch) -> None:
        status = porch.window.status.server
        porch.settings.default_host = f"{one.address},{other.address}"
        porch.watch.look()
        await until(lambda: status.text() == "Ollama 0.33 · 2 of 2 servers")
        other.down = True
        porch.watch.look()
        await until(lambda: status.text() == "Ollama 0.33 · 1 of 2 servers")

    with OllamaServer() as one, OllamaServer() as other:
        play(one.address, scene)


def test_the_status_speaks_of_the_servers_of_the_run_that_is_shown(play) -> None:
    async def scene(porch: Porch) -> None:
        status = porch.window.status.server
        heard: list[object] = []
        await until(lambda: status.text() == "Ollama 0.33")
        porch.watch.looked.connect(heard.append)
        porch.window.pages.setCurrentWidget(porch.window.loading)
        porch.watch.follow(demo=False, host=f"{one.address},{other.address}")
        assert status.text() == "Looking for Ollama …"
        await until(lambda: status.text() == "Ollama 0.33 · 2 of 2 servers")
        assert [card.where.rpartition(" ")[2] for card in porch.watch.cards()] == [one.address, other.address]
        assert not heard  # whoever listens wants to know of the default server
        porch.watch.follow(demo=False, host="http://***@far:11434")
        assert status.text() == "http://***@far:11434"
        porch.watch.follow(demo=True)
        assert status.text().startswith("Demo")
        porch.window.pages.setCurrentWidget(porch.window.welcome)
        await until(lambda: status.text() == "Ollama 0.33" and heard)

    with OllamaServer() as one, OllamaServer() as other:
        play(one.address, scene)


def test_the_servers_from_near_are_asked_at_once(play) -> None:
    async def scene(porch: Porch) -> None:
        await until(lambda: porch.window.status.server.text().startswith("Ollama 0.33"))
        porch.watch.follow(demo=True)  # from now on it would not ask
        asking = OllamaModel(server.address)
        await asking.preload("scripted:7b", 4096)
        await asking.close()
        porch.window.status.server.clicked.emit()
        await until(lambda: "scripted:7b" in porch.watch.popup.card_widgets[0].card.memory)
        porch.watch.popup.hide()

    with OllamaServer() as server:
        play(server.address, scene)
