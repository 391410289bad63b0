"""What Troupe depends on is bounded and pinned, and the lists are those of what is installed."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import supply_chain
from tests.support.uv import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINS = [Requirement(line) for line in PROJECT["tool"]["uv"]["constraint-dependencies"]]
NO_DEPENDENCIES = {"pip", "setuptools", "uv", "wheel"}  # come with the environment, not with Troupe


def test_every_dependency_has_an_upper_bound() -> None:
    for line in PROJECT["project"]["dependencies"]:
        assert any(bound.operator in ("<", "==", "~=") for bound in Requirement(line).specifier), line


def test_everything_installed_is_pinned_at_its_version() -> None:
    pins = {canonicalize_name(pin.name): [] for pin in PINS}
    for pin in PINS:
        if pin.marker is None or pin.marker.evaluate():
            pins[canonicalize_name(pin.name)].append(pin.specifier)
    for found in distributions():
        name = canonicalize_name(found.metadata["Name"])
        if name in ("troupe", *NO_DEPENDENCIES):
            continue
        told = f"{name} {found.version}: run `python -m tests.supply_chain pin`"
        assert name in pins, told
        assert all(found.version in pin for pin in pins[name]), told


def test_pins_name_no_place() -> None:
    text = json.dumps(PROJECT)
    assert "index-url" not in text
    assert not any(pin.url for pin in PINS)


def test_an_audit_that_cannot_be_made_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UV", str(ROOT / "there-is-none"))
    with pytest.raises(SystemExit, match="uv"):
        supply_chain.audit()
    assert capsys.readouterr().out == ""
