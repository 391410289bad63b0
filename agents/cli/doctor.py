"""`troupe doctor`: what this machine has, what is missing, and the command that mends it."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from dataclasses import dataclass

import click

from agents import registry
from agents.errors import UserFacingError
from agents.home import home_folder
from agents.sandboxes import best_sandbox
from agents.sandboxes._interpreter import base_interpreter


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `needed` is false for what Troupe can do without."""

    what: str
    fine: bool
    told: str
    needed: bool = True


def examine(host: str, window_missing: Callable[[], str]) -> int:
    """Print what was found; 0 when a team can work here, 3 when something needed is missing."""
    findings = [
        _python(),
        _window(window_missing()),
        *_sandboxes(),
        _database(),
        *asyncio.run(_models(host)),
    ]
    for finding in findings:
        mark = "ok" if finding.fine else ("missing" if finding.needed else "without")
        color = "green" if finding.fine else ("red" if finding.needed else "yellow")
        click.secho(f"{mark:>8}  ", fg=color, nl=False)
        click.echo(f"{finding.what}: {finding.told}")
    lacking = {finding.what for finding in findings if not finding.fine and finding.needed}
    if lacking and lacking <= {"Ollama", "Models"}:
        click.echo("\nWithout a model server the demo still works: troupe demo")
    return 3 if lacking else 0


def _python() -> Finding:
    try:
        programs = base_interpreter().executable
    except UserFacingError as error:  # a packed Troupe brings none that programs could run with
        return Finding("Python", False, str(error))
    return Finding("Python", True, f"{platform.python_version()}; programs run with {programs}")


def _window(missing: str) -> Finding:
    if missing:
        return Finding("Window", False, f"none, but commands work in the terminal. {missing}", needed=False)
    return Finding("Window", True, "can be opened")


def _sandboxes() -> list[Finding]:
    chosen = best_sandbox().name
    found = []
    for kind in registry.sandboxes():
        why = kind.probe()
        used = " (used)" if kind.name == chosen else ""
        told = why or f"{kind.build().description}{used}"
        found.append(Finding(f"Sandbox {kind.name}", not why, told, needed=False))
    return found


def _database() -> Finding:
    from agents.store.store import Store  # noqa: PLC0415

    path = home_folder() / "troupe.db"
    try:
        Store.open(path).close()
    except UserFacingError as error:
        return Finding("Database", False, str(error))
    return Finding("Database", True, str(path))


async def _models(host: str) -> list[Finding]:
    from agents.models.ollama import OllamaModel  # noqa: PLC0415

    try:
        server = OllamaModel(host)
    except UserFacingError as error:
        return [Finding("Ollama", False, str(error))]
    try:
        version = await server.running()
        known = await server.models()
    except UserFacingError as error:
        return [Finding("Ollama", False, str(error))]
    finally:
        await server.close()
    names = ", ".join(model.name for model in known)
    none = "none; pull one: troupe models pull qwen2.5-coder:7b"
    return [
        Finding("Ollama", True, f"{version} at {server.address}"),
        Finding("Models", bool(known), names or none),
    ]
