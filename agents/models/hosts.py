"""The servers that a program knows, each once, and what is remembered of them between programs [ours].

`hosts.json` in Troupe's home holds of each server how many requests it answers at once and how fast it has
been. A file that is missing or damaged is one in which nothing stands yet. Programs that write it at the same
moment never leave a broken one; what the earlier one had just learned may be lost then, and is learned again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from agents.contracts import HostFigures
from agents.jsontext import read_json
from agents.models.addresses import server_at
from agents.models.grants import MOST_AT_ONCE
from agents.models.host import LOADING, Host

FILE = "hosts.json"
MOST_KEPT = 100
FASTEST, LONGEST = 1e6, 3600.0  # tokens a second, seconds of a load: beyond them a figure is none


class Hosts:
    """One `Host` a server, by whichever of its names, on one event loop.

    `home`: where they are remembered; None: nowhere.
    """

    def __init__(self, home: Path | None = None) -> None:
        self._file = home / FILE if home else None
        self._known: dict[str, Host] = {}
        self._kept: dict[str, dict[str, Any]] | None = None

    def of(self, address: str, said: int = 1) -> Host:
        """The host at an address; `said` is how many requests it is said to answer at once."""
        server = server_at(address)
        if server not in self._known:
            self._known[server] = _remembered(address, said, self._remembered_of(server))
        return self._known[server]

    def _remembered_of(self, server: str) -> dict[str, Any]:
        if self._kept is None:
            self._kept = _read(self._file)
        return self._kept.get(server, {})

    def figures(self, address: str) -> HostFigures:
        """How a host stands; of one that no run has asked yet, what is remembered of it."""
        server = server_at(address)
        known = self._known.get(server) or _remembered(address, 0, self._remembered_of(server))
        return known.figures

    def at_work(self, but: Collection[str] = ()) -> list[tuple[str, HostFigures]]:
        """The hosts that have requests at hand, by their addresses, without those at the addresses `but`."""
        left_out = {server_at(address) for address in but}
        known = [host for server, host in self._known.items() if server not in left_out]
        return [(host.address, host.figures) for host in known if host.queue.at_hand]

    def remember(self) -> None:
        """Keep what was learned for the next program. A home that cannot be written to keeps nothing.

        What another program has learned meanwhile of a server of which this one has learned nothing stays.
        """
        before = self._kept or {}
        entries = {server: _entry(host) for server, host in self._known.items() if _is_known(host)}
        learned = {server: entry for server, entry in entries.items() if before.get(server) != entry}
        if self._file is None or not learned:
            return
        others = {server: kept for server, kept in _read(self._file).items() if server not in learned}
        self._kept = dict([*others.items(), *learned.items()][-MOST_KEPT:])
        with suppress(OSError):
            _write(self._file, json.dumps(self._kept, indent=1))


def _is_known(host: Host) -> bool:
    """Whether anything was learned of it."""
    return host.writing > 0 or host.reading > 0 or host.grants.settled or host.grants.at_once > host.said


def _entry(host: Host) -> dict[str, Any]:
    return {
        "at_once": host.grants.at_once,
        "said": host.said,
        "settled": host.grants.settled,
        "writing": round(host.writing, 1),
        "reading": round(host.reading, 1),
        "loading": round(host.loading, 1),
    }


def _remembered(address: str, said: int, kept: dict[str, Any]) -> Host:
    """A host with what stands of it; how many at once only if no other number is said now (0: none is)."""
    host = Host(address, said or 1)
    host.grants.at_once = host.said
    host.writing = _number(kept.get("writing"), FASTEST)
    host.reading = _number(kept.get("reading"), FASTEST)
    host.loading = _number(kept.get("loading"), LONGEST) or LOADING
    at_once = int(_number(kept.get("at_once"), MOST_AT_ONCE))
    if at_once and said in (0, kept.get("said")):
        host.grants.remember(at_once, kept.get("settled") is True)
    return host


def _number(value: object, most: float) -> float:
    """A figure that can be one; 0 for anything else."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most
    return float(value) if fits and isinstance(value, int | float) else 0.0


def _read(file: Path | None) -> dict[str, dict[str, Any]]:
    if file is not None:
        with suppress(OSError, ValueError):
            found = read_json(file.read_text("utf-8"))
            if isinstance(found, dict):
                return {address: kept for address, kept in found.items() if isinstance(kept, dict)}
    return {}


def _write(file: Path, text: str) -> None:
    """Put the whole text in the file's place, or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        new.write_text(f"{text}\n", "utf-8")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
