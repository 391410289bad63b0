"""Coroutines on Qt's event loop, with a limit on time."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import TypeVar

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.loops import generators_closed

ValueT = TypeVar("ValueT")
PATIENCE = 60.0


def drive(work: Coroutine[object, object, ValueT], seconds: float = PATIENCE) -> ValueT:
    """Carry `work` out on a new Qt event loop; a failure of any of its tasks is raised."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)  # a closed window would end the loop in the middle of the work
    gc.collect()
    gc.disable()  # as `app.collector` says: a collection on another thread may destroy Qt objects
    loop = QEventLoop(app)
    failures: list[BaseException] = []
    loop.set_exception_handler(
        lambda _, context: failures.append(context.get("exception") or RuntimeError(context))
    )
    asyncio.set_event_loop(loop)
    try:
        with generators_closed(loop):
            value = loop.run_until_complete(asyncio.wait_for(work, seconds))
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        del loop
        gc.collect()
        gc.enable()
    if failures:
        raise failures[0]
    return value


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until `condition` gives something true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
