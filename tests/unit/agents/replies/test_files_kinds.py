"""Which blocks of a reply are files at all: nameless ones, shell commands, output."""

from __future__ import annotations

import pytest

from agents.replies import read_files
from tests.unit.agents.replies.helpers import CODE, fenced

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


# --- commands and output ------------------------------------------------------------------------------


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


LONG = "".join(f"value_{n} = {n}\nprint(value_{n})\n" for n in range(20))


def test_an_excerpt_is_asked_about_once() -> None:
    excerpt = "value_1 = 10\nprint(value_1)\nvalue_2 = 2\nprint(value_2)\n"
    text = f"main.py\n```python\n{excerpt}```\n"
    reply = read_files(text, existing={"main.py": LONG})
    assert (reply.files, [found.path for found in reply.misfits]) == ({}, ["main.py"])
    assert read_files(text, existing={"main.py": LONG}, insisted={"main.py"}).files == {"main.py": excerpt}
    moved = f"{text}\nmore.py\n```python\n{LONG}```\n"
    assert read_files(moved, existing={"main.py": LONG}).files.keys() == {"main.py", "more.py"}
    other = "def main():\n    return 1\n\n\nfor number in range(1, main()):\n    print(number)\n"
    assert read_files(f"main.py\n```python\n{other}```\n", existing={"main.py": LONG}).files == {
        "main.py": other
    }


@pytest.mark.parametrize("label", ["Before:", "**Old code:**", "*Original function:*", "Replace this:"])
def test_what_is_quoted_is_not_the_file(label: str) -> None:
    text = f"### main.py\n\n{label}\n```python\nx = 1\n```\n\nmain.py\n```python\nx = 2\ny = 1\n```\n"
    reply = read_files(text, existing={"main.py": "x = 1\ny = 1\n"})
    assert (reply.files, reply.problems) == ({"main.py": "x = 2\ny = 1\n"}, [])
    quoted = read_files(text.partition("\nmain.py\n")[0], existing={"main.py": "x = 1\ny = 1\n"})
    assert (quoted.files, len(quoted.problems)) == ({}, 1)
