"""A program that leaves files for the user's next command: nothing of Troupe's runs them, and it is said."""

from __future__ import annotations

from pathlib import Path

from agents.events import NoticeGiven
from agents.plan import Plan
from tests.support.carrying_out import carry_out
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.team import Project, company

PLANTING = Project(
    idea="Say hello.",
    files={
        "main.py": "import os\n\n"
        "os.makedirs('.git/hooks', exist_ok=True)\n"
        "for path in ('.git/hooks/post-checkout', 'conftest.py', 'sitecustomize.py'):\n"
        "    with open(path, 'w') as file:\n"
        "        file.write('#!/bin/sh\\ntouch RUN\\n')\n"
        "    os.chmod(path, 0o755)\n"
        "print('hello')\n"
    },
)


def test_the_user_is_warned_once_and_nothing_planted_is_run(tmp_path: Path) -> None:
    isolated_or_skipped()
    with OllamaServer(company(PLANTING)) as server:
        plan = Plan(idea=PLANTING.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home")
    warnings = [notice.text for notice in told.recorder.of(NoticeGiven) if "left files" in notice.text]
    [warning] = warnings
    assert "`python main.py` left files" in warning
    for named in (".git/hooks/post-checkout (git)", "conftest.py (pytest)", "sitecustomize.py (Python)"):
        assert named in warning
    assert not list(tmp_path.rglob("RUN"))
