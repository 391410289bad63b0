"""What a whole run sends to a model: `python -m tests.benchmarks.bench_prompts`.

A small program of three files in a package, whose first version fails its test and is repaired, by each
company on the scripted server; the goals stand beside the figures. The cached share is what a server with
one slot finds again of each prompt, reckoned from its beginning.
The exit code is 1 when a limit is missed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agents.plan import Plan
from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.carrying_out import carry_out
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import ROMAN, company


@dataclass(frozen=True)
class Peer:
    """A company with the most prompt characters that it may send."""

    workflow: str
    most: int
    reply: Callable[[ChatCall], Scripted]


AGILE = ScriptedTeam(
    idea=ROMAN.idea,
    backlog=[("Write a numeral", ["9 is IX", "3 is III"])],
    sprints=[ScriptedSprint(["1"], ROMAN.files, tests=ROMAN.tests, repair=ROMAN.repair)],
)
PEERS = (Peer("chatdev", 35_000, company(ROMAN)), Peer("agilecoder", 60_000, AGILE.reply))


def measure(peer: Peer, folder: Path) -> tuple[int, int, float, float]:
    """Calls, prompt characters, the share of cached tokens, seconds on the wall."""
    started = time.perf_counter()
    with OllamaServer(peer.reply) as server:
        plan = Plan(
            idea=ROMAN.idea,
            workflow=peer.workflow,
            host=server.address,
            model="scripted:7b",
            out=str(folder / "out"),
        )
        if not carry_out(plan, folder / "home").outcome.passed:
            raise SystemExit(f"{peer.workflow} did not build the program")
        calls = list(server.requests)
    characters = sum(len(message["content"]) for call in calls for message in call.messages)
    cached = sum(call.cached_tokens for call in calls) / sum(call.prompt_tokens for call in calls)
    return len(calls), characters, cached, time.perf_counter() - started


def main() -> int:
    """Print each company's figures beside its limit."""
    missed = False
    for peer in PEERS:
        with tempfile.TemporaryDirectory() as name:
            calls, characters, cached, seconds = measure(peer, Path(name))
        missed |= characters > peer.most
        sys.stdout.write(
            f"{peer.workflow:<11} {calls:>3} calls, {characters:>7,} prompt characters "
            f"(at most {peer.most:,}), {cached:4.0%} cached prefix, {seconds:.1f} s\n"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
