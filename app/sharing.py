"""All named model servers together, as one choice beside each of them. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from agents.models.addresses import hosts_in, server_at
from app.hosts import Host
from app.i18n import tr


def together(hosts: Sequence[Host]) -> Host | None:
    """Every server of `hosts` as one address, each server once; None where there is only one.

    A server with a login in its address is left out: a list of addresses cannot hold it.
    """
    written = [server_at(host.address) for host in hosts if "@" not in host.address]
    each = hosts_in(", ".join(one for address in written for one in hosts_in(address)))
    if len(each) < 2:
        return None
    return Host(tr("All {count} servers share the work", count=len(each)), ", ".join(each))
