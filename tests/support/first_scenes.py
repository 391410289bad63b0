"""Scenes of the first start: from a machine without Ollama to one with a model."""

from __future__ import annotations

import asyncio

from tests.support.ollama_server import OllamaServer, ServedModel
from tests.support.programs import ollama, program
from tests.support.stage import NOWHERE, Stage

GIGABYTE = 1_000_000_000


async def first_act(stage: Stage) -> None:
    """Every state of the card on the welcome page."""
    await _says(stage, "not installed")
    await stage.picture("missing")
    await _stopped(stage)
    with OllamaServer(models=()) as server:
        await _empty(stage, server)
    with OllamaServer(models=(ServedModel("qwen3-coder:30b"), ServedModel("llama3.2:3b"))) as server:
        stage.serve(server.address)
        await _says(stage, "answers")
        await stage.picture("ready")
    stage.settings.default_host = "http://192.0.2.1:11434"
    stage.desk._server.look()
    await _says(stage, "192.0.2.1")
    await stage.picture("unreachable")
    stage.settings.default_host = ""


async def _stopped(stage: Stage) -> None:
    stage.serve(NOWHERE, ollama(stage.home / "bin"))
    await _says(stage, "not running")
    await stage.picture("stopped")
    stage.window.welcome.first.show_starting()
    await stage.picture("starting")
    stage.window.welcome.first.show_started()
    broken = program(stage.home / "broken", "ollama", "raise SystemExit('listen: the address is in use')")
    stage.serve(NOWHERE, broken)
    await asyncio.sleep(0.5)
    stage.window.welcome.first.start_button.click()
    await stage.until(stage.window.welcome.first.detail_button.isVisible)
    await stage.picture("start-failed")
    stage.window.welcome.first.detail_button.click()
    await stage.dialog_picture("start-failed-details")


async def _empty(stage: Stage, server: OllamaServer) -> None:
    server.pull_size, server.pull_step, server.pull_delay = 5 * GIGABYTE, GIGABYTE // 40, 0.1
    stage.serve(server.address)
    await _says(stage, "One more step")
    first = stage.window.welcome.first
    await stage.until(lambda: first.rows)
    await stage.picture("no-model")
    row = next(iter(first.rows.values()))
    row.button.click()
    await stage.until(lambda: row.bar.value() > 0)
    await asyncio.sleep(2.0)
    await stage.picture("pulling")
    row.button.click()
    await asyncio.sleep(0.2)
    await stage.picture("pull-cancelled")
    server.pull_fault = "error"
    row.button.click()
    await asyncio.sleep(0.5)
    await stage.picture("pull-failed")


async def _says(stage: Stage, words: str) -> None:
    await stage.until(lambda: words in stage.window.welcome.first.server.text())
