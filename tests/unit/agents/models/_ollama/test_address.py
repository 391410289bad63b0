from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from agents.models._ollama.address import find_address


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        ("localhost", "http://localhost:11434"),
        ("Box.local", "http://box.local:11434"),
        ("10.0.0.7", "http://10.0.0.7:11434"),
        ("10.0.0.7:8080", "http://10.0.0.7:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("http://box", "http://box:80"),
        ("HTTP://box:1234/", "http://box:1234"),
        ("https://box", "https://box:443"),
        ("https://box:8443/ollama/", "https://box:8443/ollama"),
        ("box/ollama", "http://box:11434/ollama"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:9999", "http://127.0.0.1:9999"),
        ("http://0.0.0.0:9999", "http://127.0.0.1:9999"),
        ("[::]:9999", "http://[::1]:9999"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("http://[fe80::2]:80", "http://[fe80::2]:80"),
        ("ollama.com", "https://ollama.com:443"),
    ],
)
def test_every_form_is_understood(written: str, url: str) -> None:
    assert find_address(written, {}).url == url


@pytest.mark.parametrize(
    "written",
    [
        "http://",
        "ftp://box",
        "box:port",
        "box:99999",
        "box:0",
        "my box",
        "[::1",
        "http://a://b",
        "/path",
        ":",
        "box?x=1",
        "box#1",
        "!!",
    ],
)
def test_anything_else_is_refused_with_the_forms(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_address(written, {})
    assert written in caught.value.message
    assert "host:port" in caught.value.hint


@given(st.text())
def test_no_text_is_more_than_refused(written: str) -> None:
    try:
        url = find_address(written, {}).url
    except UsageError:
        return
    assert find_address(url, {}).url == url


def test_the_environment_counts_when_nothing_is_given() -> None:
    environment = {"OLLAMA_HOST": " 'box:1234' "}
    assert find_address("", environment).url == "http://box:1234"
    assert find_address("other", environment).url == "http://other:11434"
    with pytest.raises(UsageError):
        find_address("", {"OLLAMA_HOST": "what is this"})


@pytest.mark.parametrize(
    ("written", "may"),
    [
        ("", False),
        ("box", False),
        ("http://box", False),
        ("http://ollama.com", False),
        ("ollama.com.evil.example", False),
        ("notollama.com", False),
        ("https://box", True),
        ("ollama.com", True),
        ("api.ollama.com", True),
    ],
)
def test_the_key_goes_encrypted_or_not_at_all(written: str, may: bool) -> None:
    assert find_address(written, {}).may_have_key(("box:443", "box:80", "box:11434")) is may


def test_the_key_goes_to_no_server_that_it_was_not_bound_to() -> None:
    assert not find_address("https://box", {}).may_have_key(())
    assert not find_address("https://box:8443", {}).may_have_key(("box:443",))
    assert find_address("https://ollama.com", {}).may_have_key(())


@pytest.mark.parametrize(
    "written", ["http://user:secret@box", "user:secret@box:1", "https://secret@box", "http://u:a/secret@box"]
)
def test_a_login_in_an_address_is_refused_and_never_repeated(written: str) -> None:
    with pytest.raises(UsageError, match="user name or password") as refused:
        find_address(written, {})
    assert "secret" not in f"{refused.value} {refused.value.detail}"
    assert "secret" not in "".join(traceback.format_exception(refused.value, chain=False)[-1:])


@pytest.mark.parametrize(
    ("written", "open_"),
    [("", False), ("localhost:1", False), ("10.0.0.7", True), ("http://box", True), ("https://box", False)],
)
def test_what_others_can_read_on_the_way_is_known(written: str, open_: bool) -> None:
    assert find_address(written, {}).is_readable_by_others is open_


@pytest.mark.parametrize(
    ("written", "here"),
    [("", True), ("localhost:1", True), ("::1", True), ("10.0.0.7", False), ("box", False)],
)
def test_this_machine_is_known(written: str, here: bool) -> None:
    assert find_address(written, {}).is_loopback is here
