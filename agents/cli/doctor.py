"""`troupe doctor`: what this machine has, what is missing, and the command that mends it."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import click

from agents import registry
from agents.contracts import ModelInfo
from agents.errors import UserFacingError
from agents.home import home_folder
from agents.languages import LANGUAGES, PAGE, PYTHON
from agents.machine import installing, look_at_machine, suggested
from agents.sandboxes import best_sandbox
from agents.sandboxes._interpreter import base_interpreter
from agents.trust import load_trust

GIB = 1024**3
INDENT = " " * 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `needed` is false for what Troupe can do without."""

    what: str
    fine: bool
    told: str
    needed: bool = True


def examine(host: str, window_missing: Callable[[], str]) -> int:
    """Print what was found; 0 when a team can work here, 3 when something needed is missing."""
    kinds = registry.sandboxes()
    with ThreadPoolExecutor(len(kinds)) as aside:
        probes = [aside.submit(kind.probe) for kind in kinds]  # they run programs meanwhile
        first = [_python(), _window(window_missing())]
        last = [*_languages(), _database(), _machine(), *asyncio.run(_servers(host))]
        sandboxes = _sandboxes(kinds, [probe.result() for probe in probes])
    findings = [*first, *sandboxes, *last]
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


def _sandboxes(kinds: Sequence[registry.SandboxKind], probed: Sequence[str]) -> list[Finding]:
    chosen = best_sandbox().name
    found = []
    for kind, why in zip(kinds, probed, strict=True):
        used = " (used)" if kind.name == chosen else ""
        label = f" ({kind.untested})" if kind.untested else ""
        told = f"{why or kind.build().description}{label}{used}"
        found.append(Finding(f"Sandbox {kind.name}", not why, told, needed=False))
    return found


def _languages() -> list[Finding]:
    """Compilers and the like: a team that writes in such a language needs them to run its program."""
    found: list[Finding] = []
    for language in LANGUAGES:
        if language not in (PYTHON, PAGE):
            lacking = language.lacking()
            told = lacking or "programs are built, run and tested"
            found.append(Finding(language.name, not lacking, told, needed=False))
    return found


def _database() -> Finding:
    from agents.store.opening import open_database  # noqa: PLC0415

    path = home_folder() / "troupe.db"
    try:
        open_database(path).close()
    except UserFacingError as error:
        return Finding("Database", False, str(error))
    return Finding("Database", True, str(path))


def _machine() -> Finding:
    machine = look_at_machine()
    cards = [f"{gpu.name} with {gpu.memory / GIB:.0f} GB" for gpu in machine.gpus]
    told = [f"{machine.memory / GIB:.0f} GB" if machine.memory else "unknown", *cards]
    return Finding("Memory", True, ", ".join(told))


async def _servers(hosts: str) -> list[Finding]:
    from agents.models.addresses import hosts_in  # noqa: PLC0415

    each = [await _models(host) for host in hosts_in(hosts)]
    enough = any(all(finding.fine or not finding.needed for finding in found) for found in each)
    return [replace(finding, needed=finding.needed and not enough) for found in each for finding in found]


async def _models(host: str) -> list[Finding]:
    from agents.models.ollama import OllamaModel  # noqa: PLC0415
    from agents.serving import readiness  # noqa: PLC0415

    try:
        server = OllamaModel(host)
    except UserFacingError as error:
        return [Finding("Ollama", False, str(error))]
    try:
        found = await readiness(server)
    finally:
        await server.close()
    match found.standing:
        case "missing":
            how = installing()
            away = f"not installed. Nothing answers at {found.address}"
            told = f"{away}. Type this into {how.shell}, or see {how.page}:\n{INDENT}{how.command}"
            return [Finding("Ollama", False, f"{told}\n{INDENT}If it does not start by itself: ollama serve")]
        case "stopped":
            told = f"installed as {found.program}, but nothing answers at {found.address}. Start it:"
            return [Finding("Ollama", False, f"{told}\n{INDENT}ollama serve")]
        case "unreachable":
            return [Finding("Ollama", False, f"{found.problem} {found.hint}".strip())]
    answers = [Finding("Ollama", True, f"{found.label} at {found.address}")]
    if server.warning:
        answers.append(Finding("Encryption", False, server.warning, needed=False))
    names = ", ".join(f"{model.name}{' (cloud)' if model.remote else ''}" for model in found.models)
    if found.standing == "ready":
        return [*answers, Finding("Models", True, names), *_cloud(found.models)]
    why = f"none of these can write text: {names}" if names else "none"
    return [*answers, Finding("Models", False, f"{why}. Pull one{_offers(host, found.local)}")]


def _cloud(models: Sequence[ModelInfo]) -> list[Finding]:
    """Whether models that run elsewhere are asked, where the server has any."""
    if not any(model.remote for model in models):
        return []
    if load_trust().cloud:
        return [
            Finding("Cloud models", False, "allowed: what they are asked leaves this machine", needed=False)
        ]
    return [Finding("Cloud models", True, "refused; allow them in the settings, or with --allow-cloud")]


def _offers(host: str, local: bool) -> str:
    """The commands that pull what fits, one a line."""
    where = f" --host {host}" if host else ""
    offers = suggested(look_at_machine() if local else None)
    lines = [
        f"{INDENT}troupe models pull {offer.model.name}{where}   "
        f"({offer.model.size / 1e9:.1f} GB: {offer.model.purpose}{', fast here' if offer.fast else ''})"
        for offer in offers
    ]
    return "\n".join([" that fits this machine:" if local else ":", *lines])
