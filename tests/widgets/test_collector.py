from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.collector import Collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self
        self.thread = threading.get_ident()


def test_garbage_is_collected_on_this_thread_only(qtbot: QtBot, qapp: QApplication) -> None:
    collector = Collector()
    collector.start()
    try:
        assert not gc.isenabled()
        found = weakref.ref(Cycle())
        most = (
            100 * gc.get_threshold()[0]
        )  # what is left of tests before this one is freed meanwhile, and counted off
        piled = [[number] for number in range(most)]
        assert found() is not None
        qtbot.waitUntil(lambda: found() is None, timeout=3000)
        assert len(piled) == most
    finally:
        collector.stop()
    assert gc.isenabled()
