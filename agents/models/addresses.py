"""The addresses of servers as people write them: one, or several with commas between them."""

from __future__ import annotations

import os
from contextlib import suppress

from agents.errors import UsageError
from agents.models._ollama.address import find_address


def hosts_in(written: str) -> list[str]:
    """The addresses in a list with commas, each server once; one with a login is never taken apart."""
    if "@" in written:
        return [written]
    each: dict[str, str] = {}
    for part in written.split(","):
        if named := part.strip():
            each.setdefault(server_at(named), named)
    return list(each.values()) or [""]


def server_at(address: str) -> str:
    """What tells the server at an address from all others; the text itself where it is no address."""
    with suppress(UsageError):
        return find_address(address, os.environ).server
    return address


def not_encrypted(address: str) -> bool:
    """Whether what is sent to the server at an address can be read on the way; False for what is none."""
    with suppress(UsageError):
        return find_address(address, os.environ).is_readable_by_others
    return False


def key_place(address: str) -> str:
    """The server of an address as `Trust.key_hosts` names it.

    `UsageError` when it is no address, or one to which the key would go unencrypted.
    """
    found = find_address(address, {})
    if found.scheme != "https":
        raise UsageError(f"A key is sent encrypted only, and {found.url} is not.", "Write https://HOST.")
    return found.name
