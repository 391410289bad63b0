from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import Command, Limits
from agents.languages import LANGUAGES, language_of
from agents.languages.language import outside
from agents.programs import build_command, commands_for_tests, entry, is_test, start_command
from tests.support.languages import carried_out
from tests.support.programs import program

GO_MAIN = "package main\n\nfunc main() {}\n"
C_MAIN = "int main(void) { return 0; }\n"
JAVA_MAIN = "class Main { public static void main(String[] args) {} }\n"
PATHS = st.from_regex(r"[a-z_]{1,8}(/[a-z_]{1,8}){0,2}\.(py|js|html|c|cpp|h|go|java|mod)", fullmatch=True)


@pytest.mark.parametrize(
    ("files", "name", "main"),
    [
        ({}, "Python", ""),
        ({"main.py": "", "main.go": GO_MAIN}, "Python", "main.py"),
        ({"tool.py": "", "main.go": GO_MAIN}, "Go", "main.go"),
        ({"cmd/run/x.go": GO_MAIN, "index.html": ""}, "Go", "cmd/run/x.go"),
        ({"a.go": GO_MAIN, "main.go": GO_MAIN}, "Go", "main.go"),
        ({"lib.go": "package lib\n\nfunc main() {}\n"}, "Go", ""),
        ({"main_test.go": GO_MAIN}, "Go", ""),
        ({"src/x.c": C_MAIN, "src/y.c": ""}, "C", "src/x.c"),
        ({"main.c": C_MAIN, "x.cpp": ""}, "C++", "main.c"),
        ({"x_test.c": C_MAIN, "x.c": "", "x.h": ""}, "C", ""),
        ({"src/app/Main.java": JAVA_MAIN, "src/Other.java": JAVA_MAIN}, "Java", "src/app/Main.java"),
        ({"index.html": "", "a.js": "", "a.css": ""}, "Web page", "index.html"),
        ({"a.html": "", "b.html": ""}, "Web page", ""),
        (
            {"package.json": '{"scripts": {"start": "node ./bin/go.mjs"}}', "bin/go.mjs": ""},
            "JavaScript",
            "bin/go.mjs",
        ),
        ({"lib.js": "", "lib.test.js": ""}, "JavaScript", ""),
    ],
)
def test_the_language_and_its_main_file(files: dict[str, str], name: str, main: str) -> None:
    assert (language_of(files).name, entry(files)) == (name, main)


@given(
    st.dictionaries(
        PATHS, st.sampled_from(["", GO_MAIN, C_MAIN, JAVA_MAIN, "{{", "}"]) | st.text(max_size=30)
    )
)
def test_any_files_have_a_language(files: dict[str, str]) -> None:
    language = language_of(files)
    assert entry(files) in {*files, ""}
    assert (start_command(files) is None) >= (not entry(files))
    build_command(files)
    for other, command in commands_for_tests(files):
        assert command.tests
        assert other is language or other.name != "Web page"


@pytest.mark.parametrize(
    "path",
    [
        *("a.test.js", "tests/a.test.mjs", "a-test.cjs", "a_test.js", "test-a.js", "test.js", "a.spec.js"),
        *(
            "a_test.go",
            "a_test.c",
            "tests/test_a.c",
            "tests.cpp",
            "ATest.java",
            "TestA.java",
            "AppTests.java",
        ),
    ],
)
def test_files_of_tests(path: str) -> None:
    assert is_test(path)


@pytest.mark.parametrize(
    "path", ["contest.js", "latest.js", "a.test.json", "attest.c", "Contest.java", "Testing.java"]
)
def test_files_that_are_none(path: str) -> None:
    assert not is_test(path)


def test_chosen_tests_alone_are_run() -> None:
    files = {"main.js": "", "a.test.js": "", "b.test.js": "", "test_a.py": ""}
    [(language, command)] = commands_for_tests(files, ["b.test.js"])
    assert (language.name, command.argv[-1]) == ("JavaScript", "b.test.js")
    found = commands_for_tests({**files, "index.html": ""}, ["b.test.js"])
    assert [language.name for language, _ in found] == ["JavaScript", "Web page"]


def test_a_program_with_tests_in_two_languages() -> None:
    files = {"app.py": "", "tests/test_app.py": "", "static/a.js": "", "static/a.test.js": ""}
    assert [language.name for language, _ in commands_for_tests(files)] == ["Python", "JavaScript"]


def test_c_tests_run_once_in_a_mixed_program() -> None:
    files = {"main.cpp": C_MAIN, "a_test.c": C_MAIN, "b_test.cpp": C_MAIN}
    assert [language.name for language, _ in commands_for_tests(files)] == ["C++"]
    assert [language.name for language, _ in commands_for_tests({"main.py": "", "a_test.c": C_MAIN})] == ["C"]


def test_the_options_of_a_makefile_are_taken() -> None:
    makefile = "CFLAGS = -std=c11 -DLARGE=1 -O3\nLDLIBS = -lncurses -lm\n"
    command = build_command({"main.c": C_MAIN, "Makefile": makefile, "include/a.h": ""})
    assert command is not None
    argv = " ".join(command.argv)
    assert "-std=c11 -DLARGE=1" in argv
    assert "-Iinclude" in argv
    assert argv.endswith("main.c -lncurses -lm")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_what_is_missing_is_said_in_one_sentence(
    language: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lacking = next(known for known in LANGUAGES if known is language).lacking()
    name = next(known for known in LANGUAGES if known is language).name
    if name in ("Python", "Web page"):
        assert lacking == ""
    else:
        assert "not installed" in lacking or "No C" in lacking
        assert "sudo apt install" in lacking


def test_a_toolchain_of_ones_own_works_in_the_sandbox(tmp_path: Path) -> None:
    tool = program(tmp_path / "own" / "bin", "own-tool", "")
    tool.write_text('#!/bin/sh\ncat "$(dirname "$0")/../lib/words"\n')
    (tmp_path / "own" / "lib").mkdir()
    (tmp_path / "own" / "lib" / "words").write_text("from its own library\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
        needed = outside(["own-tool"])
        command = Command(("own-tool",), read_only=needed, limits=Limits(wall_seconds=20))
        execution = carried_out(tmp_path / "project", {"a.txt": ""}, command, tmp_path / "build")
    assert needed == (tmp_path / "own",)
    assert execution.output == "from its own library\n"


def test_a_toolchain_of_ones_own_is_seen_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "node-v1" / "bin", "node", "")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "node").symlink_to(tmp_path / "node-v1" / "bin" / "node")
    monkeypatch.setenv("PATH", str(tmp_path / "links"))
    assert outside(["node", "none"]) == (tmp_path / "node-v1", tmp_path / "links")
