"""Files of a reply: what comes back byte for byte, what counts of two, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.paths import checked
from agents.replies import read_files
from tests.unit.agents.replies.helpers import CODE, fenced

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
    "content", ["HTTP_CODE = 200\n", "CODE\n", "# CODE\nCODE = 'CODE'\n", "LANGUAGE\nDOCSTRING\n"]
)
def test_words_of_prompts_are_kept(content: str) -> None:
    assert read_files(f"codes.py\n{fenced(content)}").files == {"codes.py": content}


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
    assert [found.change for found in reply.misfits] == ["game.py: new = 1…"]


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


NESTED = [
    '"""Doc.\n\n```\nusage\n```\n"""\nprint(1)\n',
    "TEXT = '''\n```python\nx\n```\n'''\nprint(1)\n",
    "PROMPT = '''\nGive files so:\n\nmain.py\n```python\n...\n```\n\nother.py\n```python\n...\n```\n'''\n",
    '"""One.\n\n```\na\n```\n"""\n\n\ndef f():\n    """Two.\n\n    ```\n    b\n    ```\n    """\n',
]


@pytest.mark.parametrize("content", NESTED)
@pytest.mark.parametrize("head", ["app.py\n```python\n", "```python app.py\n", "### `app.py`\n\n```py\n"])
@pytest.mark.parametrize("after", ["", "\nutil.py\n```python\ny = 1\n```\n", "\nThat is all.\n"])
def test_a_text_of_a_program_may_hold_fences(content: str, head: str, after: str) -> None:
    reply = read_files(f"{head}{content}```\n{after}")
    assert reply.files == {"app.py": content} | ({"util.py": "y = 1\n"} if "util" in after else {})
    assert (reply.problems, reply.truncated) == ([], "")


def test_a_file_with_open_quotes_does_not_swallow_the_next_one() -> None:
    reply = read_files('a.py\n```python\nx = """\n```\n\nb.py\n```python\n"""Doc."""\n```\n')
    assert reply.files == {"a.py": 'x = """\n', "b.py": '"""Doc."""\n'}


MANY = "".join(f"def f{n}():\n    return {f'f{n - 1}()' if n else 0} + {n}\n\n\n" for n in range(20))
METHODS = "class A:\n" + "".join(f"    def f{n}(self):\n        return {n}\n\n" for n in range(20))


@pytest.mark.parametrize(
    ("old", "given"),
    [
        (MANY, "def f3():\n    return f2() + 33\n"),
        (METHODS, "    def f3(self):\n        return 33\n"),
        (METHODS, "def f3(self):\n    return 33\n"),
        (f"import os\n\n\n{MANY}", "def f3():\n    return os.sep\n"),
    ],
)
def test_a_piece_of_a_file_does_not_take_its_place(old: str, given: str) -> None:
    reply = read_files(f"main.py\n```python\n{given}```\n", existing={"main.py": old})
    assert reply.files == {}
    assert reply.problems[0].startswith("This is only a part of main.py: def f3")
    assert "Give the whole file main.py" in reply.told({"main.py"})[0]


@pytest.mark.parametrize(
    ("old", "given"),
    [
        (MANY, "def f3():\n    return 33\n"),
        (METHODS, "class A:\n    pass\n"),
        (METHODS, "def f3():\n    return 33\n"),
        (MANY, "from rest import *\n\n\ndef f3():\n    return f2()\n"),
        (MANY, "from rest import f2\n\n\ndef f3():\n    return f2()\n"),
        (MANY, ""),
        (MANY, "f3(\n"),
    ],
)
def test_a_file_may_become_short(old: str, given: str) -> None:
    reply = read_files(f"main.py\n```python\n{given}```\n", existing={"main.py": old}, insisted=["main.py"])
    assert reply.problems == [] and reply.files == {"main.py": given}
