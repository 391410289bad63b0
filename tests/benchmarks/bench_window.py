"""What the window's busiest views cost, each figure beside its limit.

Run it with `python -m tests.benchmarks.bench_window`; it ends with 1 when a figure is over its limit.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from agents.events import MessageBegun, MessageCompleted, NoticeGiven, Stamped, TextStreamed
from app.state.all import RunState
from app.state.filters import Wanted
from app.state.hierarchy import HierarchyState
from app.state.tree_layout import tidy
from app.theme import ThemeSource, apply
from app.views.hierarchy import HierarchyView
from app.views.transcript import TranscriptView
from tests.support.story import company

MESSAGES = 100_000
AGENTS = 1_000
STREAMS = 16


def p95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000


def p99(seconds: list[float]) -> float:
    """The 99th percentile in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.99))] * 1000


def resident() -> float:
    """The memory that this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def report(what: str, value: float, limit: float, unit: str) -> bool:
    """Print one figure; whether it is within its limit."""
    good = value <= limit
    print(f"{'ok  ' if good else 'OVER'} {what:58} {value:9.2f} {unit:3} (limit {limit:g})")  # noqa: T201
    return good


def conversation(messages: int) -> Iterator[Stamped]:
    """Complete messages between sixteen agents, of two hundred to a thousand characters, some with code."""
    texts = [
        f"Message with **some** words and a list:\n\n- one\n- two\n\n{'It goes on and on. ' * (at % 40)}"
        + ("\n```python main.py\nprint('hello')\n```\n" if at % 7 == 0 else "")
        for at in range(100)
    ]
    for at in range(messages):
        speaker = f"head/a{at % 16}"
        yield Stamped(
            1,
            at + 1,
            1.79e9 + at,
            MessageCompleted(
                message=f"{speaker}#{at}",
                speaker=speaker,
                to="head",
                phase="work",
                text=texts[at % 100],
                output_tokens=100,
                writing_seconds=3.0,
                context=8192,
            ),
        )


def bench_transcript(app: QApplication, themes: ThemeSource) -> bool:
    """Opening a very long conversation, scrolling in it, and following sixteen streams at its end."""
    state = RunState()
    folding = timed(lambda: [state.receive(stamped) for stamped in conversation(MESSAGES)])
    good = report(f"fold {MESSAGES:,} messages into the state", folding * 1000, 3000, "ms")
    view = TranscriptView(themes)
    view.resize(760, 900)
    view.show()
    warm = RunState.replayed(conversation(200))
    view.show_state(warm)
    app.processEvents()
    gc.collect()
    opening = timed(lambda: (view.show_state(state), view.repaint()))
    good &= report(f"transcript of {MESSAGES:,} messages opens", opening * 1000, 100, "ms")
    view.show_state(None)
    gc.collect()
    before = resident()
    view.show_state(state)
    view.repaint()
    good &= report("  and takes", max(0.0, resident() - before), 20, "MB")
    bar = view.verticalScrollBar()
    jumps = [
        timed(lambda at=at: (bar.setValue(bar.maximum() * at // 40), view.repaint())) for at in range(40)
    ]
    good &= report("  a jump to another place, p95", p95(jumps), 100, "ms")
    steps = [timed(lambda: (bar.setValue(bar.value() - 60), view.repaint())) for _ in range(200)]
    good &= report("  a step of the wheel, p95", p95(steps), 16, "ms")
    good &= bench_search(view)
    good &= bench_streams(view, state)
    good &= bench_long_message(view, state)
    view.close()
    return good


def bench_search(view: TranscriptView) -> bool:
    """Looking for words in all messages, a portion at a time, and a filter that most of them do not pass."""
    bar = view.verticalScrollBar()
    bar.setValue(0)
    portions = [timed(lambda: view.look_for("hello"))]
    while view.searching:
        portions.append(timed(view._search_on))
    good = report(f"looking through {MESSAGES:,} messages: all of it", sum(portions) * 1000, 2000, "ms")
    good &= report("  a portion, the longest", max(portions) * 1000, 50, "ms")
    good &= report("  the next place, with its painting", timed(lambda: _next_place(view)) * 1000, 50, "ms")
    view.look_for("")
    filtering = timed(lambda: (view.set_filter("head/a3"), view.repaint()))
    good &= report("a filter by agent", filtering * 1000, 150, "ms")
    view.show_wanted(Wanted())
    return good


def _next_place(view: TranscriptView) -> None:
    view.go_to_found(1)
    view.repaint()


def bench_streams(view: TranscriptView, state: RunState) -> bool:
    """Sixteen agents write a hundred tokens a second each; the view is refreshed thirty times a second."""
    messages = [f"head/a{number}#live" for number in range(STREAMS)]
    for message in messages:
        speaker = message.partition("#")[0]
        begun = MessageBegun(message=message, speaker=speaker, to="head", phase="work")
        state.receive(Stamped(1, state.seq + 1, 1.8e9, begun))
    view.scroll_to_end()
    view.refresh()
    ticks, paints = [], []
    for tick in range(150):
        for message in messages:
            for token in range(100 // 30):
                piece = TextStreamed(message=message, text="word " if (tick + token) % 12 else "word.\n\n")
                state.receive(Stamped(1, 0, 1.8e9 + tick / 30, piece))
        ticks.append(timed(view.refresh))
        paints.append(timed(view.repaint))
    good = report(f"{STREAMS} streams of 100 tokens/s: taking in a tick, p99", p99(ticks), 16, "ms")
    return good & report("  painting, p99", p99(paints), 10, "ms")


def bench_long_message(view: TranscriptView, state: RunState) -> bool:
    """One message that has grown to 100 KB goes on growing."""
    begun = MessageBegun(message="head#long", speaker="head", to="user", phase="work")
    state.receive(Stamped(1, state.seq + 1, 1.8e9, begun))
    text = "A paragraph that is long enough to be wrapped a few times on the way. " * 1430
    state.receive(Stamped(1, 0, 1.8e9, TextStreamed(message="head#long", text=text)))
    first = timed(lambda: (view.scroll_to_end(), view.refresh(), view.repaint()))
    good = report("a 100 KB message appears", first * 1000, 250, "ms")
    ticks = []
    for _ in range(100):
        state.receive(Stamped(1, 0, 1.8e9, TextStreamed(message="head#long", text="more words ")))
        ticks.append(timed(lambda: (view.refresh(), view.repaint())))
    return good & report("  and grows: a tick with its painting, p99", p99(ticks), 16, "ms")


def bench_hierarchy(app: QApplication, themes: ThemeSource) -> bool:
    """A team of a thousand with fifty changes a second."""
    state = RunState.replayed(company(AGENTS, 9).events)
    team: HierarchyState = state.hierarchy
    members = {path: node.team for path, node in team.agents.items()}
    layouts = [timed(lambda: tidy(team.heads, members)) for _ in range(40)]
    good = report(f"layout of {AGENTS:,} agents, median", sorted(layouts)[20] * 1000, 2, "ms")
    view = HierarchyView(themes)
    view.resize(900, 700)
    view.show()
    app.processEvents()
    opening = timed(lambda: (view.show_state(state), view.repaint()))
    good &= report("  opens, with the choice of a layout", opening * 1000, 100, "ms")
    paths = list(team.agents)
    for scale in ("folded to fit", "all unfolded", "zoomed in"):
        if scale == "all unfolded":
            unfolding = timed(lambda: (view.show_levels(AGENTS), view.repaint()))
            good &= report("  unfolds all levels", unfolding * 1000, 100, "ms")
        frames = []
        for frame in range(120):
            for change in range(2):  # fifty changes a second at thirty frames, rounded up
                agent = paths[(frame * 37 + change * 501) % len(paths)]
                begun = MessageBegun(message=f"{agent}#{frame}", speaker=agent, to="head", phase="work")
                state.receive(Stamped(1, state.seq + 1, 1.8e9 + frame, begun))
                done = MessageCompleted(
                    message=f"{agent}#{frame}", speaker=agent, to="head", phase="work", text="x"
                )
                state.receive(Stamped(1, state.seq + 1, 1.8e9 + frame, done))
            frames.append(timed(lambda: (view.refresh(), view.repaint())))
        good &= report(f"  a whole frame, {scale}, p95", p95(frames), 16, "ms")
        if scale == "all unfolded":
            view.zoom(8.0)
    state.receive(Stamped(1, state.seq + 1, 1.9e9, NoticeGiven(text="end")))
    view.close()
    return good


def main() -> int:
    """Run everything; 1 when a figure is over its limit."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    themes = ThemeSource("light")
    apply(app, themes.theme)
    good = bench_transcript(app, themes)
    good &= bench_hierarchy(app, themes)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
