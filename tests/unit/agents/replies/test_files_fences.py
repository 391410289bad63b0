"""Where a file of a reply begins and ends: fences that hold fences, lie in lists, never close; thinking."""

from __future__ import annotations

import pytest

from agents.replies import read_files
from tests.unit.agents.replies.helpers import CODE, fenced

WRONG = "wrong = 1\n"


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
