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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from agents.companies import Shelf
from agents.companies.folder import bundled
from agents.plan import Plan
from tests.benchmarks.rows import Row, shown
from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.carrying_out import carry_out
from tests.support.companies import Work, working
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.ollama_server import OllamaServer
from tests.support.team import ROMAN, company


@dataclass(frozen=True)
class Peer:
    """A method with the most prompt characters that it may send, and who replies."""

    title: str
    workflow: str
    most: int
    reply: Callable[[ChatCall], Scripted]


AGILE = ScriptedTeam(
    idea=ROMAN.idea,
    backlog=[("Write a numeral", ["9 is IX", "3 is III"])],
    sprints=[ScriptedSprint(["1"], ROMAN.files, tests=ROMAN.tests, repair=ROMAN.repair)],
)
TWO = "Two"
WORK = Work(coding=ROMAN.files, tests=ROMAN.tests, repair=ROMAN.repair)
PEERS = (
    Peer("chatdev", "chatdev", 35_000, company(ROMAN)),
    Peer("agilecoder", "agilecoder", 60_000, AGILE.reply),
    Peer(
        "two phases, Coding and Test",
        "company",
        9_000,
        working(WORK, {"Coding": "Write the program now", "TestModification": "repair it"}),
    ),
)
"""The last is the cheapest method that still writes tests, runs them, and repairs by what they print."""


def two_phases(home: Path) -> None:
    """Save a company that only codes and tests, and is the one that a plan takes by this name."""
    kept = tuple(step for step in bundled().chain if step.phase in ("Coding", "Test"))
    Shelf(home).save(replace(bundled(), name=TWO, chain=kept))


def measure(peer: Peer, folder: Path) -> tuple[int, int, float, float]:
    """Calls, prompt characters, the share of cached tokens, seconds on the wall."""
    started = time.perf_counter()
    two_phases(folder / "home")
    with OllamaServer(peer.reply) as server:
        plan = Plan(
            idea=ROMAN.idea,
            workflow=peer.workflow,
            options={"company": TWO} if peer.workflow == "company" else {},
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


def rows(quick: bool) -> Iterator[Row]:
    """A row a company, however quick it has to be."""
    del quick
    for peer in PEERS:
        with tempfile.TemporaryDirectory() as name:
            calls, characters, cached, seconds = measure(peer, Path(name))
        beside = f"{calls} calls, {cached:.0%} cached prefix, {seconds:.1f} s"
        yield Row(f"prompts of a small program, {peer.title}", characters, peer.most, "chars", beside=beside)


if __name__ == "__main__":
    sys.exit(shown(rows(False)))
