"""`troupe build`: exit codes, events, and a clear sentence for everything that can be wrong."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Troupe
from tests.support.ollama.scripted import ChatCall, Scripted, ServedModel
from tests.support.ollama_server import OllamaServer
from tests.support.team import COUNTER, GREETER, ROMAN, company


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    models = (ServedModel("scripted:7b"), ServedModel("tiny:1b", context=2048))
    with OllamaServer(company(ROMAN), models=models) as running:
        yield running


def test_a_built_program_that_passes_its_checks_ends_with_0(
    troupe: Troupe, server: OllamaServer, tmp_path: Path
) -> None:
    done = troupe("build", ROMAN.idea, "--host", server.address, "--out", str(tmp_path / "out"))
    assert done.code == 0, done.err
    assert f"The program is in {tmp_path / 'out'}" in done.out
    assert "succeeded" in done.out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "main.py", "roman", "tests", "manual.md", "requirements.txt",
    }  # fmt: skip


def test_a_program_that_fails_its_checks_ends_with_1(troupe: Troupe, tmp_path: Path) -> None:
    broken = COUNTER.__class__(idea="Fail.", files={"main.py": "raise SystemExit(3)\n"})
    with OllamaServer(company(broken)) as server:
        done = troupe("build", "Fail.", "--host", server.address, "--out", str(tmp_path / "out"))
    assert done.code == 1
    assert "failed" in done.out


def test_events_are_json_lines_and_nothing_else(troupe: Troupe, server: OllamaServer, tmp_path: Path) -> None:
    done = troupe("build", ROMAN.idea, "--host", server.address, "--out", str(tmp_path / "out"), "--events")
    assert done.code == 0
    events = done.events
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["event"]["kind"] == "run_started"
    assert events[-1]["event"]["kind"] == "run_ended"
    shown = troupe("runs", "show", "1", "--events")
    assert shown.events == events


def test_answers_come_from_a_file_by_pattern(troupe: Troupe, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('"up or down" = "down"\n')
    with OllamaServer(company(COUNTER)) as server:
        done = troupe(
            "build", COUNTER.idea, "--host", server.address, "--out", str(tmp_path / "out"),
            "--answers", str(answers), "--events",
        )  # fmt: skip
    [answered] = [line["event"] for line in done.events if line["event"]["kind"] == "question_answered"]
    assert (answered["answer"], answered["by"]) == ("down", "file")
    assert "range(3, 0, -1)" in (tmp_path / "out" / "main.py").read_text()


def test_without_a_terminal_the_team_decides(troupe: Troupe, tmp_path: Path) -> None:
    with OllamaServer(company(COUNTER)) as server:
        done = troupe(
            "build", COUNTER.idea, "--host", server.address, "--out", str(tmp_path / "out"), "--events"
        )
    [answered] = [line["event"] for line in done.events if line["event"]["kind"] == "question_answered"]
    assert (answered["answer"], answered["by"]) == ("", "team")


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_no_server_ends_with_3_and_says_what_to_do(troupe: Troupe, tmp_path: Path) -> None:
    done = troupe("build", "a game", "--host", closed_port(), "--out", str(tmp_path / "out"))
    assert done.code == 3
    assert "ollama serve" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


def test_each_of_several_servers_that_do_not_answer_is_named(troupe: Troupe) -> None:
    ports = closed_port(), "127.0.0.1:1"
    done = troupe("build", "a game", "--host", ports[0], "--host", ports[1])
    assert done.code == 3
    assert all(port in done.err for port in ports)
    assert done.err.count("ollama serve") == 1


def test_a_run_that_failed_says_how_it_is_continued(troupe: Troupe, tmp_path: Path) -> None:
    with OllamaServer("This is no form.") as server:
        done = troupe("build", "a game", "--host", server.address, "--out", str(tmp_path / "out"))
    assert done.code == 1
    assert done.err.endswith("\nContinue with: troupe runs resume 1\n")
    assert done.err.count("Continue with") == 1


def test_a_run_that_outgrew_its_context_is_to_be_started_again(troupe: Troupe, tmp_path: Path) -> None:
    def endless(call: ChatCall) -> Scripted:
        text = "".join(f"line {number}\n" for number in range(9000))
        return company(ROMAN)(call) if call.title else Scripted(f"main.py\n```python\n{text}", chunk=4000)

    out = str(tmp_path / "out")
    with OllamaServer(endless) as server:
        done = troupe("build", "a game", "--host", server.address, "--num-ctx", "4096", "--out", out)
    assert done.code == 1
    assert "Start again with a larger context" in done.err
    assert "Continue with" not in done.err


def test_no_model_and_an_unknown_model_end_with_3(
    troupe: Troupe, server: OllamaServer, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    done = troupe("build", "a game", "--host", server.address, "--model", "nobody:7b", "--out", out)
    assert done.code == 3
    assert "nobody:7b" in done.err
    assert "troupe models pull nobody:7b" in done.err
    with OllamaServer(company(ROMAN), models=()) as empty:
        done = troupe("build", "a game", "--host", empty.address, "--out", out)
    assert done.code == 3
    assert "pull" in done.err


def test_a_model_too_small_for_the_context_is_refused(
    troupe: Troupe, server: OllamaServer, tmp_path: Path
) -> None:
    done = troupe(
        "build", "a game", "--host", server.address, "--model", "tiny:1b", "--out", str(tmp_path / "out")
    )
    assert done.code == 1
    assert "2,048 tokens" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "  "], "The idea is empty."),
        (["build", "x", "--workflow", "nobody"], "There is no workflow called 'nobody'."),
        (["build", "x", "--set", "colour=blue"], "no option called colour"),
        (["build", "x", "--set", "review_rounds=many"], "review_rounds"),
        (["build", "x", "--set", "review_rounds"], "is no OPTION"),
        (["build", "x", "--role", "Programmer"], "is no ROLE"),
        (["build", "x", "--answers", "no-such-file.toml"], "cannot be read"),
        (["build", "x", "--host", "http://"], ""),
        (["build"], "Missing argument"),
        (["build", "x", "--role", "Programer=scripted:7b"], "has no role “Programer”"),
        (["build", "x", "--clarify", "--role", "Readr=scripted:7b"], "Reader"),
        (["build", "x", "--company", "Troupe", "--role", "Programer=scripted:7b"], "has no role “Programer”"),
        (["build", "x", "--num-ctx", "5"], "too small"),
        (["build", "x", "--incremental"], "--out DIR"),
        (["build", "x", "--continue", "1", "--out", "y"], "Leave --out out."),
        (["build", "x", "--out", "~no-such-user/x"], "no such home folder"),
        (["build", "caf\udce9"], "is no text in UTF-8"),
        (["bench", "x.jsonl", "--k", "0"], "There is no pass@0."),
        (["models", "pull", " "], "name is empty"),
        (["runs", "show", str(10**30)], "There is no run"),
        (["runs", "watch", str(10**30)], "There is no run"),
        (["runs", "export", str(10**30), "--to", "x"], "There is no run"),
        (["runs", "export", "--all"], "Say where to"),
        (["demo", "another idea", "--headless"], "builds its own idea only"),
        (["runs", "show", "7"], "7"),
        (["runs", "resume", "7"], "7"),
        (["no-such-command"], "No such command"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(
    troupe: Troupe, server: OllamaServer, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", server.address)
    done = troupe(*arguments)
    assert done.code == 2
    assert told in done.err
    assert "Traceback" not in done.err


def test_a_name_longer_than_any_folder_may_have_is_cut(troupe: Troupe, server: OllamaServer) -> None:
    done = troupe("build", ROMAN.idea, "--host", server.address, "--name", "n" * 500)
    assert done.code == 0, done.err
    assert done.out.rstrip().endswith(f"projects/{'n' * 80}")


def test_a_folder_that_is_not_empty_is_left_alone(
    troupe: Troupe, server: OllamaServer, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = troupe("build", "a game", "--host", server.address, "--out", str(tmp_path))
    assert done.code == 2
    assert "is not empty" in done.err
    assert "--incremental" in done.err
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_incremental_without_a_program_is_refused(
    troupe: Troupe, server: OllamaServer, tmp_path: Path
) -> None:
    done = troupe("build", "x", "--host", server.address, "--out", str(tmp_path / "none"), "--incremental")
    assert done.code == 2
    assert "no program to change" in done.err


@pytest.mark.parametrize(
    ("out", "code", "told"), [("/proc/nowhere", 1, "cannot be used"), ("file.txt", 2, "is a file")]
)
def test_a_folder_that_cannot_be_used_is_said(
    troupe: Troupe,
    server: OllamaServer,
    tmp_path: Path,
    out: str,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("a file")
    done = troupe("build", "x", "--host", server.address, "--out", out)
    assert done.code == code
    assert told in done.err


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(
    troupe: Troupe, server: OllamaServer, tmp_path: Path
) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = troupe("build", "x", "--host", server.address, "--out", str(tmp_path / "locked"))
    assert done.code == 1
    assert "cannot be written" in done.err


def test_incremental_changes_the_program_in_the_folder(troupe: Troupe, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print('old')\n")
    with OllamaServer(company(GREETER)) as server:
        done = troupe(
            "build", GREETER.idea, "--host", server.address, "--out", str(tmp_path), "--incremental"
        )
    assert done.code == 0, done.err
    assert "Hello" in (tmp_path / "main.py").read_text()


def test_another_model_plays_one_role(troupe: Troupe, tmp_path: Path) -> None:
    models = (ServedModel("scripted:7b"), ServedModel("other:7b"))
    with OllamaServer(company(GREETER), models=models) as server:
        done = troupe(
            "build", GREETER.idea, "--host", server.address, "--model", "scripted:7b",
            "--role", "Programmer=other:7b", "--out", str(tmp_path / "out"),
        )  # fmt: skip
        played = {(call.role, call.model) for call in server.requests if call.messages}
    assert done.code == 0
    assert ("Programmer", "other:7b") in played
    assert ("Code Reviewer", "scripted:7b") in played
