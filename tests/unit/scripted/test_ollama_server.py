"""The scripted server speaks as Ollama does; plain HTTP here, not the provider."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.ollama.scripted import ChatCall, fit
from tests.support.ollama_server import Load, OllamaServer, Scripted, ServedModel

NAME = "scripted:7b"
HELLO = [{"role": "user", "content": "hello"}]


def post(server: OllamaServer | str, path: str, **body: Any) -> httpx.Response:
    address = server if isinstance(server, str) else server.address
    return httpx.post(f"{address}{path}", json=body, timeout=5)


def test_a_stream_has_the_wire_format() -> None:
    with OllamaServer("The answer is 42.") as server:
        response = post(server, "/api/chat", model=NAME, messages=HELLO)
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert response.headers["content-type"] == "application/x-ndjson"
    assert lines[0] == {
        "model": NAME,
        "created_at": lines[0]["created_at"],
        "message": {"role": "assistant", "content": "The answer i"},
        "done": False,
    }
    assert (lines[-1]["done"], lines[-1]["done_reason"]) == (True, "stop")
    assert (lines[-1]["prompt_eval_count"], lines[-1]["eval_count"]) == (2, 5)


def test_metrics_of_zero_are_left_out() -> None:
    with OllamaServer("") as server:
        post(server, "/api/chat", model=NAME, messages=HELLO)
        last = json.loads(post(server, "/api/chat", model=NAME, messages=HELLO).text.splitlines()[-1])
    assert not {"eval_count", "eval_duration", "load_duration"} & set(last)


def test_generate_and_replies_that_do_not_stream() -> None:
    with OllamaServer("The answer is 42.") as server:
        chat = post(server, "/api/chat", model=NAME, messages=HELLO, stream=False).json()
        generated = post(server, "/api/generate", model=NAME, prompt="hi", system="You are QA.", stream=False)
    assert chat["message"] == {"role": "assistant", "content": "The answer is 42."}
    assert generated.json()["response"] == "The answer is 42."
    assert server.requests[1].role == "QA"


@pytest.mark.parametrize(
    ("system", "role"),
    [
        ("You are Chief Executive Officer. You decide.", "Chief Executive Officer"),
        ("You are Programmer, at Troupe.", "Programmer"),
        ("You are Tester\nand test.", "Tester"),
        ("Be brief.", ""),
    ],
)
def test_the_role_is_read_from_the_system_message(system: str, role: str) -> None:
    call = ChatCall(NAME, [{"role": "system", "content": system}])
    assert call.role == role


def test_an_empty_request_loads_and_a_keep_alive_of_zero_unloads() -> None:
    with OllamaServer() as server:
        body = {"model": NAME, "messages": [], "options": {"num_ctx": 8192}, "stream": False}
        assert post(server, "/api/chat", **body).json()["done_reason"] == "load"
        (held,) = httpx.get(f"{server.address}/api/ps").json()["models"]
        assert (held["name"], held["context_length"]) == (NAME, 8192)
        assert post(server, "/api/chat", **body, keep_alive=0).json()["done_reason"] == "unload"
        assert httpx.get(f"{server.address}/api/ps").json() == {"models": []}
    assert server.loads == [Load(NAME, 8192)]
    assert server.requests == []


def test_what_is_not_there_and_what_it_cannot() -> None:
    with OllamaServer() as server:
        missing = post(server, "/api/chat", model="no", messages=HELLO)
        assert (missing.status_code, missing.json()) == (404, {"error": "model 'no' not found"})
        thinking = post(server, "/api/chat", model=NAME, messages=HELLO, think=True)
        assert (thinking.status_code, thinking.json()) == (
            400,
            {"error": f'"{NAME}" does not support thinking'},
        )
        assert httpx.get(f"{server.address}/api/nothing").status_code == 404


def test_the_cached_prefix_is_counted() -> None:
    long = [{"role": "system", "content": "You are X. " + "y" * 4000}]
    with OllamaServer() as server:
        for text in ("one", "two"):
            post(server, "/api/chat", model=NAME, messages=[*long, {"role": "user", "content": text}])
    first, second = server.requests
    assert first.cached_tokens == 0
    assert second.cached_tokens > 0.99 * second.prompt_tokens


def test_a_prompt_is_cut_as_ollama_cuts_it() -> None:
    system = {"role": "system", "content": "s" * 400}
    old, middle, last = ({"role": "user", "content": letter * 400} for letter in "abc")
    assert fit([system, old, middle, last], 400) == (400, 0)
    assert fit([system, old, middle, last], 300) == (300, 1)
    assert fit([system, old, middle, last], 150) == (150, 2)
    assert fit([system, last], 1000) == (200, 0)


def test_an_error_in_the_script_fails_the_test() -> None:
    def wrong(_: ChatCall) -> str:
        raise LookupError("nobody")

    with pytest.raises(LookupError, match="nobody"), OllamaServer(wrong) as server:
        assert post(server, "/api/chat", model=NAME, messages=HELLO).status_code == 500


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no such fault"):
        Scripted("x", fault="nonsense")


def test_going_down_and_coming_up_again_at_the_same_place() -> None:
    with OllamaServer() as server:
        address = server.address
        server.down = True
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/api/version")
        server.down = False
        assert server.address == address
        assert httpx.get(f"{address}/api/version").json() == {"version": "0.33.0"}


def test_it_is_a_command_too(tmp_path: Path) -> None:
    rules = [{"role": "Tester", "content": "All passed."}, {"contains": "hello", "content": "Hello!"}]
    script = tmp_path / "script.json"
    script.write_text(json.dumps(rules), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.support.ollama_server",
        "--script",
        str(script),
        "--model",
        "a:1b",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            reply = post(address, "/api/chat", model="a:1b", messages=HELLO, stream=False).json()
            assert reply["message"]["content"] == "Hello!"
        finally:
            process.terminate()


def test_models_that_do_not_fit_make_room() -> None:
    models = [ServedModel("a:1b"), ServedModel("b:1b")]
    with OllamaServer("x", models, slots=1) as server:
        for name in ("a:1b", "b:1b", "a:1b"):
            post(server, "/api/chat", model=name, messages=HELLO)
    assert [load.model for load in server.loads] == ["a:1b", "b:1b", "a:1b"]
