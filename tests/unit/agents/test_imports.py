"""The backend is usable where there is no interface at all."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import pkgutil, sys
from importlib import import_module

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "qasync", "app"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
import agents

def refuse(name):
    raise

names = [found.name for found in pkgutil.walk_packages(agents.__path__, "agents.", onerror=refuse)]
for name in names:
    import_module(name)
from agents import registry
print(len(names), len(registry.workflows()), len(registry.sandboxes()), len(registry.model_kinds()))
registry.tools()
"""


def test_the_backend_and_all_its_modules_import_without_qt_and_without_app() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules, workflows, sandboxes, models = map(int, done.stdout.split())
    assert modules > 80
    assert workflows
    assert sandboxes
    assert models
