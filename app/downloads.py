"""Downloads of models: they go on whatever is shown, and can be cancelled and gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from app.background import Background
from app.jobs import Job
from app.state.pull import PullState

if TYPE_CHECKING:
    from agents.models.ollama import OllamaModel

EVERY = 0.1
"""Seconds between two tellings of progress; a server sends far more lines than one can see."""

OpenServer: TypeAlias = "Callable[[str], OllamaModel]"
"""A connection to the server at an address (empty: the default one); raises `UsageError` for none."""


@dataclass(slots=True, eq=False)
class Download(Job):
    """One model from one server."""

    progress: PullState = field(default_factory=PullState)


class Downloads(QObject):
    """Every download of this window, the newest last; a model is fetched once at a time.

    `changed` tells of progress and of another phase, `listed` that there is one more or one less, and
    `finished` that a model is there.
    """

    changed = Signal(object)
    listed = Signal()
    finished = Signal(object)

    def __init__(
        self, open_server: OpenServer, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_server = open_server
        self._background = background
        self._all: list[Download] = []

    def of(self, host: str) -> list[Download]:
        """The downloads of one server, in the order in which they were begun."""
        return [download for download in self._all if download.host == host]

    def pull(self, model: str, host: str = "") -> Download:
        """Begin to fetch a model, or go on with it."""
        known = next((found for found in self.of(host) if found.model == model), None)
        if known is None:
            known = Download(model, host)
            self._all.append(known)
            self.listed.emit()
        self._begin(known)
        return known

    def cancel(self, download: Download) -> None:
        """Stop it at once; the server keeps what is there."""
        download.cancel()

    def forget(self, download: Download) -> None:
        """Show it no longer; one that is under way is stopped."""
        self.cancel(download)
        if download in self._all:
            self._all.remove(download)
            self.listed.emit()

    def _begin(self, download: Download) -> None:
        if download.task is None:
            download.phase, download.failure = "going", None
            download.progress.begin()
            download.task = self._background.start(self._fetch(download))
            self.changed.emit(download)

    async def _fetch(self, download: Download) -> None:
        await download.carry_out(self._follow(download), lambda: self.changed.emit(download))
        if download.phase == "done":
            self.finished.emit(download)

    async def _follow(self, download: Download) -> None:
        """Fold what the server says until the model is there."""
        server = self._open_server(download.host)
        told = 0.0
        try:
            async with aclosing(server.pull(download.model)) as lines:
                async for line in lines:
                    now = time.monotonic()
                    download.progress.receive(line.status, line.total, line.completed, now)
                    if now - told >= EVERY:
                        told = now
                        self.changed.emit(download)
        finally:
            await server.close()
