"""The model servers that the user has named. No Qt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from agents.jsontext import read_json
from agents.masking import masked_address, without_logins
from app.i18n import marked


@dataclass(frozen=True, slots=True)
class Host:
    """A model server: what the user calls it, and its address as the user wrote it."""

    name: str
    address: str


THIS_MACHINE = Host(marked("This machine"), "")
"""The default server: that of `OLLAMA_HOST`, else of this machine. It is always there."""


def hosts_text(hosts: Sequence[Host]) -> str:
    """Hosts as the text that is remembered, without user names and passwords in their addresses."""
    kept = [Host(without_logins(host.name), masked_address(host.address)) for host in hosts]
    return json.dumps([asdict(host) for host in kept], ensure_ascii=False)


def read_hosts(text: str) -> list[Host]:
    """The hosts in a remembered text; whatever in it is none is left out."""
    try:
        found = read_json(text or "[]")
    except ValueError:
        return []
    hosts: list[Host] = []
    for entry in found if isinstance(found, list) else []:
        if not isinstance(entry, dict):
            continue
        name, address = entry.get("name"), entry.get("address")
        known = {host.address for host in hosts}
        if isinstance(name, str) and isinstance(address, str) and address.strip() and address not in known:
            hosts.append(Host(name.strip() or address, address))
    return hosts
