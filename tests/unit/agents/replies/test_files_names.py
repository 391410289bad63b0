"""The name of a file of a reply: on the line before, after the fence, in the block; refused ones."""

from __future__ import annotations

import pytest

from agents.errors import PathRefused
from agents.paths import checked
from agents.replies import read_files
from tests.unit.agents.replies.helpers import CODE, fenced

# --- the name on the line before ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "main.py",
        "**main.py**",
        "`main.py`",
        "### main.py",
        "### File: main.py",
        "main.py:",
        "**`main.py`**",
        "**main.py:**",
        "**main.py**:",
        "`main.py`:",
        "# `main.py`",
        "1. `main.py`",
        "1. **main.py**:",
        "**1. main.py**",
        "- main.py",
        "* `main.py`",
        "> main.py",
        "File: `main.py`",
        "**File:** `main.py`",
        "**Filename: main.py**",
        "filename: main.py",
        "`File: main.py`",
        "FILE: main.py",
        "[FILE] main.py",
        "File 1: main.py",
        "## 2) `main.py`",
        "## Step 2: main.py",
        "Create file main.py",
        "The file main.py:",
        "--- main.py ---",
        "=== main.py ===",
        "// main.py",
        "<!-- main.py -->",
        "[main.py]",
        "[main.py](main.py)",
        "(main.py)",
        "<main.py>",
        '<file path="main.py">',
        "<summary>main.py</summary>",
        "### `main.py` (new)",
        "**main.py** (entry point)",
        "**`main.py`** - the entry point:",
        "**main.py** — the entry point",
        "📄 main.py",
        "#### 📁 `main.py`",
        "Entry point: main.py",
        "Main file: `main.py`:",
        "__main.py__",
        "_main.py_",
        "./main.py",
        "main.py：",
        "Here is the code for main.py:",
        "Create `main.py`:",
        "The following is main.py, which imports util.py:",
        "Now let's write the `main.py` file.",
    ],
)
@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_name_on_the_line_before(line: str, between: str) -> None:
    reply = read_files(f"Here it is.\n\n{line}\n{between}{fenced(CODE)}\nDone.\n")
    assert reply.files == {"main.py": CODE}
    assert reply.problems == []


@pytest.mark.parametrize("line", ["**__init__.py**", "`__init__.py`", "__init__.py", r"**\_\_init\_\_.py**"])
def test_underscores_are_kept(line: str) -> None:
    assert read_files(f"{line}\n{fenced('')}").files == {"__init__.py": ""}


def test_a_heading_further_up_names_the_block() -> None:
    text = f"### `main.py`\n\nThis is where the program starts. It reads settings.\n\n{fenced(CODE)}"
    assert read_files(text).files == {"main.py": CODE}


@pytest.mark.parametrize(
    "heading",
    [
        "## Main module (main.py)",
        "### 1. The main file - main.py",
        "FILENAME: main.py",
        "## The `main.py` file",
    ],
)
def test_a_heading_with_more_than_the_name(heading: str) -> None:
    assert read_files(f"{heading}\n\nLANGUAGE: python\n\n{fenced(CODE)}").files == {"main.py": CODE}


def test_a_list_of_names_names_no_block() -> None:
    reply = read_files(f"I will write:\n- main.py\n- util.py\n\n{fenced(CODE)}")
    assert (reply.files, reply.unnamed) == ({}, (CODE,))


def test_a_heading_is_used_once() -> None:
    text = f"### `main.py`\n\n{fenced(CODE)}\nNow something else:\n\n{fenced('x = 1' + chr(10))}"
    reply = read_files(text)
    assert reply.files == {"main.py": CODE}
    assert reply.unnamed == ("x = 1\n",)


# --- the name after the fence ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "info",
    [
        "python main.py",
        "python:main.py",
        "python: main.py",
        "python title=main.py",
        'python title="main.py"',
        'python filename="main.py"',
        "python filename='main.py'",
        "python file=main.py",
        "python path=main.py",
        'python linenums="1" title="main.py" hl_lines="2 3"',
        "{python filename=main.py}",
        '{.python filename="main.py"}',
        'python {title: "main.py"}',
        "main.py",
        "file=main.py",
        "file:main.py",
        "python # main.py",
        "python // main.py",
        "python (main.py)",
        "python, main.py",
        "python\tmain.py",
        "  python   main.py  ",
        "py main.py (updated)",
    ],
)
def test_name_after_the_fence(info: str) -> None:
    assert read_files(fenced(CODE, info)).files == {"main.py": CODE}


@pytest.mark.parametrize(
    "info", ["python 3.11", "python v1.9", 'python title="Game 1.2"', "c++", "asp.net", "c#"]
)
def test_what_is_no_name_after_the_fence(info: str) -> None:
    reply = read_files(fenced(CODE, info))
    assert reply.files == {}
    assert reply.unnamed == (CODE,)


def test_a_name_after_the_fence_wins_over_the_line_before() -> None:
    assert read_files(f"See settings.json:\n{fenced(CODE, 'python src/main.py')}").files == {
        "src/main.py": CODE
    }


def test_one_letter_languages_are_no_drives() -> None:
    assert read_files(fenced("int x;\n", "c:main.c")).files == {"main.c": "int x;\n"}


# --- the name in the block ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "path"),
    [
        ("# main.py", "main.py"),
        ("#main.py", "main.py"),
        ("# File: main.py", "main.py"),
        ("# filename: pkg/main.py", "pkg/main.py"),
        ("# main.py - the entry point", "main.py"),
        ("// src/main.js", "src/main.js"),
        ("//src/main.js", "src/main.js"),
        ("/* style.css */", "style.css"),
        ("<!-- index.html -->", "index.html"),
        ("-- db/schema.sql", "db/schema.sql"),
        ("; boot.asm", "boot.asm"),
        ('"""main.py"""', "main.py"),
        ("{/* App.jsx */}", "App.jsx"),
        ("#!/usr/bin/env python3\n# main.py", "main.py"),
        ("# -*- coding: utf-8 -*-\n# main.py", "main.py"),
        ("<!DOCTYPE html>\n<!-- index.html -->", "index.html"),
        ("<?php\n// index.php", "index.php"),
        ("\n# main.py", "main.py"),
        ("# Makefile", "Makefile"),
    ],
)
@pytest.mark.parametrize("info", ["", "python"])
def test_name_in_the_first_line(first: str, path: str, info: str) -> None:
    content = f"{first}\nx = 1\n"
    assert read_files(fenced(content, info)).files == {path: content}


@pytest.mark.parametrize(
    "first", ["# see main.py", "# config.json must exist", "#include <a.h>", "# read/write", "# 1.5"]
)
def test_comments_that_name_nothing(first: str) -> None:
    assert read_files(fenced(f"{first}\nx = 1\n")).files == {}


# --- what looks like a name, and what does not ---------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "This is version 2.0 of game.py using pygame v1.9",
        "version 2.0 of game.py using pygame v1.9:",
        "Here is game.py (Python 3.11, numpy 1.26.4):",
        "In game.py we use Node.js-like events, e.g. self.events.update:",
        "game.py, see https://example.org/a/main.py for more:",
    ],
)
def test_versions_are_no_names(sentence: str) -> None:
    assert read_files(f"{sentence}\n\n{fenced(CODE)}").files == {"game.py": CODE}


@pytest.mark.parametrize(
    "name",
    [
        "Foo.java",
        "Makefile",
        "Dockerfile",
        "docker/Dockerfile",
        ".gitignore",
        ".env.example",
        "requirements.txt",
        "go.mod",
        "CMakeLists.txt",
        "Procfile",
        "LICENSE",
        "app/[slug]/page.tsx",
        "src/app.component.spec.ts",
        "größe.py",
        "主.py",
        "config.xyz",
        "data.csv",
        "Main.PY",
    ],
)
@pytest.mark.parametrize(
    "language", ["", "text", "python", "java", "makefile", "dockerfile", "bash", "plaintext", "txt"]
)
def test_names_in_any_language(name: str, language: str) -> None:
    content = "one: two\n\tthree\n"
    for line in (f"`{name}`", f"**{name}**", f"### {name}", f"File: {name}"):
        assert read_files(f"{line}\n{fenced(content, language)}").files == {name: content}, line


def test_a_file_name_alone_after_the_fence() -> None:
    assert read_files(fenced("all:\n\techo\n", "Makefile")).files == {"Makefile": "all:\n\techo\n"}
    assert read_files(fenced("*.pyc\n", ".gitignore")).files == {".gitignore": "*.pyc\n"}


# --- refused names -----------------------------------------------------------------------------------

BAD = [
    "/etc/passwd",
    "../x.py",
    "a/../../x.py",
    "..\\x.py",
    "C:\\x.py",
    "C:/x.py",
    "\\\\server\\share\\x.py",
    "~/x.py",
    ".git/hooks/pre-commit",
    ".git/config",
    "sub/.GIT/config",
    "a\0.py",
]


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(
    "form",
    [
        "`{}`\n```python\n",
        "### File: {}\n\n```\n",
        "{}\n```python\n",
        "```python:{}\n",
        '```python filename="{}"\n',
    ],
)
def test_bad_names_are_refused_and_the_rest_is_kept(name: str, form: str) -> None:
    reply = read_files(f"{form.format(name)}x = 1\n```\n\nmain.py\n{fenced(CODE)}")
    assert reply.files == {"main.py": CODE}
    assert reply.refused == (name,)
    assert len(reply.problems) == 1
    with pytest.raises(PathRefused):
        checked(name)


def test_a_folder_called_like_a_comment_is_a_folder() -> None:
    assert read_files("```text rem/a.py\nx = 1\n```\n").files == {"rem/a.py": "x = 1\n"}
