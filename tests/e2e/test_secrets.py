"""Planted secrets: after whole runs and refusals no file of Troupe's and nothing that it prints has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.plan import Plan
from agents.store.store import Store
from app.crashes import crash_report
from tests.support.command import Troupe
from tests.support.ollama.scripted import ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import COUNTER, company

KEY, PASSWORD, VARIABLE = "sk-planted-8231", "geheim-4471", "planted-value-9902"
PRYING = COUNTER.__class__(
    idea="Tell what you see.",
    files={"main.py": "import os\nprint('sees', sorted(os.environ.items()))\n"},
)


@pytest.fixture
def troupe(capsys: pytest.CaptureFixture[str]) -> Troupe:
    return Troupe(capsys)


def found_in(home: Path, *secrets: str) -> list[str]:
    """The files below `home` that hold one of the secrets."""
    return [
        path.name
        for path in home.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets)
    ]


def test_a_run_whose_program_prints_its_environment_keeps_no_secret(
    troupe: Troupe, troupe_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    monkeypatch.setenv("MY_SECRET_TOKEN", VARIABLE)
    with OllamaServer(company(PRYING)) as server:
        done = troupe("build", PRYING.idea, "--host", server.address, "--out", str(tmp_path / "out"))
    assert done.code == 0, done.err
    shown = troupe("runs", "show", "1", "--events")
    exported = troupe("runs", "export", "1", str(tmp_path / "exported"))
    assert "sees" in shown.out
    for said in (done, shown, exported):
        assert not any(secret in said.out + said.err for secret in (KEY, VARIABLE))
    assert found_in(tmp_path, KEY, VARIABLE) == []
    assert (troupe_home / "troupe.db").stat().st_size > 0


@pytest.mark.parametrize("where", ["option", "variable"])
def test_a_login_in_an_address_is_refused_and_kept_nowhere(
    troupe: Troupe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    address = f"http://anna:{PASSWORD}@127.0.0.1:9"
    option = ["--host", address] if where == "option" else []
    if where == "variable":
        monkeypatch.setenv("OLLAMA_HOST", address)
    for command in (
        ["build", "x", *option],
        ["solve", "x", *option],
        ["models", *option],
        ["doctor", *option],
    ):
        refused = troupe(*command)
        assert refused.code in (2, 3)
        assert "http://***@127.0.0.1:9" in refused.out + refused.err
        assert PASSWORD not in refused.out + refused.err
    assert found_in(tmp_path, PASSWORD) == []


def test_a_login_that_an_older_version_stored_is_not_shown(troupe: Troupe, troupe_home: Path) -> None:
    """Such a run cannot have been begun by this version; another program may have written it."""
    store = Store.open(troupe_home / "troupe.db")
    plan = Plan(idea="x", host=f"http://anna:{PASSWORD}@127.0.0.1:9")
    project = store.create_project("x", str(troupe_home / "x"))
    store.create_run(project, idea="x", workflow="chatdev", model="m", settings=plan.to_json())
    store.close()
    assert found_in(troupe_home, PASSWORD) == []
    refused = troupe("runs", "resume", "1")
    assert refused.code == 2
    assert PASSWORD not in refused.out + refused.err


def test_a_crash_report_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    report = crash_report(ValueError(f"http://anna:{PASSWORD}@box refused Authorization: Bearer {KEY}"))
    assert KEY not in report
    assert PASSWORD not in report


def test_a_cloud_model_is_refused_before_anything_is_stored(
    troupe: Troupe, troupe_home: Path, tmp_path: Path
) -> None:
    models = (ServedModel("scripted:7b"), ServedModel("cloud:1t", remote_host="https://example.com"))
    with OllamaServer(company(PRYING), models=models) as server:
        wanted = ("--host", server.address, "--model", "cloud:1t")
        for command in (["build", "x"], ["solve", "x"]):
            refused = troupe(*command, *wanted)
            assert refused.code == 3
            assert "--allow-cloud" in refused.err
        assert not any(visit.path == "/api/chat" for visit in server.visits)
        listed = troupe("models", "--host", server.address)
        assert "CLOUD: runs at https://example.com" in listed.out
        assert "only asked with --allow-cloud" in listed.out
        well = troupe("doctor", "--host", server.address)
        assert "cloud:1t (cloud)" in well.out
        assert "Cloud models: refused" in well.out
        out = ("--out", str(tmp_path / "out"))
        allowed = troupe("build", PRYING.idea, *wanted, *out, "--allow-cloud")
        assert allowed.code == 0, allowed.err
    assert [row.model for row in Store.open(troupe_home / "troupe.db").runs()] == ["cloud:1t"]


def test_a_run_whose_model_has_gone_to_the_cloud_is_continued_when_that_is_allowed(
    troupe: Troupe, tmp_path: Path
) -> None:
    models = (ServedModel("scripted:7b"), ServedModel("cloud:1t", remote_host="https://example.com"))
    out = ("--out", str(tmp_path / "out"))
    with OllamaServer(lambda _: "No.", models=(ServedModel("cloud:1t"),)) as server:
        assert troupe("build", PRYING.idea, "--host", server.address, *out).code == 1
    with OllamaServer(company(PRYING), models=models) as server:
        refused = troupe("runs", "resume", "1", "--host", server.address)
        assert refused.code == 3
        assert "--allow-cloud" in refused.err
        done = troupe("runs", "resume", "1", "--host", server.address, "--allow-cloud")
        assert done.code == 0, done.err


def test_the_key_is_bound_by_a_command(troupe: Troupe, troupe_home: Path) -> None:
    assert troupe("models", "key", "http://box").code == 2
    assert "box:443 gets OLLAMA_API_KEY" in troupe("models", "key", "https://box").out
    assert "box:443" in (troupe_home / "trust.json").read_text()
    assert "no longer" in troupe("models", "key", "https://box", "--never").out
