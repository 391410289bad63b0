"""What the user trusts beyond this machine: who may have the key, and whether cloud models may be asked.

Kept as `trust.json` in Troupe's home, for the window and the commands alike. A file that is missing or
damaged trusts nobody, which is also how Troupe begins.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from agents.errors import UsageError
from agents.home import home_folder
from agents.jsontext import read_json

FILE = "trust.json"


@dataclass(frozen=True, slots=True)
class Trust:
    """`key_hosts`: servers that `OLLAMA_API_KEY` is sent to, as host:port; Ollama's own service needs no
    entry. `cloud`: models that run on somebody else's machine may be asked; else Troupe is local only.
    """

    key_hosts: frozenset[str] = frozenset()
    cloud: bool = False

    def with_key(self, host: str, sent: bool) -> Trust:
        """The same, with the key sent to `host` (as host:port) or no longer."""
        return replace(self, key_hosts=self.key_hosts | {host} if sent else self.key_hosts - {host})


def load_trust(home: Path | None = None) -> Trust:
    """What is trusted under `home` (None: the usual one); never raises."""
    with suppress(OSError, ValueError):
        found = read_json((home or home_folder()).joinpath(FILE).read_text("utf-8"))
        if isinstance(found, dict):
            hosts = found.get("key_hosts")
            kept = [host for host in hosts if isinstance(host, str)] if isinstance(hosts, list) else []
            return Trust(frozenset(kept), found.get("cloud") is True)
    return Trust()


def save_trust(trust: Trust, home: Path | None = None) -> None:
    """Keep it; `UsageError` when the file cannot be written."""
    path = (home or home_folder()) / FILE
    text = json.dumps({"key_hosts": sorted(trust.key_hosts), "cloud": trust.cloud}, indent=2)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} could not be written: {error.strerror or error}.", "Make the folder writable."
        ) from error
