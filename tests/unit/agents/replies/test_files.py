"""Files of a reply: one test, or table, for each row of what local models really write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import PathRefused
from agents.paths import checked
from agents.replies import read_files

WRONG = "wrong = 1\n"
CODE = "import sys\n\nprint(sys.argv)\n"


def fenced(content: str, info: str = "python", fence: str = "```") -> str:
    return f"{fence}{info}\n{content}{fence}\n"


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


# --- what is kept ------------------------------------------------------------------------------------


def test_folders_are_kept() -> None:
    reply = read_files(
        f"`pkg/util.py`\n{fenced('a = 1' + chr(10))}\n`pkg2/util.py`\n{fenced('b = 2' + chr(10))}"
    )
    assert reply.files == {"pkg/util.py": "a = 1\n", "pkg2/util.py": "b = 2\n"}


def test_two_files_with_a_main_guard() -> None:
    guard = 'if __name__ == "__main__":\n    main()\n'
    reply = read_files(f"game.py\n{fenced(guard)}\nmenu.py\n{fenced('# menu' + chr(10) + guard)}")
    assert reply.files == {"game.py": guard, "menu.py": f"# menu\n{guard}"}


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
    "content", ["HTTP_CODE = 200\n", "CODE\n", "# CODE\nCODE = 'CODE'\n", "LANGUAGE\nDOCSTRING\n"]
)
def test_words_of_prompts_are_kept(content: str) -> None:
    assert read_files(f"codes.py\n{fenced(content)}").files == {"codes.py": content}


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


@pytest.mark.parametrize(
    "content",
    [
        'text = """\n\n\n  a\n\n"""\n\n\n',
        "\tif x:\n\t\tpass\n",
        "a = 1\r\nb = 2\r\n",
        "a\r\nb\nc\r\n",
        "größe = '日本語 🎲'\n",
        "   \n \n",
        "\n\n\n",
        "x = 1  \n\ty\x0c\x0b\u2028z\n",
        "a\rb\n",
        "\ufeffx = 1\n",
        "",
        "~~~\n",
        "    ```\n    inner\n    ```\n",
        "``\n",
        "a = '```'\n",
        "# see ``` here\n",
        "<html>\n\n<div>\n\n    code\n</div>\n",
        "a = '\0'\n",
    ],
)
def test_byte_for_byte(content: str) -> None:
    assert read_files(f"main.py\n\n```python\n{content}```\n").files == {"main.py": content}


def test_a_reply_in_crlf() -> None:
    reply = read_files(
        "Hello\r\n\r\n**main.py**\r\n\r\n```python\r\na = 1\r\n\r\nb = 2\r\n```\r\n\r\n"
        "util.py\r\n```\r\nx\r\n```\r\n"
    )
    assert reply.files == {"main.py": "a = 1\r\n\r\nb = 2\r\n", "util.py": "x\r\n"}


# --- fences ------------------------------------------------------------------------------------------

README = "# Game\n\n```bash\npip install pygame\npython main.py\n```\n\nSee:\n\n```python\nimport game\n```\n"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("````markdown", "````"),
        ("~~~markdown", "~~~"),
        ("`````", "`````"),
        ("~~~~md", "~~~~"),
        ("```markdown", "```"),
    ],
)
def test_a_readme_with_fences_is_one_file(opening: str, closing: str) -> None:
    text = f"README.md\n{opening}\n{README}{closing}\n\nmain.py\n{fenced(CODE)}"
    assert read_files(text).files == {"README.md": README, "main.py": CODE}


def test_a_readme_that_is_not_closed_again_gives_the_next_file_free() -> None:
    text = f"README.md\n```markdown\n# Game\n```bash\npip install x\n```\n\nmain.py\n{fenced(CODE)}"
    assert read_files(text).files["main.py"] == CODE


def test_fences_in_lists() -> None:
    text = (
        "1. **main.py**\n\n   ```python\n   def f():\n       return 1\n   ```\n\n"
        "2. `util.py`:\n   ```python\n   x = 2\n   ```\n"
    )
    assert read_files(text).files == {"main.py": "def f():\n    return 1\n", "util.py": "x = 2\n"}


def test_code_that_is_less_indented_than_its_list() -> None:
    text = (
        "1. **main.py**\n\n   ```python\nimport a\n\ndef f():\n    pass\n   ```\n\n"
        "2. **util.py**\n\n   ```python\nx = 2\n   ```\nEnd.\n"
    )
    assert read_files(text).files == {"main.py": "import a\n\ndef f():\n    pass\n", "util.py": "x = 2\n"}


def test_fences_that_are_indented_like_code() -> None:
    text = "1. main.py\n\n        ```python\n        def f():\n            pass\n        ```\n"
    assert read_files(text).files == {"main.py": "def f():\n    pass\n"}
    text = "    main.py\n    ```python\n    x = 1\n    ```\n\n    util.py\n    ```\n    y\n    ```\n"
    assert read_files(text).files == {"main.py": "x = 1\n", "util.py": "y\n"}


def test_fences_in_quotations() -> None:
    text = "> main.py\n> ```python\n> x = 1\n>\n>     y\n> ```\n"
    assert read_files(text).files == {"main.py": "x = 1\n\n    y\n"}


def test_a_readme_with_bare_fences() -> None:
    readme = "# Game\n\nRun:\n```\npython main.py\n```\n\n```\npip install x\n```\nEnd.\n"
    text = f"README.md\n```markdown\n{readme}```\n\nmain.py\n{fenced(CODE)}"
    assert read_files(text).files == {"README.md": readme, "main.py": CODE}


def test_a_block_ends_where_the_next_file_begins() -> None:
    text = f"main.py\n```python\nx = 1\n\n**util.py**\n\n{fenced(CODE)}"
    assert read_files(text).files == {"main.py": "x = 1\n", "util.py": CODE}


def test_html_around_fences() -> None:
    details = f"<details>\n<summary>util.py</summary>\n{fenced(CODE)}</details>\n"
    text = f'<file path="a/main.py">\n{fenced(CODE)}</file>\n{details}'
    assert read_files(text).files == {"a/main.py": CODE, "util.py": CODE}


@pytest.mark.parametrize(
    "head", ["main.py\n```python\n", "```python main.py\n", "**main.py**\n\n~~~\n", "````main.py\n"]
)
@pytest.mark.parametrize("partial", ["", "impo", "import a\n", "import a\n\ndef f(:\r\n   x", "a\n``"])
def test_a_fence_that_never_closes(head: str, partial: str) -> None:
    reply = read_files(f"util.py\n{fenced(CODE)}\n{head}{partial}")
    assert reply.files == {"util.py": CODE}
    assert (reply.truncated, reply.partial) == ("main.py", partial)
    assert reply.problems == []


def test_a_cut_block_without_a_name_is_the_only_file() -> None:
    reply = read_files("Sure:\n```python\nimport a", only="main.py")
    assert (reply.files, reply.truncated, reply.partial) == ({}, "main.py", "import a")


def test_a_cut_fence_alone() -> None:
    assert read_files("main.py\n```pyth").truncated == "main.py"


# --- thinking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "thinking",
    [
        f"<think>\nmain.py\n{fenced(WRONG)}</think>\n",
        "<think>main.py\n```python\nwrong\n</think>\n",
        f"<thinking>\nmain.py\n{fenced(WRONG)}</thinking>",
        f"Maybe main.py:\n{fenced(WRONG)}\n</think>\n\n",
    ],
)
def test_thinking_is_not_the_answer(thinking: str) -> None:
    assert read_files(f"{thinking}\nutil.py\n{fenced(CODE)}").files == {"util.py": CODE}


def test_unclosed_thinking_gives_no_files() -> None:
    assert read_files(f"<think>\nmain.py\n{fenced(CODE)}").files == {}


def test_tags_in_code_are_code() -> None:
    content = 'TAG = "<think>"\n<think>\nEND = "</think>"\n</think>\n'
    assert read_files(f"main.py\n{fenced(content)}").files == {"main.py": content}


# --- no name -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("info", ["python", "", "javascript", "json"])
def test_a_block_without_any_name_is_asked_about(info: str) -> None:
    content = '{\n  "a": 1;\n}\n'
    reply = read_files(f"Here you go:\n\n{fenced(content, info)}")
    assert reply.files == {}
    assert reply.unnamed == (content,)
    assert len(reply.problems) == 1


@pytest.mark.parametrize("info", ["python", "", "text"])
def test_a_block_without_any_name_is_the_only_file(info: str) -> None:
    reply = read_files(f"Here you go:\n\n{fenced(CODE, info)}", only="src/main.py")
    assert reply.files == {"src/main.py": CODE}
    assert reply.problems == []


def test_an_example_after_the_only_file_is_not_the_file() -> None:
    example = f"Example usage:\n{fenced('main()' + chr(10))}\nOutput:\n{fenced('5' + chr(10), '')}"
    text = f"Here it is:\n{fenced(CODE)}\n{example}"
    assert read_files(text, only="main.py").files == {"main.py": CODE}


def test_nameless_code_beside_the_only_file() -> None:
    reply = read_files(
        f"main.py\n{fenced(CODE)}\nAlternatively:\n{fenced('x = 1' + chr(10))}", only="main.py"
    )
    assert reply.files == {"main.py": CODE}
    assert reply.problems == []
    assert reply.notes


@pytest.mark.parametrize(
    ("info", "content"),
    [
        ("bash", "pip install pygame\npython main.py\n"),
        ("", "pip install pygame\n"),
        ("", "python main.py\n"),
        ("", "$ python main.py\nHello\n"),
        ("text", "python main.py\n"),
        ("python", "pip install -r requirements.txt\n"),
        ("sh", "./run.sh --fast\n"),
        ("shell", "# install\npip install x && python main.py\n"),
        ("console", "$ pip install x\nSuccessfully installed\n"),
        ("powershell", "venv\\Scripts\\activate\n"),
        ("zsh", "export A=1\n"),
        ("terminal", "npm run dev\n"),
        ("cmd", "C:\\game> python main.py\n"),
        ("", "project/\n├── main.py\n└── util.py\n"),
        ("text", "Score: 3\n"),
        ("", "Score 3\n"),
        ("python", ">>> f(1)\n2\n"),
        ("mermaid", "graph TD; A-->B;\n"),
    ],
)
@pytest.mark.parametrize(
    "before", ["", "Run it:", "Run main.py:", "To start main.py, type", "The structure with main.py:"]
)
def test_shell_blocks_and_output_are_no_files(info: str, content: str, before: str) -> None:
    reply = read_files(
        f"main.py\n{fenced(CODE)}\n{before}\n\n{fenced(content, info)}\nutil.py\n{fenced(CODE)}"
    )
    assert reply.files == {"main.py": CODE, "util.py": CODE}
    assert reply.problems == []


@pytest.mark.parametrize("before", ["Output of main.py:", "main.py prints:", "Running main.py displays"])
def test_output_of_a_file_is_not_the_file(before: str) -> None:
    reply = read_files(f"main.py\n{fenced(CODE)}\n{before}\n\n{fenced('Hello = 3' + chr(10), '')}")
    assert reply.files == {"main.py": CODE}


@pytest.mark.parametrize(
    "head", ["`run.sh`\n```bash\n", "```bash run.sh\n", "### run.sh\n```sh\n", "```bash\n# run.sh\n"]
)
def test_a_shell_script_with_a_name_is_a_file(head: str) -> None:
    text = f"{head}python main.py\n```\n"
    assert list(read_files(text).files) == ["run.sh"]


@pytest.mark.parametrize("sentence", ["Create a script `run.sh`:", "Finally, run.sh starts everything:"])
def test_a_shell_script_in_a_sentence(sentence: str) -> None:
    script = "#!/bin/sh\npython main.py\n"
    assert read_files(f"{sentence}\n{fenced(script, 'bash')}").files == {"run.sh": script}
    assert read_files(f"Then run setup.sh:\n{fenced('bash setup.sh' + chr(10), 'bash')}").files == {}


def test_a_command_under_a_name_is_no_program() -> None:
    assert read_files("**main.py**\n```bash\npython main.py\n```\n").files == {}


# --- twice, and changes ------------------------------------------------------------------------------


def test_the_last_one_counts() -> None:
    reply = read_files(
        f"game.py\n{fenced('a = 1' + chr(10))}\nOn second thought:\n\n`game.py`\n{fenced('a = 2' + chr(10))}"
    )
    assert reply.files == {"game.py": "a = 2\n"}
    assert reply.notes == ("game.py was given twice; the last one counts.",)


def test_an_example_of_a_file_does_not_replace_it() -> None:
    reply = read_files(
        f"game.py\n{fenced(CODE)}\nExample usage of game.py:\n{fenced('import game' + chr(10))}"
    )
    assert reply.files == {"game.py": CODE}
    assert reply.notes


def test_a_snippet_does_not_replace_a_file() -> None:
    old = "".join(f"line{number} = {number}\n" for number in range(40))
    reply = read_files(f"Add this to game.py:\n{fenced('new = 1' + chr(10))}", existing={"game.py": old})
    assert reply.files == {}
    assert reply.unapplied == ("game.py: new = 1…",)


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


# --- properties --------------------------------------------------------------------------------------

MARKS = [
    "```",
    "```python\n",
    "~~~",
    "````",
    "\n",
    "\r\n",
    "**",
    "`",
    "# ",
    "> ",
    "1. ",
    "- ",
    "  ",
    "\t",
    "diff",
]
CHANGES = [
    "<<<<<<< SEARCH\n",
    "=======\n",
    ">>>>>>> REPLACE\n",
    "--- a/main.py\n",
    "+++ b/main.py\n",
    "@@ -1 +1 @@\n",
]
WORDS = [
    "main.py",
    "../x.py",
    "-x",
    "+y",
    "\0",
    "\ud800",
    "é",
    "/etc/passwd",
    "C:\\a.py",
    "a/b.py:",
    "x = 1\n",
    "file=",
]
PIECES = st.sampled_from([*MARKS, *CHANGES, *WORDS, "<think>", "</think>"])
REPLIES = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))


@given(
    REPLIES,
    st.sampled_from([{}, {"main.py": "x\ny\n"}, {"a/b.py": "", "main.py": "x"}]),
    st.sampled_from(["", "main.py"]),
)
def test_reading_never_raises_and_never_leads_out(text: str, existing: dict[str, str], only: str) -> None:
    reply = read_files(text, existing=existing, only=only)
    for path in [*reply.files, *reply.deleted, *filter(None, [reply.truncated])]:
        assert checked(path) == path
    for content in reply.files.values():
        content.encode("utf-8")
    assert all(isinstance(problem, str) for problem in reply.problems)


NAME = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
PATHS = st.builds(
    lambda folders, name, ending: "/".join([*folders, f"{name}.{ending}"]),
    st.lists(NAME, max_size=2),
    NAME,
    st.sampled_from(["py", "js", "java", "md", "txt", "html", "json", "yaml", "c"]),
)
CONTENTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        st.sampled_from(["```", "~~~~", "  ```py", "\t", ""]),
    ),
    max_size=8,
).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: "".join(line + end for line in lines))
)


def longest_run(content: str, mark: str) -> int:
    run = longest = 0
    for char in content:
        run = run + 1 if char == mark else 0
        longest = max(longest, run)
    return longest


@given(st.dictionaries(PATHS, CONTENTS, max_size=4), st.sampled_from(["`", "~"]), st.integers(0, 3))
def test_named_fences_come_back_byte_for_byte(files: dict[str, str], mark: str, form: int) -> None:
    text = "Here are the files.\n\n"
    for path, content in files.items():
        fence = mark * max(3, longest_run(content, mark) + 1)
        head = [
            f"`{path}`\n{fence}",
            f"**{path}**\n\n{fence}python",
            f"{fence}text {path}",
            f"### File: {path}\n{fence}",
        ]
        text += f"{head[form]}\n{content}{fence}\n\n"
    reply = read_files(text)
    assert reply.files == files
    assert reply.problems == []
    assert reply.truncated == ""
