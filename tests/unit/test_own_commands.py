"""Our own commands never run in a project's folder outside the sandbox, and none of them is git."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Who may start a program, and why it is no program of a project's folder.
STARTERS = {
    "agents/machine.py": "asks the graphics driver",
    "agents/sandboxes/_interpreter.py": "makes the bare environment in the cache",
    "agents/sandboxes/_supervisor.py": "starts what a sandbox says",
    "agents/sandboxes/_testkit.py": "tries the test kit in a folder of its own",
    "agents/sandboxes/_view.py": "tries a sandbox out with an empty program",
    "agents/sandboxes/_zygote.py": "starts the process that forks launchers",
    "agents/sandboxes/limits.py": "ends programs on Windows",
    "agents/sandboxes/namespaces.py": "compiles the launcher",
    "agents/serving.py": "starts the model server",
}
STARTS = re.compile(
    r"^\s*(?:import|from) (?:subprocess|pty|multiprocessing)\b"
    r"|\bos\.(?:system|popen|exec[lv]\w*|spawn\w+|posix_spawnp?|startfile)\(|\bcreate_subprocess_",
    re.MULTILINE,
)
# High-level git, which runs a repository's hooks.
HOOKED = re.compile(r"\bporcelain\b|\bdo_commit\b|\bget_worktree\b|\.commit_index\b")


def sources() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in ("agents", "app")
        for path in (ROOT / package).rglob("*.py")
    }


def test_only_these_modules_start_programs() -> None:
    assert {path for path, text in sources().items() if STARTS.search(text)} == set(STARTERS)


def test_no_hook_of_git_is_ever_run() -> None:
    assert [path for path, text in sources().items() if HOOKED.search(text)] == []
