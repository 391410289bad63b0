"""The sandboxes of this machine, one after the other, for the suites that all of them are held to."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.contracts import Sandbox
from agents.registry import SandboxKind
from tests.support.sandboxes import kinds


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(params=kinds())
def sandbox(request: pytest.FixtureRequest, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("TROUPE_CACHE", str(cache))
    kind: SandboxKind = request.param
    return kind.build()


@pytest.fixture(params=kinds(isolating=True))
def isolated(request: pytest.FixtureRequest, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("TROUPE_CACHE", str(cache))
    kind: SandboxKind = request.param
    return kind.build()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder
