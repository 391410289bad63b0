"""Scenes of the models and servers, against scripted servers."""

from __future__ import annotations

import asyncio

from agents.models.admission import Ticket
from app.dialogs.models import ModelsDialog
from app.hosts import Host
from app.i18n import tr
from tests.support.ollama.scripted import Scripted
from tests.support.ollama_server import OllamaServer, ServedModel
from tests.support.stage import Stage

LOADED = "qwen3-coder:30b"
MODELS = (
    ServedModel(LOADED, context=262_144),
    ServedModel("qwen2.5-coder:7b"),
    ServedModel("deepseek-r1:14b", capabilities=("completion", "thinking"), context=131_072),
    ServedModel("nomic-embed-text:latest", capabilities=("embedding",), context=2048),
    ServedModel("hf.co/bartowski/Mistral-Small-24B-Instruct-2501-GGUF:Q4_K_M", context=32_768),
    ServedModel("gpt-oss:120b-cloud", remote_host="https://ollama.com"),
)
STEP = 40_000_000
COUNTED = Scripted(" ".join(map(str, range(1, 40))), chunk=4, delay=0.05)
"""A reply that can be watched while it comes."""


async def models_act(stage: Stage) -> None:
    """Several servers, a pull under way, a question before deleting, a server that fails."""
    with (
        OllamaServer(lambda _: COUNTED, models=MODELS, parallel=3) as here,
        OllamaServer(models=MODELS[1:3]) as there,
    ):
        for server in (here, there):
            server.pull_size, server.pull_step, server.pull_delay = 9_000_000_000, STEP, 0.1
        stage.serve(here.address)
        stage.settings.hosts = [
            Host("Workstation in the lab", there.address),
            Host("Old laptop", "http://127.0.0.1:9"),
        ]
        await _load(here)
        stage.window.commands.models.trigger()
        dialog = await stage.found(ModelsDialog)
        await stage.until(lambda: dialog.installed.table_model.rowCount() == len(MODELS))
        await asyncio.sleep(0.5)
        await stage.picture("installed", dialog)
        dialog.name.setText("devstral:24b")
        dialog.pull.click()
        table = dialog.installed
        table.table.setCurrentIndex(table.table_model.place("qwen2.5-coder:7b"))
        await asyncio.sleep(2.0)
        await stage.picture("pulling", dialog)
        table.delete.click()
        await stage.picture("delete", dialog)
        table.keep.click()
        table.table.setCurrentIndex(table.table_model.place(LOADED))
        table.measure.click()
        await stage.until(lambda: "at a time" in dialog.measurement.words.text())
        await stage.picture("measuring", dialog)
        await stage.until(lambda: dialog.measurement.button.text() == tr("Hide"))
        await stage.picture("measured", dialog)
        dialog.measurement.button.click()
        dialog.hosts.list.setCurrentRow(2)
        await asyncio.sleep(0.3)
        await stage.picture("failing-host", dialog)
        dialog.hosts.add.click()
        await stage.picture("add-host", dialog)
        dialog.hosts.list.setCurrentRow(0)
        for row in dialog.rows.values():
            row.button.click()
        dialog.close()


async def servers_act(stage: Stage) -> None:
    """The servers from near: none asked yet; then one at work, one that is idle, one that is set aside."""
    with OllamaServer(models=MODELS) as here, OllamaServer(models=MODELS[1:3]) as there:
        stage.serve(here.address)
        popup = stage.desk._server.popup
        await stage.until(lambda: "Ollama 0.33" in stage.window.status.server.text())
        stage.window.status.server.clicked.emit()
        await stage.picture("one-idle", popup)
        popup.hide()
        lost = "http://127.0.0.1:9"
        stage.settings.hosts = [Host("Workstation in the lab", there.address), Host("Old laptop", lost)]
        stage.settings.default_host = f"{here.address},{there.address},{lost}"
        await _load(here)
        await _busy(stage, here.address)
        stage.desk._server.look()
        await stage.until(lambda: "2 of 3" in stage.window.status.server.text())
        stage.window.status.server.clicked.emit()
        await stage.picture("several", popup)
        popup.hide()


async def _busy(stage: Stage, address: str) -> None:
    """A server that answers two requests while three others wait, and has been measured."""
    host = stage.backend.hosts.of(address)
    host.writing, host.reading = 31.4, 402.0
    host.grants.at_once, host.grants.settled = 2, True
    for number in range(5):
        host.queue._enter(Ticket((LOADED, 16384), f"{number}"))


async def _load(server: OllamaServer) -> None:
    """Let a server hold a model in its memory."""
    from agents.models.ollama import OllamaModel

    asking = OllamaModel(server.address)
    connection = await asking._connected()
    await connection._client.chat(LOADED, [])
    await asking.close()
