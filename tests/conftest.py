"""What every test gets: a home of its own, no model server by accident, and Qt without a screen."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = os.environ["PYTEST_QT_API"] = "pyside6"

from agents.store import opening
from app.display import display_missing

# How long something takes is measured by benchmarks, never by a test; and a test says today what it said
# yesterday. Other inputs are looked for on purpose: `pytest --hypothesis-profile=explore`.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("troupe", settings.get_profile("explore"), derandomize=True)
settings.load_profile("troupe")

QT_MISSING = display_missing()
"""Why Qt cannot be loaded here, with the package to install; empty where it can."""

UNIT = Path(__file__).with_name("unit")
"""Where no file takes more than seconds; those of whole runs and windows do."""

# pytest-qt ends the whole session where Qt cannot be loaded, so it is asked for only where it can be.
pytest_plugins = () if QT_MISSING else ("pytestqt.plugin",)


@pytest.fixture(autouse=True, scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One cache for all tests: the test kit that programs' tests run from takes seconds to make."""
    os.environ["TROUPE_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def troupe_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new, empty `TROUPE_HOME`; and no server's address from outside."""
    home = tmp_path / "troupe-home"
    monkeypatch.setenv("TROUPE_HOME", str(home))
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    return home


@pytest.fixture(autouse=True, scope="session")
def unflushed() -> Iterator[None]:
    """No test but those of power cuts needs its database to outlive one; a flush takes milliseconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "FLUSHED", "OFF")
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what was imported out of every garbage collection: it stays, and walking it takes long."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that both workers end together; skip, with the reason, what needs a missing Qt."""
    items.sort(key=lambda item: item.path.is_relative_to(UNIT))
    if QT_MISSING:
        for item in items:
            if "qtbot" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=QT_MISSING))
