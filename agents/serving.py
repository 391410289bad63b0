"""Starting Ollama's server as a process of its own, and finding out how it stands with a server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from agents.contracts import ModelInfo
from agents.errors import ServerUnreachable, UserFacingError
from agents.machine import find_ollama

if TYPE_CHECKING:
    from agents.models.ollama import OllamaModel

START_SECONDS = 30.0
LOG_NAME = "ollama.log"

_PAUSE = 0.2
_LONGEST_TAIL = 4000

Standing: TypeAlias = Literal["ready", "empty", "stopped", "missing", "unreachable"]
"""`ready`; `empty`: it answers, but has no model that writes text; `stopped`: installed on this machine, but
it does not answer; `missing`: not even installed; `unreachable`: another machine, or a server that fails."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """How it stands with the server at `address`: what answers, with which models; else why nothing does.

    Of several servers that are used as one, `answering` of `servers` answer; `each` is how they stand alone.

    `warning`: what the user should know of the way there. `local`: the server is on this machine, or would
    be; `program` is then Ollama's own where it matters.
    """

    standing: Standing
    address: str
    label: str = ""
    models: tuple[ModelInfo, ...] = ()
    program: Path | None = None
    problem: str = ""
    hint: str = ""
    local: bool = True
    warning: str = ""
    version: str = ""
    answering: int = 1
    servers: int = 1
    each: tuple[Readiness, ...] = ()

    @property
    def loaded(self) -> int:
        """The bytes that loaded models take in memory."""
        return sum(model.loaded for model in self.models)


def writes_text(model: ModelInfo) -> bool:
    """Whether a model can take part in a conversation, as far as is known of it."""
    if model.capabilities:
        return "completion" in model.capabilities
    return "embed" not in model.name.lower()


def together(found: Sequence[Readiness]) -> Readiness:
    """How it stands with several servers that are used as one: as with those that answer, if any do."""
    answering = [one for one in found if one.standing in {"ready", "empty"}]
    best = next((one for one in answering if one.standing == "ready"), (answering or found)[0])
    models: dict[str, ModelInfo] = {}
    for model in (model for one in answering for model in one.models):
        before = models.get(model.name)
        models[model.name] = replace(model, loaded=model.loaded + before.loaded) if before else model
    return replace(
        best,
        address=",".join(one.address for one in found),
        models=tuple(models.values()),
        warning=next((one.warning for one in found if one.warning), ""),
        answering=len(answering),
        servers=len(found),
        each=tuple(found),
    )


async def readiness(server: OllamaModel) -> Readiness:
    """Ask a server how it stands; never raises a `UserFacingError`."""
    answer = Readiness("unreachable", server.address, local=server.is_local, warning=server.warning)
    try:
        models = tuple(await server.models())
    except UserFacingError as error:
        answer = replace(answer, problem=error.message, hint=error.hint)
        if server.is_local and isinstance(error, ServerUnreachable) and not error.listens:
            program = await asyncio.to_thread(find_ollama)
            return replace(answer, standing="stopped" if program else "missing", program=program)
        return answer
    standing: Standing = "ready" if any(map(writes_text, models)) else "empty"
    return replace(answer, standing=standing, label=server.label, version=server.version, models=models)


async def start_ollama(
    program: Path, server: OllamaModel, log: Path, seconds: float = START_SECONDS
) -> subprocess.Popen[bytes]:
    """Start `ollama serve` for `server`'s address and wait until it answers.

    The process outlives Troupe and is never ended by it; what it prints is appended to `log`. Raises
    `ServerUnreachable` with the end of the log when it ends at once or does not answer within `seconds`.
    """
    try:
        process = await asyncio.to_thread(_launch, program, server.address, log)
    except OSError as error:
        raise ServerUnreachable(
            f"{program} could not be started: {error.strerror or error}.", "Install Ollama again."
        ) from error
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(ServerUnreachable):
            await server.running()
            return process
        if (code := process.poll()) is not None:
            raise ServerUnreachable(
                f"`ollama serve` ended at once with exit code {code}.",
                f"What it said is in {log}.",
                _tail(log),
            )
        await asyncio.sleep(_PAUSE)
    raise ServerUnreachable(
        f"`ollama serve` was started, but does not answer at {server.address} after {seconds:.0f} seconds.",
        f"It goes on; what it says is in {log}.",
        _tail(log),
    )


def _launch(program: Path, address: str, log: Path) -> subprocess.Popen[bytes]:
    """The server in a session of its own, so that neither Ctrl+C nor a closed terminal reaches it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    with log.open("ab") as said:
        process = subprocess.Popen(
            [program, "serve"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=os.environ | {"OLLAMA_HOST": address},
            cwd=Path.home(),
            start_new_session=True,
            creationflags=flags,
        )
    # Somebody must wait for it, or it stays as a zombie after its end.
    threading.Thread(target=process.wait, name="ollama-serve", daemon=True).start()
    return process


def _tail(log: Path) -> str:
    try:
        return log.read_bytes()[-_LONGEST_TAIL:].decode("utf-8", "replace").strip()
    except OSError:
        return ""
