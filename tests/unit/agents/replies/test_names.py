"""File names told from words, versions and products."""

from __future__ import annotations

import pytest

from agents.replies.names import Place, from_line, from_prose, is_file_name, mentions, split_info


@pytest.mark.parametrize(
    "name", ["v0.py", "2048.py", "3.py", "a.b.c.py", "x.PY", "Makefile", ".gitignore", "go.mod"]
)
def test_names(name: str) -> None:
    assert all(is_file_name(name, place) for place in Place)


@pytest.mark.parametrize(
    "word",
    ["v1.9", "2.0", "3.11", "1.26.4", "3.x", "e.g.", "i.e", "Node.js", "self.score", "os.path", "math.log"],
)
def test_words_in_sentences(word: str) -> None:
    assert not is_file_name(word, Place.SENTENCE)


@pytest.mark.parametrize(
    "line", ["Input/Output", "### Client/Server", "and/or", "**Solution**", "*.py", "src/", "Done."]
)
def test_lines_without_a_name(line: str) -> None:
    assert from_line(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "main.py is the entry point:",
        "Run: main.py",
        "Output: main.py",
        "`python main.py`",
        "main.py and util.py",
    ],
)
def test_lines_that_say_more_than_a_name(line: str) -> None:
    assert from_line(line) == ""


def test_products_are_files_where_a_file_is_meant() -> None:
    assert from_line("**Node.js**") == ""
    assert from_line("**d3.js**") == "d3.js"
    assert from_line("### File: Next.js") == "Next.js"
    assert mentions("written for node.js in main.js") == ["main.js"]


def test_mentions_are_found_once_and_in_order() -> None:
    assert mentions("b.py (and `a.py`), then b.py's tests; see https://x.org/c.py v1.0!") == ["b.py", "a.py"]


@pytest.mark.parametrize(
    ("line", "language", "name"),
    [
        ("main.py, which imports util.py:", "python", "main.py"),
        ("main.py uses util.py", "python", "main.py"),
        ("main.py and util.py", "python", ""),
        ("main.py reads data.json", "python", "main.py"),
        ("main.py reads data.json", "json", "data.json"),
        ("the settings of main.py", "json", ""),
        ("the settings of main.py", "", "main.py"),
    ],
)
def test_the_file_of_a_sentence(line: str, language: str, name: str) -> None:
    assert from_prose(line, language) == name


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("Python", ("python", "")),
        ("c:main.c", ("c", "main.c")),
        ("C:\\x.py", ("", "C:\\x.py")),
        ("python:/etc/passwd", ("python", "/etc/passwd")),
        ("python:bin/run", ("python", "bin/run")),
        ("html.erb", ("", "html.erb")),
        ("jsx {1,3-5} main.jsx", ("jsx", "main.jsx")),
    ],
)
def test_what_stands_after_a_fence(info: str, expected: tuple[str, str]) -> None:
    assert split_info(info) == expected


def test_a_line_that_is_data_speaks_of_no_file() -> None:
    line = "main.py " * 100_000
    assert (mentions(line), from_line(line), from_prose(line, "python")) == ([], "", "")
