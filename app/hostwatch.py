"""Asking a model server, or several that are used as one, again and again how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agents.contracts import ModelInfo
from agents.errors import UserFacingError
from agents.masking import masked_address
from agents.models.addresses import hosts_in
from agents.serving import Readiness, readiness, together
from app.background import Background

if TYPE_CHECKING:
    from agents.models.ollama import OllamaModel
    from app.downloads import OpenServer


class HostWatch(QObject):
    """`looked` tells how it stands, after each look; with `detailed` also what each model can do.

    `interval` gives the seconds until the next look, None: not before it is asked for.
    """

    looked = Signal(object)

    def __init__(
        self,
        open_server: OpenServer,
        interval: Callable[[], float | None],
        background: Background,
        parent: QObject,
        *,
        detailed: bool = False,
    ) -> None:
        super().__init__(parent)
        self._open_server, self._interval = open_server, interval
        self._background = background
        self._is_detailed = detailed
        self._host = ""
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._details: dict[tuple[str, int], ModelInfo] = {}

    def follow(self, host: str) -> None:
        """Look at the server at this address from now on, at once if it is another one."""
        if self._task is None or self._task.done() or host != self._host:
            self.stop()
            self._host = host
            self._details.clear()
            self._task = self._background.start(self._watch(host))

    def look(self) -> None:
        """Look now."""
        self._wake.set()

    def stop(self) -> None:
        """Look no longer."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _watch(self, host: str) -> None:
        try:
            servers = [self._open_server(one) for one in hosts_in(host)]
        except UserFacingError as error:  # an address that cannot be meant stays so
            self.looked.emit(
                Readiness("unreachable", masked_address(host), problem=error.message, hint=error.hint)
            )
            return
        try:
            while True:
                self._wake.clear()
                await self._look(servers)
                await self._pause()
        finally:
            for server in servers:
                await server.close()

    async def _look(self, servers: Sequence[OllamaModel]) -> None:
        each = await asyncio.gather(*map(readiness, servers))
        found = together(each) if len(each) > 1 else each[0]
        if not self._is_detailed:
            self.looked.emit(found)
            return
        self.looked.emit(self._with_details(found))
        unknown = [model for model in found.models if _key(model) not in self._details]
        for model in unknown:
            for server in servers:
                with suppress(UserFacingError):  # it is not there, or not any more: the next look tells
                    self._details[_key(model)] = await server.detailed(model)
                    break
        if unknown:
            self.looked.emit(self._with_details(found))

    def _with_details(self, found: Readiness) -> Readiness:
        """What was found, with what is known of each model; whether it is loaded is the newest."""
        models = (
            replace(self._details.get(_key(model), model), loaded=model.loaded) for model in found.models
        )
        return replace(found, models=tuple(models))

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._interval()):
                await self._wake.wait()


def _key(model: ModelInfo) -> tuple[str, int]:
    """What tells a model from another one that was fetched later under its name."""
    return model.name, model.size
