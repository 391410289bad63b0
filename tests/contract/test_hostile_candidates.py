"""Candidates that attack the warm worker that tries them, and what is left for the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.bench.pool import WARM
from agents.registry import SandboxKind
from tests.hostile.warm import CANDIDATES, Candidate, try_warm
from tests.support.sandboxes import kinds


# Every fourth: `python -m tests.hostile` tries them all.
@pytest.mark.parametrize("kind", kinds(isolating=True))
@pytest.mark.parametrize("candidate", CANDIDATES[::4], ids=lambda candidate: candidate.what)
def test_it_reaches_nothing_and_the_next_one_is_judged_as_ever(
    kind: SandboxKind, candidate: Candidate, tmp_path: Path
) -> None:
    if kind.name not in WARM:
        pytest.skip(f"{kind.name} has no warm workers")
    told = try_warm(kind.build(), tmp_path, candidate)
    assert told.stopped, told.verdict
