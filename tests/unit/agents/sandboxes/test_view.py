from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.contracts import Command
from agents.sandboxes import _view
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


@pytest.mark.parametrize("name", ["bubblewrap", "namespaces"])
def test_an_environment_below_the_mount_point_is_not_hidden_by_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refusal := kind(name).probe():
        pytest.skip(refusal)
    monkeypatch.setattr(_view, "PLACES", (str(tmp_path / "host"), "/project"))
    home = tmp_path / "host" / "troupe"
    for folder in ("kept", "built", "project"):
        (home / folder).mkdir(parents=True)
    (home / "kept" / "word").write_text("seen")
    script = "import os, sys; print(open(sys.argv[1]).read(), os.getcwd()); open('made', 'w')"
    command = Command(
        ("python", "-c", script, str(home / "kept" / "word")),
        read_only=(home / "kept",),
        writable=(home / "built",),
    )
    done = asyncio.run(kind(name).build().run(command, home / "project", lambda text, error: None))
    assert done.output.split() == ["seen", "/project"], done.errors
    assert [entry.name for entry in (home / "project").iterdir()] == ["made"]


@pytest.mark.parametrize(
    ("seen", "place"),
    [
        ((), "/work"),
        (("/workshop/a",), "/work"),
        (("/work",), "/project"),
        (("/project/a", "/work"), "/troupe-project"),
    ],
)
def test_the_project_stands_where_nothing_else_is_needed(seen: tuple[str, ...], place: str) -> None:
    assert _view._free_place(map(Path, seen)) == place
