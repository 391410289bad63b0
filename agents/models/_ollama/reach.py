"""Whether anything listens at a server's address: a mere connection, without the clients.

Importing them takes several times as long as a command that has nothing to say but that there is no server.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from agents.errors import ServerUnreachable
from agents.models._ollama.address import Address


def unreachable(address: str, detail: str = "") -> ServerUnreachable:
    """Nothing answers, or what answers is something else."""
    return ServerUnreachable(
        f"No Ollama server answers at {address}.",
        "Start it with `ollama serve`, or install Ollama; `troupe demo` shows Troupe at work without it.",
        detail,
    )


async def reached(address: Address, seconds: float) -> None:
    """Connect to a server of this machine and hang up; `ServerUnreachable` when nothing listens there.

    Another machine may be behind a proxy, which only the clients know how to use: nothing is tried there.
    """
    if not address.is_loopback:
        return
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(address.host, address.port)
    except (OSError, TimeoutError) as error:
        raise unreachable(address.url, str(error)) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
