"""Runs of earlier days, put into a store so that lists and old runs have something to show."""

from __future__ import annotations

from collections.abc import Iterable

from agents.events import Ephemeral, Event, FileChange, FilesCommitted, RunEnded, RunStarted
from agents.plan import Plan
from agents.store.store import Store
from tests.support.story import BOARD, gomoku


async def store_run(store: Store, name: str, events: Iterable[Event]) -> int:
    """Write a run's events as its engine would, and give its number."""
    plan = Plan(idea=f"{name}: a small program")
    project = store.create_project(name, f"/nowhere/{name}")
    number = store.create_run(project, idea=plan.idea, workflow="chatdev", model="m", settings=plan.to_json())
    log = store.log(number)
    for event in events:
        if isinstance(event, FilesCommitted):
            log.emit(_with_content(log.keep(b"".join(_code())), event))
        elif not isinstance(event, Ephemeral):
            log.emit(event)
    await log.flush()
    await log.close()
    return number


async def remember(store: Store) -> None:
    """Three earlier runs: one that was interrupted, one that failed, one that succeeded."""
    await store_run(store, "Gomoku game", (stamped.event for stamped in gomoku().events))
    for name, state in (("Todo list", "failed"), ("Tetris", "succeeded")):
        started = RunStarted(
            project=name,
            idea=name,
            workflow="chatdev",
            title="ChatDev",
            model="m",
            sandbox="",
            folder="x",
        )
        await store_run(store, name, [started, RunEnded(state=state, summary="It is as it is.")])


def _code() -> list[bytes]:
    return [line.encode() + b"\n" for line in BOARD.splitlines()[1:-1]]


def _with_content(digest: str, event: FilesCommitted) -> FilesCommitted:
    """The same version with a content that the store has."""
    changes = tuple(
        FileChange(path=change.path, digest=digest, added=change.added, removed=change.removed)
        for change in event.changes
    )
    return FilesCommitted(version=event.version, author=event.author, message=event.message, changes=changes)
