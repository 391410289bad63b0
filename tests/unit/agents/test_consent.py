from __future__ import annotations

from pathlib import Path

import pytest

from agents.consent import about_packages, about_program
from agents.contracts import Command
from agents.environment import Environment
from tests.support.sandboxes import kind

COMMAND = Command(("python", "main.py"))
FOLDER = Path("projects", "gomoku")


def test_a_question_about_a_program_says_where_it_runs_and_what_it_reaches() -> None:
    contained = about_program(COMMAND, FOLDER, kind("bubblewrap").build())
    assert contained == f"Folder: {FOLDER}\nNetwork: none\nSandbox: bubblewrap"
    bare = about_program(COMMAND, FOLDER, kind("limits").build())
    assert bare == f"Folder: {FOLDER}\nNetwork: as you have it: nothing here closes it\nSandbox: limits"


def test_a_question_about_packages_lists_versions_and_where_they_come_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://user:secret@packages.example/simple ./wheels")
    said = about_packages(["pygame", "numpy<3,>=2", "not a name"], Environment(FOLDER))
    assert said.splitlines() == [
        "pygame: the newest version",
        "numpy: version <3,>=2",
        "not a name",
        "From: the public index of Python packages, packages.example, a folder on this machine",
        f"Into: {FOLDER}, as built packages only: no code of theirs runs meanwhile",
    ]
    assert "secret" not in said


def test_another_index_stands_for_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example:8080/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    assert "From: packages.example\n" in about_packages(["pygame"], Environment(FOLDER))
