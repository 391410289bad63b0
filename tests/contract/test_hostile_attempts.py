"""Deeds that must fail, really done in every sandbox that isolates; see `tests/hostile`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from agents.registry import SandboxKind
from tests.hostile.attempts import ATTEMPTS, Attempt
from tests.hostile.running import THROUGH, try_together, verdict_on
from tests.hostile.victims import victims
from tests.support.sandboxes import kinds


@dataclass(frozen=True, slots=True)
class Done:
    """What became of every deed, and what was damaged."""

    errors: dict[str, str]
    damage: list[str]
    left: set[str]


@pytest.fixture(scope="module", params=kinds(isolating=True))
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    kind: SandboxKind = request.param
    sandbox = kind.build()
    folder = tmp_path_factory.mktemp("hostile")
    project = folder / "project"
    project.mkdir()
    with victims(folder, project) as found:
        errors = try_together(sandbox, project, found)
        yield Done(errors, found.damage(), {path.name for path in folder.iterdir()})


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_it_is_stopped_and_told_in_words(done: Done, attempt: Attempt) -> None:
    error = done.errors[attempt.name]
    assert error != THROUGH, f"a program could {attempt.what}"
    assert error.startswith(KNOWN), error  # a mistake in the test would be another one
    assert verdict_on(error).startswith("It failed with exit code 1: ")


def test_nothing_outside_was_reached(done: Done) -> None:
    assert done.damage == []
    assert done.left == {"project", "outside"}


KNOWN = (
    *("FileNotFoundError", "PermissionError", "OSError", "ConnectionRefusedError", "ProcessLookupError"),
    *("socket.gaierror", "urllib.error.URLError", "ValueError: not allowed to raise maximum limit"),
)
