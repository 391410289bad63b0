"""The one meeting of asyncio and Qt: a run's events become states on the screen, about thirty times a second.

A run may emit thousands of events a second. A `Bridge` only puts them into a queue; a timer folds what has
come into the window's state, for a bounded time, and then says once that there is something new to show.
"""

from __future__ import annotations

from collections import deque
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agents.contracts import Consumer
from agents.events import Stamped

TICK_MILLISECONDS = 33
BUDGET_SECONDS = 0.008
"""How long one tick may fold events; what is left waits for the next tick, so that the window stays fluid."""


class Bridge(QObject):
    """Takes a run's events (it is a `Consumer`) and feeds them to `sink` in bounded portions.

    `ticked` follows each portion. The timer only runs while something waits.
    """

    ticked = Signal()

    def __init__(self, sink: Consumer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink = sink
        self._waiting: deque[Stamped] = deque()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def waiting(self) -> int:
        """How many events have come and are not folded yet."""
        return len(self._waiting)

    def receive(self, stamped: Stamped) -> None:
        """Queue one event; the caller is on the run's event loop, which is the window's."""
        self._waiting.append(stamped)
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Fold everything that waits at once."""
        self._fold(float("inf"))
        self._timer.stop()
        self.ticked.emit()

    def _tick(self) -> None:
        if not self._waiting:
            self._timer.stop()
            return
        self._fold(perf_counter() + BUDGET_SECONDS)
        self.ticked.emit()

    def _fold(self, until: float) -> None:
        """Feed the sink until nothing waits or the moment `until` has come; at least one event."""
        while self._waiting:
            self._sink.receive(self._waiting.popleft())
            if perf_counter() > until:
                return
