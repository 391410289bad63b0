from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.contracts import Command
from tests.support.sandboxes import kind


@pytest.mark.parametrize("name", ["bubblewrap", "namespaces"])
def test_a_program_cannot_change_the_projects_repository(name: str, tmp_path: Path) -> None:
    if refusal := kind(name).probe():
        pytest.skip(refusal)
    (tmp_path / ".git" / "hooks").mkdir(parents=True)
    script = "open('made.txt', 'w').close(); open('.git/hooks/post-commit', 'w')"
    sandbox = kind(name).build()
    done = asyncio.run(sandbox.run(Command(("python", "-c", script)), tmp_path, lambda text, error: None))
    assert done.exit_code == 1
    assert "Read-only file system" in done.errors or "Permission denied" in done.errors
    assert (tmp_path / "made.txt").exists()
    assert list((tmp_path / ".git" / "hooks").iterdir()) == []
