"""Paths that a model names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import PathRefused
from agents.paths import checked, clash_key


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("main.py", "main.py"),
        ("a/b/c.py", "a/b/c.py"),
        ("./main.py", "main.py"),
        ("a//b/./c.py", "a/b/c.py"),
        ("a\\b.py", "a/b.py"),
        (".gitignore", ".gitignore"),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        ("my file.py", "my file.py"),
        ("größe/主.py", "größe/主.py"),
        ("a..b.py", "a..b.py"),
        ("..a/b", "..a/b"),
        ("~backup.py", "~backup.py"),
        ("app/[slug]/page.tsx", "app/[slug]/page.tsx"),
        ("x" * 240, "x" * 240),
    ],
)
def test_paths_inside_the_project(path: str, wanted: str) -> None:
    assert checked(path) == wanted


ABSOLUTE = [
    "/",
    "/etc/passwd",
    "//server/x",
    "\\x.py",
    "\\\\server\\share\\x.py",
    "~/x.py",
    "~",
    "~root/x.py",
    "./~",
    ".\\~root/x.py",
]
UPWARDS = ["..", "../x.py", "a/../../x.py", "a/../b.py", "a\\..\\..\\x", "a/.. /b", "a/.../b", "a/..\\..\\b"]
DRIVES = ["C:\\x.py", "C:/x.py", "c:x.py", "C:", "a/b:c.py", "file:///etc/passwd"]
FOLDERS = ["", " ", ".", "./", "src/", "src\\", "src/."]
UNSEEN = [
    "a\0.py",
    "a\n.py",
    "a\x7f.py",
    "a\x9b.py",
    "a\u202ey.py",
    "\ud800.py",
    "a\u2028b",
    "a /b",
    "a./b",
    "a.",
    " a",
]
OF_GIT = [".git/config", "a/.GIT/hooks/x", ".git", "git~1/config", ".git /x", ".git./x"]
LONG = ["x" * 241, "é" * 121, "a/" * 600 + "b"]


@pytest.mark.parametrize("path", [*ABSOLUTE, *UPWARDS, *DRIVES, *FOLDERS, *UNSEEN, *OF_GIT, *LONG])
def test_paths_that_are_refused(path: str) -> None:
    with pytest.raises(PathRefused) as caught:
        checked(path)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300
    assert caught.value.hint


@given(st.text(alphabet=st.sampled_from("ab./\\:~ ..\0Gg.itß")))
def test_a_checked_path_stays_what_it_is(path: str) -> None:
    try:
        result = checked(path)
    except PathRefused:
        return
    assert checked(result) == result
    assert not result.startswith("/")
    assert ".." not in result.split("/")
    assert "\\" not in result


def test_paths_that_some_file_systems_confuse() -> None:
    assert clash_key("A.py") == clash_key("a.PY")
    assert clash_key("é.py") == clash_key("e\u0301.py")
    assert clash_key("a.py") != clash_key("b.py")


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u061c", "\u200b", "\u00ad", "\u2060", "\u3164", "\U000e0041", "\x1b"]
)
def test_a_name_that_reads_other_than_it_is_is_refused(hidden: str) -> None:
    with pytest.raises(PathRefused, match="cannot be seen") as refused:
        checked(f"ma{hidden}in.py")
    assert hidden not in refused.value.message


def test_joined_letters_are_a_name() -> None:
    assert checked("نامه\u200cای.txt") == "نامه\u200cای.txt"
