"""What several tests of the store need."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from agents.events import Event, MessageCompleted, NoticeGiven, RunStarted, Stamped
from agents.store.rows import Step
from agents.store.store import Store


class Watcher:
    """A consumer that keeps what it receives."""

    def __init__(self) -> None:
        self.received: list[Stamped] = []

    def receive(self, stamped: Stamped) -> None:
        self.received.append(stamped)

    @property
    def events(self) -> list[Event]:
        return [stamped.event for stamped in self.received]


def new_run(store: Store, idea: str = "A calculator") -> int:
    project = store.create_project("calc", "/somewhere/calc")
    return store.create_run(project, idea=idea, workflow="chatdev", model="qwen3:8b", settings="{}")


def started() -> RunStarted:
    return RunStarted(
        project="calc",
        idea="A calculator",
        workflow="chatdev",
        title="ChatDev",
        model="m",
        sandbox="s",
        folder="f",
    )


def notice(text: str) -> NoticeGiven:
    return NoticeGiven(text=text)


def message(text: str, speaker: str = "ceo", number: int = 1) -> MessageCompleted:
    return MessageCompleted(
        message=f"{speaker}#{number}", speaker=speaker, to="cto", phase="demand", text=text
    )


def step(key: str, result: str = "{}") -> Step:
    return Step(key=key, kind="chat", fingerprint=f"of {key}", request='{"model": "m"}', result=result)


def stored(store: Store, run: int) -> list[tuple[int, Event]]:
    return [(stamped.seq, stamped.event) for stamped in store.events(run)]


def texts(store: Store, run: int) -> list[str]:
    """The texts of the stored notices."""
    return [event.text for _, event in stored(store, run) if isinstance(event, NoticeGiven)]


def version(path: Path) -> int:
    """The schema's version of a database."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
