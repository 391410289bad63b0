"""Carrying a run out in the terminal, from start or continued, with the exit code that says how it went."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import click

from agents.cli.answers import answers_from
from agents.cli.streams import give_up, not_written
from agents.cli.terminal import TerminalView
from agents.contracts import Consumer, User
from agents.errors import ContextTooSmall, RunStopped, UserFacingError
from agents.events import Ephemeral, Stamped
from agents.live import LiveRun
from agents.plan import Plan
from agents.store.codec import line
from agents.studio import Studio

INTERRUPTED = 130


class EventLines:
    """Prints each stored event as a line of JSON on standard output."""

    def receive(self, stamped: Stamped) -> None:
        """Print one event."""
        if not isinstance(stamped.event, Ephemeral):
            sys.stdout.write(f"{line(stamped)}\n")
            sys.stdout.flush()


class Shown:
    """Hands events to `view` until it can print no more (`troupe … | head`); then calls `stop`, once."""

    def __init__(self, view: Consumer, stop: Callable[[], object]) -> None:
        self._view = view
        self._stop = stop
        self.read = True

    def receive(self, stamped: Stamped) -> None:
        """Show one event."""
        if not self.read:
            return
        try:
            self._view.receive(stamped)
        except OSError as error:
            if not not_written(error):
                raise
            self.read = False
            give_up(error)
            self._stop()


def start(
    plan: Plan,
    answers: str,
    *,
    events: bool,
    demo_answer: str = "",
    at_end: Callable[[Path], None] | None = None,
) -> int:
    """Carry a new run out; the exit code is 0 built and checked, 1 not, 130 interrupted.

    `at_end` is told the folder of what was made, instead of the sentence that names it.
    """
    user = _user_of(plan, answers, demo_answer)
    return _carry_out(lambda studio, view: studio.start(plan, user, view), events, at_end)


def _user_of(plan: Plan, answers: str, demo_answer: str) -> User:
    """Who answers in a run of `plan`; what the way to its servers may give away is said."""
    user = answers_from(answers, demo_answer, plan)
    if not plan.demo:
        _warn_of_the_way(plan.host)
    return user


def _warn_of_the_way(host: str) -> None:
    from agents.cli.models import warned  # noqa: PLC0415
    from agents.models.addresses import hosts_in  # noqa: PLC0415
    from agents.models.ollama import OllamaModel  # noqa: PLC0415

    for one in hosts_in(host):
        warned(OllamaModel(one))


def resume(
    run: int,
    plan: Plan,
    answers: str,
    *,
    events: bool,
    demo_answer: str = "",
    at_end: Callable[[Path], None] | None = None,
) -> int:
    """Continue a run; the same exit codes and `at_end` as of `start`.

    Of `plan`, which is the run's own, the host and whether the cloud may be asked may differ this time.
    """
    user = _user_of(plan, answers, demo_answer)

    def begin(studio: Studio, view: Consumer) -> Awaitable[LiveRun]:
        return studio.resume(run, user, view, host=plan.host, cloud=plan.allow_cloud)

    return _carry_out(begin, events, at_end)


def _carry_out(
    begin: Callable[[Studio, Consumer], Awaitable[LiveRun]],
    events: bool,
    at_end: Callable[[Path], None] | None = None,
) -> int:
    view: Consumer = EventLines() if events else TerminalView()
    told = at_end or (lambda folder: None if events else click.echo(f"The program is in {folder}"))
    try:
        return asyncio.run(_until_done(begin, view, told))
    except asyncio.CancelledError:
        return INTERRUPTED  # before there was a run that could be continued


async def _until_done(
    begin: Callable[[Studio, Consumer], Awaitable[LiveRun]], view: Consumer, at_end: Callable[[Path], None]
) -> int:
    task = asyncio.current_task()
    assert task is not None
    with suppress(NotImplementedError):  # Windows: there is no SIGTERM to handle
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    studio = Studio.open()
    if studio.recovered:
        click.secho(studio.recovered.sentence, fg="yellow", err=True)
    try:
        begun = False
        shown = Shown(view, lambda: begun and task.cancel())
        try:
            live = await begin(studio, shown)
        except asyncio.CancelledError:
            if studio.latest:
                _say_interrupted(studio.latest)
            raise
        begun = True  # only now can it be said how to continue
        try:
            if not shown.read:
                await live.stop()
            outcome = await live.outcome()
        except (asyncio.CancelledError, RunStopped):
            await live.stop()
            _say_interrupted(live.number)
            return INTERRUPTED
        except UserFacingError as error:
            if not isinstance(error, ContextTooSmall):  # a run keeps the context that it began with
                error.hint = f"{error.hint}\n{_onward(live.number)}".lstrip()
            raise
        at_end(live.folder)
        return 0 if outcome.passed else 1
    finally:
        await studio.close()


def _say_interrupted(run: int) -> None:
    with suppress(OSError):  # nobody reads that either (`troupe … 2>&1 | head`)
        click.echo(f"Interrupted. {_onward(run)}", err=True)


def _onward(run: int) -> str:
    return f"Continue with: troupe runs resume {run}"
