"""Measuring model servers: it goes on whatever is shown, and can be cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.background import Background
from app.jobs import Job

if TYPE_CHECKING:
    from agents.measuring import Measured, Step
    from agents.models.hosts import Hosts
    from app.downloads import OpenServer


@dataclass(slots=True, eq=False)
class Measurement(Job):
    """One server with one model: the step it is at, then what was found."""

    step: Step | None = None
    found: Measured | None = None


class Measurements(QObject):
    """The latest measurement of each server; `changed` carries one that began, went on or ended.

    What is found is kept in `hosts`, where every run looks.
    """

    changed = Signal(object)

    def __init__(
        self, open_server: OpenServer, hosts: Hosts, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_server, self._hosts = open_server, hosts
        self._background = background
        self._latest: dict[str, Measurement] = {}

    def of(self, host: str) -> Measurement | None:
        """The latest one of the server at an address, unless it was put away."""
        return self._latest.get(host)

    def begin(self, model: str, host: str) -> None:
        """Measure a server with a model; while it is being measured nothing else is begun."""
        known = self._latest.get(host)
        if known is None or known.task is None:
            begun = self._latest[host] = Measurement(model, host)
            work = begun.carry_out(self._measure(begun), lambda: self.changed.emit(begun))
            begun.task = self._background.start(work)
            self.changed.emit(begun)

    def cancel(self, measurement: Measurement) -> None:
        """Stop it at once; what was known of the server before still holds."""
        measurement.cancel()

    def put_away(self, measurement: Measurement) -> None:
        """Show it no longer."""
        if self._latest.get(measurement.host) is measurement and measurement.task is None:
            del self._latest[measurement.host]
            self.changed.emit(measurement)

    async def _measure(self, measurement: Measurement) -> None:
        from agents.measuring import measure  # noqa: PLC0415 - heavy, and not needed before
        from agents.models.pool import OllamaPool  # noqa: PLC0415

        def tell(step: Step) -> None:
            measurement.step = step
            self.changed.emit(measurement)

        pool = OllamaPool([self._open_server(measurement.host)], self._hosts)
        try:
            measurement.found = await measure(pool, measurement.model, tell=tell)
        finally:
            await pool.close()
