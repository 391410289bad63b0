"""Sixteen agents write a hundred tokens a second each into the page of a run with 100,000 messages.

As in the window: asyncio's tasks on Qt's loop, the bridge, the folds, every view, real painting.
Run it with `python -m tests.benchmarks.bench_streams`; it ends with 1 when a figure is over its limit.
"""

from __future__ import annotations

import asyncio
import os
import sys
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from agents.events import AgentHired, MessageBegun, Stamped, TextStreamed
from app.background import Background
from app.bridge import Bridge
from app.collector import Collector
from app.state.all import RunState
from app.state.entries import MessageEntry
from app.theme import ThemeSource, apply
from app.views.run_page import RunPage
from tests.benchmarks.bench_window import MESSAGES, STREAMS, conversation, p99, report

RATE = 100
SECONDS = 8.0
BEAT = 20
"""Milliseconds between two beats of the timer whose lateness is measured."""
WORDS = ("The ", "board ", "knows ", "nothing ", "of ", "the ", "window.", "\n\n")


class Paints(QObject):
    """Takes the time of each paint of the transcript's viewport."""

    def __init__(self, page: RunPage) -> None:
        super().__init__()
        self.taken: list[float] = []
        self._viewport = page.transcript.viewport()
        self._inside = False
        self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the viewport paint within this filter, and look at the clock before and after."""
        if event.type() == QEvent.Type.Paint and not self._inside:
            self._inside, begun = True, perf_counter()
            QApplication.sendEvent(watched, event)
            self.taken.append(perf_counter() - begun)
            self._inside = False
            return True
        return False


class Beats(QObject):
    """How late a precise timer is."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._due = perf_counter() + BEAT / 1000
        timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=BEAT)
        timer.timeout.connect(self._beat)
        timer.start()

    def _beat(self) -> None:
        now = perf_counter()
        self.late.append(max(0.0, now - self._due))
        self._due = now + BEAT / 1000


async def write(bridge: Bridge, message: str, until: float) -> int:
    """One agent's stream, a token at a time and on time; how many tokens there were."""
    begun, sent = perf_counter(), 0
    while (now := perf_counter()) < until:
        while sent < (now - begun) * RATE:
            bridge.receive(
                Stamped(1, 0, 1.8e9 + now - begun, TextStreamed(message=message, text=WORDS[sent % 8]))
            )
            sent += 1
        await asyncio.sleep(1 / RATE)
    return sent


async def stream_all(page: RunPage, state: RunState) -> bool:
    """Carry the streams out and report."""
    bridge = Bridge(state)
    bridge.ticked.connect(page.refresh)
    messages = [f"head/a{number}#live" for number in range(STREAMS)]
    for message in messages:
        speaker = message.partition("#")[0]
        begun = MessageBegun(message=message, speaker=speaker, to="head", phase="work")
        bridge.receive(Stamped(1, state.seq + 1 + messages.index(message), 1.8e9, begun))
    page.transcript.scroll_to_end()
    await asyncio.sleep(1.0)
    paints, beats = Paints(page), Beats()
    until = perf_counter() + SECONDS
    sent = sum(await asyncio.gather(*(write(bridge, message, until) for message in messages)))
    written = [entry for entry in state.transcript.entries[-STREAMS:] if isinstance(entry, MessageEntry)]
    letters = len("".join(WORDS)) / len(WORDS)
    shown = sum(len(entry.text) for entry in written) / letters
    wanted = STREAMS * RATE * SECONDS
    good = report(
        f"{STREAMS} streams: tokens not shown yet at the end, of {wanted:.0f}",
        wanted - shown,
        wanted / 100,
        "",
    )
    good &= report("  a timer's lateness, p99", p99(beats.late), 8, "ms")
    good &= report(f"  painting the transcript, p99 of {len(paints.taken)}", p99(paints.taken), 10, "ms")
    good &= report("  tokens sent and not shown", sent - shown, wanted / 100, "")
    return good


def main() -> int:
    """Measure and print."""
    app = QApplication([])
    source = ThemeSource("light")
    apply(app, source.theme)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    collector = Collector(app)
    state = RunState()
    for number, agent in enumerate(("head", *(f"head/a{number}" for number in range(STREAMS)))):
        manager = "" if agent == "head" else "head"
        state.receive(
            Stamped(
                1,
                0,
                float(number),
                AgentHired(agent=agent, role=f"Programmer {number}", manager=manager, model="m"),
            )
        )
    for stamped in conversation(MESSAGES):
        state.receive(stamped)
    page = RunPage(source, Background())
    page.resize(1280, 800)
    page.show()
    page.show_state(state, None)
    collector.start()
    with loop:
        good = loop.run_until_complete(stream_all(page, state))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
