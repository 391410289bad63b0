"""A program that needs a package: it is fetched with consent only, into the project's own environment."""

from __future__ import annotations

import base64
import hashlib
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agents.contracts import Answer, Question
from agents.events import CommandStarted, QuestionAsked
from agents.plan import Plan
from tests.support.carrying_out import Told, carry_out
from tests.support.ollama_server import OllamaServer
from tests.support.team import Project, company

NEEDY = Project(
    idea="Greet politely.",
    files={"main.py": "import troupe_polite_words\n\nprint(troupe_polite_words.hello())\n"},
    repair={"main.py": "print('Good day')\n"},
    requirements="troupe-polite-words\nmain\n",  # its own module is no package
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        return


def wheel(folder: Path) -> None:
    """A package index of one package, made by us."""
    name = "troupe_polite_words-1.0"
    files = {
        "troupe_polite_words.py": "def hello():\n    return 'A very good day to you'\n",
        f"{name}.dist-info/METADATA": "Metadata-Version: 2.1\nName: troupe-polite-words\nVersion: 1.0\n",
        f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    index = folder / "simple" / "troupe-polite-words"
    index.mkdir(parents=True)
    with zipfile.ZipFile(index / f"{name}-py3-none-any.whl", "w") as packed:
        for path, text in files.items():
            packed.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text)}\n"
        packed.writestr(f"{name}.dist-info/RECORD", f"{record}{name}.dist-info/RECORD,,\n")
    (index / "index.html").write_text(f'<a href="{name}-py3-none-any.whl">{name}-py3-none-any.whl</a>')


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    wheel(tmp_path / "index")
    handler = partial(Quiet, directory=str(tmp_path / "index"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        monkeypatch.setenv("PIP_TRUSTED_HOST", "127.0.0.1")
        yield
        server.shutdown()
        thread.join()


class Says:
    """A user who answers every question alike."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    async def answer(self, question: Question) -> Answer:
        return Answer(self._answer)


def built(tmp_path: Path, answer: str) -> tuple[Told, list[str]]:
    with OllamaServer(company(NEEDY)) as server:
        plan = Plan(idea=NEEDY.idea, host=server.address, model="scripted:7b", out=str(tmp_path / "out"))
        told = carry_out(plan, tmp_path / "home", Says(answer))
        return told, [call.messages[-1]["content"] for call in server.requests if call.messages]


def test_with_consent_the_package_is_installed_into_the_projects_environment(
    tmp_path: Path, index: None
) -> None:
    told, _ = built(tmp_path, "yes")
    assert told.outcome.passed, told.recorder.stored
    [asked] = told.recorder.of(QuestionAsked)
    assert asked.purpose == "install"
    assert "troupe-polite-words" in asked.text
    assert "troupe-polite-words: the newest version\nFrom: 127.0.0.1\nInto: " in asked.context
    assert told.read("requirements.txt") == "troupe-polite-words\n"
    assert list((tmp_path / "home" / "environments").rglob("troupe_polite_words.py"))


def test_without_consent_nothing_is_fetched_and_the_team_does_without(tmp_path: Path) -> None:
    told, prompts = built(tmp_path, "no")
    assert told.outcome.passed
    assert told.read("main.py") == NEEDY.repair["main.py"]
    assert any("may not be installed" in prompt for prompt in prompts)
    assert not any("pip" in " ".join(command.argv) for command in told.recorder.of(CommandStarted))
