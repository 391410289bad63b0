"""The files of several replies to one request."""

from __future__ import annotations

from agents.asked_files import AskedFiles

BEFORE = {"main.py": "import a\n\nx = 1\n"}


def block(old: str, new: str, path: str = "main.py") -> str:
    return f"{path}\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n"


ADDING = block("import a", "import a\nimport b")


def asked(existing: dict[str, str]) -> AskedFiles:
    return AskedFiles(existing, only="", main="", required=False)


def test_a_reply_that_repeats_all_blocks_for_one_that_failed_makes_none_twice() -> None:
    files = asked(BEFORE)
    files.take(ADDING + block("x = 7", "x = 2"), ended=True, whole=False)
    assert len(files.problems) == 1
    assert files.broke
    files.take(ADDING + block("x = 1", "x = 2"), ended=True, whole=False)
    assert files.problems == []
    assert files.files == files.latest == {"main.py": "import a\nimport b\n\nx = 2\n"}


def test_blocks_of_a_reply_whose_files_were_refused_are_made_when_they_are_repeated() -> None:
    files = asked({**BEFORE, "lib.py/a.txt": ""})
    clash = "lib.py\n```python\nx = 1\n```\n"
    files.take(f"{ADDING}\n{clash}", ended=True, whole=False)
    assert files.problems
    assert files.files == files.latest == {}
    files.take(ADDING, ended=True, whole=False)
    assert files.files == {"main.py": "import a\nimport b\n\nx = 1\n"}


def test_a_file_whose_blocks_fail_twice_is_asked_for_whole() -> None:
    files = asked(BEFORE)
    for _ in range(2):
        files.take(block("y = 1", "y = 2"), ended=True, whole=False)
    assert "Give the whole file main.py instead." in files.problems[0]


def test_the_only_block_without_a_name_is_the_main_file_where_there_is_none() -> None:
    files = AskedFiles({}, only="", main="main.py", required=True)
    notices = files.take("Here it is:\n```python\nprint(1)\n```\n", ended=True, whole=False)
    assert files.files == {"main.py": "print(1)\n"}
    assert "main.py" in notices[0]
    assert files.problems == []


def test_a_required_file_that_did_not_come_is_a_problem() -> None:
    files = AskedFiles({}, only="", main="main.py", required=True)
    files.take("Done.", ended=True, whole=False)
    assert "no file" in files.problems[0]


def test_blocks_change_a_file_as_it_is_when_they_come_and_keep_what_the_user_did_meanwhile() -> None:
    existing = dict(BEFORE)
    files = asked(existing)
    existing["main.py"] = "import a\n\nx = 1\nmine = True\n"
    notices = files.take(block("x = 1", "x = 2"), ended=True, whole=False)
    assert files.files == {"main.py": "import a\n\nx = 2\nmine = True\n"}
    assert notices == []


def test_a_whole_file_that_takes_the_place_of_a_users_change_is_told_once() -> None:
    existing = dict(BEFORE)
    files = asked(existing)
    existing["main.py"] = "mine = True\n"
    whole = "main.py\n```python\nx = 2\n```\n"
    notices = files.take(whole, ended=True, whole=False)
    assert "main.py was changed while it was written" in notices[0]
    assert files.take(whole, ended=True, whole=False) == []


def test_a_file_of_an_earlier_reply_that_the_user_changed_since_is_told() -> None:
    existing = dict(BEFORE)
    files = asked(existing)
    files.take(ADDING + block("x = 7", "x = 2"), ended=True, whole=False)
    existing["main.py"] = "mine = True\n"
    notices = files.take(block("x = 1", "x = 2"), ended=True, whole=False)
    assert "main.py was changed while it was written" in notices[0]


def test_a_file_that_became_short_is_asked_for_once_more_and_then_believed() -> None:
    lines = "".join(f"value_{number} = {number}\nprint(value_{number})\n" for number in range(20))
    short = "main.py\n```python\nvalue_1 = 1\nprint(value_1)\n```\n"
    asked = AskedFiles({"main.py": lines}, only="", main="", required=False)
    asked.take(short, ended=True, whole=False)
    assert (asked.files, len(asked.problems)) == ({}, 1)
    assert asked.problems[0].startswith("This is only a part of main.py: ")
    assert not asked.broke
    asked.take(short, ended=True, whole=False)
    assert (asked.files, asked.problems) == ({"main.py": "value_1 = 1\nprint(value_1)\n"}, [])
