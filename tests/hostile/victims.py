"""What hostile programs are after: files, sockets and processes outside the sandbox, all the tests' own.

Nothing here can be hurt: what a program would reach, if it could, was made for it.
"""

from __future__ import annotations

import os
import secrets
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ollama_server import OllamaServer

SECRET = "TROUPE_HOSTILE_SECRET"
FACTS = "HOSTILE_FACTS"


@dataclass(slots=True)
class Victims:
    """`facts` is told to the programs; the rest shows afterwards what they reached."""

    facts: dict[str, str | int]
    outside: Path
    server: OllamaServer
    process: subprocess.Popen[bytes]
    datagrams: socket.socket
    before: dict[str, bytes] = field(default_factory=dict)

    def damage(self) -> list[str]:
        """What has been reached, a sentence each; empty when everything was stopped."""
        found: list[str] = []
        if self.process.poll() is not None:
            found.append("a process outside was ended")
        if self.server.visits:
            found.append("the model server was reached")
        self.datagrams.setblocking(False)
        try:
            self.datagrams.recv(1)
            found.append("a datagram came out")
        except BlockingIOError:
            pass
        if contents(self.outside) != self.before:
            found.append("files outside were changed")
        return found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def victims(folder: Path, project: Path) -> Iterator[Victims]:
    """Files in `folder`, which is outside of `project`; servers and a process for as long as this lasts."""
    secret = secrets.token_hex(8)
    outside = folder / "outside"
    key = outside / ".ssh" / "id_ed25519"
    key.parent.mkdir(parents=True)
    key.write_text(f"PRIVATE KEY {secret}")
    database = outside / "troupe.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE secrets (text)")
    connection.close()
    with ExitStack() as stack:
        server = stack.enter_context(OllamaServer("I am reached."))
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", 0))
        abstract, local = (stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2))
        name = f"\0troupe-{secret}"
        abstract.bind(name)
        abstract.listen()
        place = outside / "control.sock"
        local.bind(str(place))
        local.listen()
        sleeper = [sys.executable, "-I", "-S", "-c", "input()"]
        process = stack.enter_context(
            subprocess.Popen(sleeper, stdin=subprocess.PIPE, env={**os.environ, SECRET: secret})
        )
        stack.callback(process.kill)
        os.environ[SECRET] = secret
        stack.callback(os.environ.pop, SECRET, None)
        facts: dict[str, str | int] = {
            "secret": secret,
            "key": str(key),
            "home": str(Path.home()),
            "database": str(database),
            "outside": str(outside),
            "project": str(project),
            "port": int(server.address.rpartition(":")[2]),
            "udp": datagrams.getsockname()[1],
            "abstract": name,
            "socket": str(place),
            "victim": process.pid,
            "troupe": os.getpid(),
            "address": own_address(),
        }
        found = Victims(facts, outside, server, process, datagrams)
        found.before = contents(outside)
        yield found


def own_address() -> str:
    """This machine's address in its local network; one that nobody has where it has none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "192.0.2.1"
        return str(probe.getsockname()[0])
