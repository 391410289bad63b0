"""What a replay and the page of figures cost, each figure beside its limit.

Run it with `python -m tests.benchmarks.bench_replay`; it ends with 1 when a figure is over its limit.
"""

from __future__ import annotations

import os
import sys
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from agents.events import FileChange, FilesCommitted, Stamped
from app.background import Background
from app.replay import Recording, Replay
from app.state.compare import facts_of
from app.theme import ThemeSource, apply
from app.views.run_page import RunPage
from tests.benchmarks.bench_window import p95, report, resident, timed
from tests.support.story import TEAM, Story, gomoku

EVENTS = 100_000
DRAGS = 60


def long_story() -> list[Stamped]:
    """A finished run of so many stored events, among them thousands of messages and hundreds of versions."""
    story: Story = gomoku()
    agents = [agent for agent, _, _ in TEAM[1:]]
    number = 1
    while story.events[-1].seq < EVENTS:
        number += 1
        agent = agents[number % len(agents)]
        if number % 400 == 0:
            story.phase(f"part{number}", f"Part {number // 400}", "ceo", agent)
        story.say(agent, "ceo", "review/2/modification", f"Part {number} is done.\n\n- one\n- two")
        if number % 10 == 0:
            change = FileChange(path=f"part{number % 17}.py", digest="d", added=3, removed=1)
            story.tell(
                FilesCommitted(version=number // 10 + 1, author=agent, message="Part", changes=(change,))
            )
    return [stamped for stamped in story.events if stamped.seq][:EVENTS]


def drags(replay: Replay, page: RunPage, app: QApplication) -> list[float]:
    """Seconds from each move of the slider to the painted window."""
    random, taken = Random(3), []

    def move() -> None:
        replay.go_to(random.randint(1, len(replay.recording)))
        app.processEvents()

    for _ in range(DRAGS):
        taken.append(timed(move))
    return taken


def main() -> int:
    """Measure and print."""
    app = QApplication([])
    source = ThemeSource("light", reduce_motion=True)
    apply(app, source.theme)
    page = RunPage(source, Background())
    page.resize(1280, 800)
    page.show()
    events = long_story()
    replay = Replay(Recording(events))
    replay.replaced.connect(lambda: page.show_state(replay.state, None))
    replay.grown.connect(page.refresh)
    page.show_replay(replay.now)
    page.show_state(replay.state, None)
    app.processEvents()
    before = resident()
    second = Recording(events)  # which shares no state with the first
    held = max(0.0, resident() - before)
    del second
    taken = drags(replay, page, app)
    figures = [
        ("prepare such a replay, in a thread", timed(lambda: Recording(events)) * 1000, 3000.0),
        (f"drag to any of {len(events):,} events, 95th percentile", p95(taken), 100.0),
        ("fold a run for the comparison", timed(lambda: facts_of(1, events)) * 1000, 1000.0),
    ]
    replay.go_to(len(events))
    app.processEvents()
    page.show_figures()
    figures.append(("show the figures of such a run", timed(app.processEvents) * 1000, 200.0))
    good = [report(what, value, limit, "ms") for what, value, limit in figures]
    good.append(report("the states that a replay keeps on the way", held, 200, "MB"))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
