from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QApplication

from agents.events import NoticeGiven, Stamped
from app.bridge import Bridge
from tests.support.qtloop import drive, until


class Sink:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def receive(self, stamped: Stamped) -> None:
        self.seen.append(stamped.seq)


def noticed(seq: int) -> Stamped:
    return Stamped(1, seq, float(seq), NoticeGiven(text="x"))


def test_events_come_in_order_and_few_ticks_tell_of_many(qapp: QApplication) -> None:
    sink = Sink()
    bridge = Bridge(sink)
    ticks: list[int] = []
    bridge.ticked.connect(lambda: ticks.append(len(sink.seen)))

    async def play() -> None:
        for seq in range(1, 1001):
            bridge.receive(noticed(seq))
        assert sink.seen == []
        await until(lambda: len(sink.seen) == 1000)
        await until(lambda: ticks)

    drive(play())
    assert sink.seen == list(range(1, 1001))
    assert len(ticks) <= 3


def test_a_tick_does_a_bounded_amount_of_work(qapp: QApplication) -> None:
    class Slow(Sink):
        def receive(self, stamped: Stamped) -> None:
            super().receive(stamped)
            until_then = asyncio.get_running_loop().time() + 0.005
            while asyncio.get_running_loop().time() < until_then:
                pass

    sink = Slow()
    bridge = Bridge(sink)
    portions: list[int] = []
    bridge.ticked.connect(lambda: portions.append(len(sink.seen)))

    async def play() -> None:
        for seq in range(12):
            bridge.receive(noticed(seq))
        await until(lambda: bridge.waiting == 0)

    drive(play())
    assert len(portions) >= 4


def test_flush_folds_everything_at_once(qapp: QApplication) -> None:
    sink = Sink()
    bridge = Bridge(sink)

    async def play() -> None:
        bridge.receive(noticed(1))
        bridge.flush()
        assert sink.seen == [1]

    drive(play())
