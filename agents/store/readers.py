"""Connections for reading, one for each thread that reads; they see what is committed and never write."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from agents.errors import Bug
from agents.store.faults import translated
from agents.store.opening import connect

if TYPE_CHECKING:
    from sqlite_utils import Database

Value: TypeAlias = "int | float | str | bytes | None"


class Readers:
    """The reading side of a database; any thread may use it. Errors are raised as `StoreError`s."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._here = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._closed = False
        self._turn = threading.Condition()
        self._reading = 0
        """How many queries are under way: a connection that is closed meanwhile crashes the process."""

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """All rows of a query."""
        with translated(self._path), self._under_way():
            return self._connection().execute(sql, parameters).fetchall()

    def database(self) -> Database:
        """This thread's connection as sqlite-utils sees it."""
        from sqlite_utils import Database  # noqa: PLC0415  # 0.2 s that the first window need not wait for

        return Database(self._connection(), recursive_triggers=False, execute_plugins=False)

    def close(self) -> None:
        """Close the connections of all threads, once their queries are over."""
        with self._turn:
            self._closed = True
            self._turn.wait_for(lambda: not self._reading)
        for connection in self._all:
            connection.close()

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        with self._turn:
            if self._closed:
                raise Bug("The store is closed.")
            self._reading += 1
        try:
            yield
        finally:
            with self._turn:
                self._reading -= 1
                self._turn.notify_all()

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise Bug("The store is closed.")
        found: sqlite3.Connection | None = getattr(self._here, "connection", None)
        if found is None:
            found = connect(self._path, busy_seconds=self._busy_seconds, read_only=True)
            self._here.connection = found
            self._all.append(found)
        return found
