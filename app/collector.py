"""Python's garbage collection, kept on the window's thread.

A collection may destroy Qt objects, and Python runs it on whichever thread happens to allocate: the store's
writer, the executor's workers. A Qt object with a timer that is destroyed on another thread leaves the timer
behind, and the process crashes when it fires. So collection is switched off and done here, by a timer.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 500
"""Milliseconds between two looks at what has piled up."""


class Collector(QObject):
    """Collects on the thread it was made on, by Python's own thresholds, from `start` to `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._was_enabled = False

    def start(self) -> None:
        """Take the collection over."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Give it back to Python."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    def collect(self) -> None:
        """Collect the oldest generation whose count is above its threshold, and so all younger ones."""
        piled = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, limit) in enumerate(piled) if count > limit]
        if due:
            gc.collect(max(due))
