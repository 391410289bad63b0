from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from app.loops import generators_closed


async def numbers(closed: list[str]) -> AsyncGenerator[int, None]:
    try:
        for number in range(9):
            yield number
    finally:
        await asyncio.sleep(0.01)  # as a connection that is closed needs the loop
        closed.append("closed")


def test_a_generator_that_is_dropped_half_read_is_closed_on_the_loop(qtbot: QtBot) -> None:
    closed: list[str] = []

    async def drop_one() -> None:
        generator = numbers(closed)
        assert await anext(generator) == 0

    former = sys.get_asyncgen_hooks()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        with generators_closed(loop):
            loop.run_until_complete(drop_one())
            loop.run_until_complete(drop_one())
        assert closed == ["closed", "closed"]
    asyncio.set_event_loop(None)
    assert sys.get_asyncgen_hooks() == former
