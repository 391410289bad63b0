"""Ways of running untrusted programs, one a file."""

from __future__ import annotations

from agents import registry
from agents.contracts import Sandbox
from agents.errors import SandboxError


def best_sandbox() -> Sandbox:
    """The most isolating sandbox that works on this machine. Blocks while it is tried out for the first time.

    `SandboxError` with every refusal when there is none.
    """
    refusals: list[str] = []
    for kind in registry.sandboxes():
        refusal = kind.probe()
        if not refusal:
            return kind.build()
        refusals.append(f"{kind.name}: {refusal}")
    raise SandboxError(
        "No program can be run on this machine.", "`troupe doctor` says what is missing.", "\n".join(refusals)
    )
