"""Tests of widgets are skipped as a whole where Qt cannot be loaded: their modules import it at their top."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.display import display_missing

QT_MISSING = display_missing()


class SkippedModule(pytest.Module):
    """Stands for a test module that cannot even be imported."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(QT_MISSING)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Show one skipped entry, with the reason, for each test module."""
    if QT_MISSING:
        module: pytest.Module = SkippedModule.from_parent(parent, path=module_path)
        return module
    return None
