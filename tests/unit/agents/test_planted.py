from __future__ import annotations

import os
from pathlib import Path

import pytest

from agents.planted import planted, traps, warning
from tests.support.sandboxes import write

LEFT = {
    ".git/hooks/pre-commit": "git",
    ".git/config": "git",
    "lib/.git": "git",
    "conftest.py": "pytest",
    "tests/conftest.py": "pytest",
    "sitecustomize.py": "Python",
    "lib/evil.pth": "Python",
    ".envrc": "direnv",
    ".vscode/tasks.json": "VS Code",
}
HARMLESS = (
    "main.py",
    "tests/test_a.py",
    ".git/hooks/pre-commit.sample",
    ".git/objects/ab/cd",
    "config",
    "data.txt",
)


def test_what_others_run_is_found_with_who_runs_it(tmp_path: Path) -> None:
    before = traps(write(tmp_path, {"main.py": "", "README": ""}))
    write(tmp_path, dict.fromkeys((*LEFT, *HARMLESS), "x"))
    assert planted(before, traps(tmp_path), ()) == LEFT


def test_what_was_there_and_what_the_team_wrote_is_no_surprise(tmp_path: Path) -> None:
    before = traps(write(tmp_path, {"conftest.py": "a", ".envrc": "a"}))
    assert planted(before, traps(tmp_path), ()) == {}
    write(tmp_path, {"conftest.py": "a"})
    assert planted(before, traps(tmp_path), ()) == {}
    write(tmp_path, {"conftest.py": "changed", ".envrc": "changed"})
    assert planted(before, traps(tmp_path), ("conftest.py",)) == {".envrc": "direnv"}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_lead_out_and_files_that_run_as_their_owner(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"a/b.txt": "", "tool": ""})
    (tmp_path / "secret").touch()
    (project / "out").symlink_to(tmp_path / "secret")
    (project / "up").symlink_to("../secret")
    (project / "folder").symlink_to("/")
    (project / "within").symlink_to("a/b.txt")
    (project / "tool").chmod(0o4755)
    assert planted({}, traps(project), ()) == {
        "out": "leads out of the project",
        "up": "leads out of the project",
        "folder": "leads out of the project",
        "tool": "runs as its owner",
    }


def test_it_is_said_in_words(tmp_path: Path) -> None:
    said = warning("python main.py", {f"{number}/conftest.py": "pytest" for number in range(7)})
    assert said.startswith("`python main.py` left files in the project's folder that other programs run")
    assert "0/conftest.py (pytest)" in said
    assert "and 2 more" in said


def test_a_folder_that_is_gone_has_none(tmp_path: Path) -> None:
    assert traps(tmp_path / "gone") == {}
