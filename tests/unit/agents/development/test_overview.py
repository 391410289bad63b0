"""What a goal speaks of: rare words count more, and a large program is not read whole."""

from __future__ import annotations

from agents.codegraph import CodeGraph
from agents.context import portion
from agents.development.overview import mentioned

BODY = "".join(f"    value_{n} = {n}\n" for n in range(60))


def spoken_of(files: dict[str, str], goal: str) -> tuple[list[str], list[str]]:
    return mentioned(CodeGraph(files), files, goal)


def program(count: int = 30) -> dict[str, str]:
    parts = {f"part_{n:02}.py": f"def report():\n{BODY}    return {n}\n" for n in range(count)}
    return {"main.py": "import part_00\n", "billing.py": f"def invoice():\n{BODY}    return 1\n"} | parts


def test_a_rare_word_comes_before_one_that_every_file_has() -> None:
    read, near = spoken_of(program(), "Each report names its invoice.")
    assert read[:2] == ["main.py", "billing.py"]
    assert set(read) | set(near) == set(program())


def test_no_more_is_read_than_a_portion_of_a_large_program() -> None:
    files = program()
    read, near = spoken_of(files, "report")
    assert sum(len(files[path]) for path in read[1:]) <= portion(files)
    assert near


def test_of_a_small_program_all_that_is_spoken_of_is_read() -> None:
    files = {"main.py": "import a\n", "a.py": "def report():\n    return 1\n", "b.py": "x = 1\n"}
    assert spoken_of(files, "A report.") == (["main.py", "a.py"], [])
