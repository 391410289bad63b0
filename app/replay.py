"""A stored run played again: a clock and a cursor over its events, and the state after each of them.

Streamed text is not stored. Up to `TYPED_UPTO` times the real speed a message is typed from its complete text
while it took to be written; faster, it appears whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from agents.errors import Bug
from agents.events import (
    CommandFinished,
    CommandStarted,
    Event,
    MessageBegun,
    MessageCompleted,
    MessageCut,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    Stamped,
    TextStreamed,
)
from app.state.all import RunState

SPEEDS = (1, 2, 5, 10, 20, 50)
TYPED_UPTO = 5
PAUSE_SECONDS = 2.0
"""While nobody works, no more than so many seconds of the run pass before its next event."""
CHECKPOINTS, CLOSEST = 64, 1_000
"""A recording keeps at most so many states on the way, and none closer than so many events to another."""
TICK_MILLISECONDS = 33


@dataclass(frozen=True, slots=True)
class Typing:
    """A message's text as it is written from `begin` to `end`, seconds of the replay's clock.

    `closed` is the position at which the message is complete or cut.
    """

    message: str
    thinking: str
    text: str
    begin: float
    end: float
    closed: int

    def typed(self, moment: float) -> int:
        """How many characters of thinking and text have been written at a moment."""
        whole = len(self.thinking) + len(self.text)
        if moment >= self.end:
            return whole
        return int(whole * (moment - self.begin) / (self.end - self.begin)) if moment > self.begin else 0

    def pieces(self, start: int, stop: int) -> list[TextStreamed]:
        """The characters from `start` to `stop` as they would have been streamed."""
        edge = len(self.thinking)
        thought, said = self.thinking[start:stop], self.text[max(0, start - edge) : max(0, stop - edge)]
        streamed = ((thought, True), (said, False))
        return [TextStreamed(message=self.message, text=text, thinking=own) for text, own in streamed if text]


class Recording:
    """The stored events of a run with their moments on the replay's clock, which begins at 0.

    Position n is the run after its first n events. Between two events the clock runs as the run's did, but no
    longer than `PAUSE_SECONDS` while no message and no program was in progress.
    """

    def __init__(self, events: Sequence[Stamped]) -> None:
        if not events:
            raise Bug("A run without events cannot be replayed.")
        self.events = events
        self.moments = [0.0]
        self.typings: dict[int, Typing] = {}
        """What is written from a position on."""
        self.stops: list[int] = []
        """The positions at which a message is complete, and the last one."""
        self.checkpoints: list[tuple[int, RunState]] = []
        """States on the way by their positions, so that no place is far from one of them."""
        self._measure()
        self._keep_checkpoints()

    def __len__(self) -> int:
        return len(self.events)

    def state_at(self, position: int) -> RunState:
        """The state after the first `position` events, folded from the nearest checkpoint before it."""
        begun, kept = self.checkpoint_before(position)
        state = kept.fork() if kept else RunState()
        for stamped in self.events[begun:position]:
            state.receive(stamped)
        return state

    def checkpoint_before(self, position: int) -> tuple[int, RunState | None]:
        """The last checkpoint at or before a position; 0 and None before the first."""
        place = bisect_right(self.checkpoints, position, key=lambda kept: kept[0])
        return self.checkpoints[place - 1] if place else (0, None)

    def position_of(self, seq: int) -> int:
        """The position right after the event with this number, or after the last one before it."""
        return max(1, bisect_right(self.events, seq, key=lambda stamped: stamped.seq))

    def time_at(self, position: int, moment: float) -> float:
        """The time of the run itself, seconds since the epoch, when the replay's clock is at `moment`."""
        passed = max(0.0, moment - self.moments[position - 1])
        at = self.events[position - 1].at + passed
        return min(at, self.events[position].at) if position < len(self.events) else at

    def _keep_checkpoints(self) -> None:
        apart = max(CLOSEST, -(-len(self.events) // CHECKPOINTS))
        if len(self.events) <= apart:
            return
        state = RunState()
        for position, stamped in enumerate(self.events, 1):
            state.receive(stamped)
            if position % apart == 0:
                self.checkpoints.append((position, state.fork()))

    def _measure(self) -> None:
        open_work: dict[str, int] = {}
        halted = False
        for position, stamped in enumerate(self.events, 1):
            event = stamped.event
            if position > 1:
                gap = max(0.0, stamped.at - self.events[position - 2].at)
                waits = halted or not open_work or isinstance(event, RunContinued)
                self.moments.append(self.moments[-1] + (min(gap, PAUSE_SECONDS) if waits else gap))
            match event:
                case RunPaused():
                    halted = True
                case RunContinued(resumed=False):
                    halted = False
                case RunStarted() | RunContinued() | RunEnded():
                    halted = False
                    open_work.clear()
                case _:
                    self._work(event, position, open_work)
        if not self.stops or self.stops[-1] != len(self.events):
            self.stops.append(len(self.events))

    def _work(self, event: Event, position: int, open_work: dict[str, int]) -> None:
        match event:
            case MessageBegun():
                open_work[event.message] = position
            case CommandStarted():
                open_work[event.command] = position
            case CommandFinished():
                open_work.pop(event.command, None)
            case MessageCompleted() | MessageCut():
                self.stops.append(position)
                if begun := open_work.pop(event.message, 0):
                    self.typings[begun] = self._typing(event, begun, position)
            case _:
                pass

    def _typing(self, event: MessageCompleted | MessageCut, begun: int, closed: int) -> Typing:
        begin, end = self.moments[begun - 1], self.moments[closed - 1]
        thinking = ""
        if isinstance(event, MessageCompleted):
            thinking = event.thinking
            if event.writing_seconds > 0:
                begin = max(begin, end - event.writing_seconds)
        return Typing(event.message, thinking, event.text, begin, end, closed)


class Replay(QObject):
    """A cursor over a recording: `state` is the run at `position` (from 1 to the number of its events).

    `grown`: the state has taken in more. `replaced`: it is another object. `turned`: the replay plays, stands
    still or has another speed.
    """

    grown = Signal()
    replaced = Signal()
    turned = Signal()

    def __init__(self, recording: Recording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recording = recording
        self.position = 1
        self.state = recording.state_at(1)
        self.speed = TYPED_UPTO
        self._moment = 0.0
        self._writing: dict[str, tuple[Typing, int]] = {}
        """The messages in progress, and how much of each is in the state already."""
        self._last_tick = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def at_end(self) -> bool:
        """Whether all events are in the state."""
        return self.position == len(self.recording)

    def now(self) -> float:
        """The time of the run itself that is shown, seconds since the epoch."""
        return self.recording.time_at(self.position, self._moment)

    # --- playing -----------------------------------------------------------------------------------

    def play(self) -> None:
        """Let the clock run; at the end, from the beginning."""
        if self.at_end:
            self.go_to(1)
        if not self.playing:
            self._last_tick = monotonic()
            self._timer.start()
            self.turned.emit()

    def pause(self) -> None:
        """Stop the clock."""
        if self.playing:
            self._timer.stop()
            self.turned.emit()

    def set_speed(self, speed: int) -> None:
        """Play at so many times the run's own speed."""
        self.speed = speed
        self.turned.emit()

    def advance(self, seconds: float) -> None:
        """Let so many seconds of the replay's clock pass; it stops at the end."""
        self._moment += seconds
        target = max(self.position, bisect_right(self.recording.moments, self._moment))
        fed = self._feed(target)
        typed = self._type() if self.speed <= TYPED_UPTO else False
        if fed or typed:
            self.grown.emit()
        if self.at_end:
            self.pause()

    def _tick(self) -> None:
        now = monotonic()
        passed, self._last_tick = now - self._last_tick, now
        self.advance(passed * self.speed)

    # --- moving ------------------------------------------------------------------------------------

    def go_to(self, position: int) -> None:
        """Show the run after its first `position` events; a place beyond the ends is the end itself."""
        target = min(max(1, position), len(self.recording))
        half_typed = any(typed and typing.closed > target for typing, typed in self._writing.values())
        if target == self.position and not half_typed:
            return
        self._moment = self.recording.moments[target - 1]
        nearer = self.recording.checkpoint_before(target)[0] > self.position
        if target < self.position or half_typed or nearer:
            self.position, self.state = target, self.recording.state_at(target)
            self._find_writing()
            self.replaced.emit()
        else:
            self._feed(target)
            self.grown.emit()

    def step(self, forward: bool) -> None:
        """Go to the next complete message, or back to the one before; to an end where there is none."""
        stops = self.recording.stops
        if forward:
            place = bisect_right(stops, self.position)
            self.go_to(stops[place] if place < len(stops) else len(self.recording))
        else:
            place = bisect_left(stops, self.position) - 1
            self.go_to(stops[place] if place >= 0 else 1)

    # --- feeding the state -------------------------------------------------------------------------

    def _feed(self, target: int) -> bool:
        """Fold the events up to a position; whether there were any."""
        if target <= self.position:
            return False
        for position in range(self.position + 1, target + 1):
            self.state.receive(self.recording.events[position - 1])
            if typing := self.recording.typings.get(position):
                self._writing[typing.message] = (typing, 0)
        self.position = target
        self._writing = {
            message: (typing, typed)
            for message, (typing, typed) in self._writing.items()
            if typing.closed > target
        }
        return True

    def _find_writing(self) -> None:
        """The messages that are in progress at the position, after a jump."""
        self._writing = {
            typing.message: (typing, 0)
            for begun, typing in self.recording.typings.items()
            if begun <= self.position < typing.closed
        }

    def _type(self) -> bool:
        """Stream what was written since the last time; whether there was anything."""
        at, grown = self.now(), False
        for message, (typing, typed) in self._writing.items():
            upto = typing.typed(self._moment)
            for piece in typing.pieces(typed, upto):
                self.state.receive(Stamped(self.state.run.number, 0, at, piece))
                grown = True
            self._writing[message] = (typing, upto)
        return grown
