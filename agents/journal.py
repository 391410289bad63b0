"""Durable steps: what was paid for once is never paid for again.

A step is whatever costs something or cannot be undone: a model's reply, a program's run, a user's answer.
Its key is the path of the agent that takes it and that agent's ordinal; an agent does one thing at a time.
Continuing a run calls its workflow from the top: a finished step returns its recorded result, the first
unfinished one is performed. Branches that run at the same time get their results in the order in which these
were recorded (see `turns`), so that a replay does what was done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field

from agents.contracts import Json
from agents.events import Event, UserEdited
from agents.store.rows import Step
from agents.store.runlog import RunLog
from agents.turns import LAST, Turns


@dataclass(frozen=True, slots=True)
class Performed:
    """A step's result, and the events (with their keys) that are stored in the same transaction."""

    result: Json
    events: Sequence[tuple[Event, str]] = field(default_factory=tuple)


def fingerprint(request: Json) -> str:
    """The identity of a step's input: the hash of its canonical JSON."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def whole(request: Json) -> Json:
    """All of a step's input counts."""
    return request


class Edits:
    """The user's changes of files that are no version yet.

    They become one after the step during which they were made, and are recorded with it: a replay makes
    the same version at the same place. `commit` gets an edit's message and its files.
    """

    def __init__(self) -> None:
        self._waiting: list[UserEdited] = []
        self.commit: Callable[[str, dict[str, str | None]], object] = lambda message, files: None

    def put(self, edit: UserEdited) -> None:
        """Keep an edit until the end of the step at hand."""
        self._waiting.append(edit)

    def take(self) -> list[Json]:
        """The edits that wait, as they are recorded; they wait no longer."""
        taken, self._waiting = self._waiting, []
        return [asdict(edit) for edit in taken]

    def apply(self, recorded: list[Json]) -> None:
        """Make versions of recorded edits."""
        for edit in recorded:
            self.commit(edit["message"], {file["path"]: file["text"] for file in edit["files"]})


class Journal:
    """The steps of one run.

    `before_step` is awaited before every step that is really performed: it is where a run pauses. `live` is
    false until the first of them: up to there a continued run only replays.
    """

    def __init__(
        self,
        log: RunLog,
        before_step: Callable[[], Awaitable[None]],
        edits: Edits | None = None,
    ) -> None:
        self._log = log
        self._before_step = before_step
        self._edits = edits or Edits()
        self._turns = Turns()
        self.live = False

    def recorded(self, key: str) -> Json | None:
        """The request of a finished step, None when it is not finished."""
        step = self._log.finished(key)
        return json.loads(step.request) if step else None

    async def step(
        self,
        key: str,
        kind: str,
        request: Json,
        perform: Callable[[], Awaitable[Performed]],
        *,
        aside: Json | None = None,
        counting: Callable[[Json], Json] = whole,
    ) -> Json:
        """The step's result: recorded, or performed now and durable before this returns.

        `aside` is recorded with the request but is no part of its identity; that is what `counting` leaves of
        the request. A recorded step whose input differs is discarded, with all that came after it, and
        performed anew.
        """
        identity = fingerprint(counting(request))
        if (place := self._log.place(key)) is not None:
            await self._turns.take(place)
            if step := self._log.finished(key):  # another branch may have discarded it meanwhile
                if step.fingerprint == identity or _recorded(step, request, counting) == identity:
                    return self._taken_up(step)
                await self._log.discard_from(key)
        await self.gate()
        performed = await perform()
        edits = self._edits.take()
        recorded = request | (aside or {}) | ({"edits": edits} if edits else {})
        await self._log.record(
            Step(
                key=key,
                kind=kind,
                fingerprint=identity,
                request=json.dumps(recorded, ensure_ascii=False),
                result=json.dumps(performed.result, ensure_ascii=False),
            ),
            performed.events,
        )
        await self._turns.take(self._log.place(key) or 0)
        self._edits.apply(edits)
        return performed.result

    def _taken_up(self, step: Step) -> Json:
        """The result of a finished step, whose edits become a version here again."""
        if '"edits"' in step.request:
            self._edits.apply(json.loads(step.request).get("edits", []))
        self._log.passed(step.key)
        result: Json = json.loads(step.result)
        return result

    async def gate(self) -> None:
        """Wait here while finished steps are taken up and the run is paused; from now on it is live."""
        if not self.live:
            await self._turns.take(LAST)
        await self._before_step()
        self.live = True


def _recorded(step: Step, request: Json, counting: Callable[[Json], Json]) -> str:
    """The identity of a recorded step by what counts now: when it was recorded, more may have counted."""
    before = json.loads(step.request)
    return fingerprint(counting({name: before[name] for name in request if name in before}))
