"""SEARCH/REPLACE blocks in the forms that weak models break: applied as they are meant, or not at all."""

from __future__ import annotations

import pytest

from agents.replies import read_files
from tests.support.broken_blocks import block

FILE = """\
import sys


class Shop:
    def total(self, prices):
        if not prices:
            return 0

        return sum(prices)

    def count(self, prices):
        if not prices:
            return 0

        return len(prices)
"""
FILES = {"app/shop.py": FILE, "util.py": "x = 1\n"}
CHANGED = FILE.replace("return sum(prices)", "return round(sum(prices), 2)")


def blocks(old: str, new: str, path: str = "app/shop.py") -> str:
    return f"{path}\n{block(old.splitlines(), new.splitlines())}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        return sum(prices)", "        return round(sum(prices), 2)"),
        ("return sum(prices)", "return round(sum(prices), 2)"),
        ("            return sum(prices)", "            return round(sum(prices), 2)"),
        ("        return sum(prices)   ", "        return round(sum(prices), 2)"),
        ("\n\n\n        return sum(prices)\n\n\n", "\n\n\n        return round(sum(prices), 2)\n\n\n"),
        ("\n\n\n        return sum(prices)", "        return round(sum(prices), 2)"),
        ("9:         return sum(prices)", "9:         return round(sum(prices), 2)"),
        ("9 |        return sum(prices)", "9 |        return round(sum(prices), 2)"),
        ("9\t        return sum(prices)", "        return round(sum(prices), 2)"),
        (
            "```python\n        return sum(prices)\n```",
            "```python\n        return round(sum(prices), 2)\n```",
        ),
        ("```python\n        return sum(prices)", "        return round(sum(prices), 2)\n```"),
    ],
)
def test_what_can_only_mean_one_thing_is_done(old: str, new: str) -> None:
    reply = read_files(blocks(old, new), existing=FILES)
    assert reply.files == {"app/shop.py": CHANGED}
    assert not reply.problems


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("            return 0", "            return None", "stand 2 times"),
        ("return 0", "return None", "stand 2 times"),
        ("    def total(self, prices):\n        ...", "    def total(self):", "are not in"),
        ("        return sum(prices)", "        # ... existing code ...", "leaves lines out"),
        ("return sum(prices)", "        return round(sum(prices), 2)", "are not in"),
        ("  if not prices:\n    return 0\n\n  return sum(prices)", "  return 1", "are not in"),
        ("        return sum(price)", "        return 1", "are not in"),
        ("        return sum(prices)", "        return (", "syntax error"),
        ("", "x = 1", "does not say which lines"),
    ],
)
def test_what_may_mean_something_else_is_asked_about(old: str, new: str, why: str) -> None:
    reply = read_files(blocks(old, new), existing=FILES)
    assert reply.files == {}
    assert why in reply.problems[0]
    assert "Give the whole file app/shop.py" in reply.told({"app/shop.py"})[0]


def test_the_model_is_shown_what_really_stands_there() -> None:
    reply = read_files(blocks("        return add(prices)", "        return 1"), existing=FILES)
    assert "\n        return sum(prices)\n" in reply.problems[0]
    assert "import sys" not in reply.problems[0]
    assert len(reply.problems[0].splitlines()) < 10


def test_one_block_that_breaks_a_python_file_takes_none_of_its_blocks_but_those_of_others() -> None:
    text = blocks("        return sum(prices)", "        return (") + blocks("x = 1", "x = 2", "util.py")
    reply = read_files(text, existing=FILES)
    assert reply.files == {"util.py": "x = 2\n"}
    assert reply.misfits[0].path == "app/shop.py"
    assert {edit.path for edit in reply.made} == {"util.py"}


def test_a_file_that_was_broken_before_may_be_mended_in_steps() -> None:
    broken = {"a.py": "def f(:\n    return (\n"}
    assert read_files(blocks("def f(:", "def f():", "a.py"), existing=broken).files == {
        "a.py": "def f():\n    return (\n"
    }


def test_a_block_that_was_made_already_may_be_repeated() -> None:
    text = blocks("        return sum(prices)", "        return round(sum(prices), 2)")
    first = read_files(text, existing=FILES)
    again = read_files(text, existing={**FILES, **first.files}, made=first.made)
    assert (again.files, again.problems) == ({}, [])
    assert read_files(text, existing={**FILES, **first.files}).problems


def test_a_last_block_needs_no_end_where_the_model_itself_ended() -> None:
    text = blocks("        return sum(prices)", "        return round(sum(prices), 2)")
    cut = text.removesuffix("\n>>>>>>> REPLACE\n")
    assert read_files(cut, existing=FILES, ended=True).files == {"app/shop.py": CHANGED}
    assert "lacks its line" in read_files(cut, existing=FILES).problems[0]
    assert "lacks its line" in read_files(f"{cut}\n", existing=FILES, ended=True).problems[0]
    assert read_files(f"```\n{cut}\n```\n", existing=FILES).files == {"app/shop.py": CHANGED}
    assert read_files(f"```\n{cut}", existing=FILES).files == {}


def test_a_block_of_a_file_that_is_not_there_is_the_one_of_that_name() -> None:
    text = blocks("        return sum(prices)", "        return round(sum(prices), 2)", "shop.py")
    assert read_files(text, existing=FILES).files == {"app/shop.py": CHANGED}
    twins = FILES | {"old/shop.py": FILE}
    assert read_files(text, existing=twins).files == {}


def test_a_block_that_names_a_file_is_no_block_of_another() -> None:
    reply = read_files(blocks("x = 1", "x = 2"), existing=FILES)
    assert reply.files == {}
    assert [found.change for found in reply.misfits] == ["app/shop.py: x = 1…"]


def test_markup_is_kept_where_the_file_has_it() -> None:
    page = {"index.html": "<p>a &amp; b</p>\n<p>c</p>\n"}
    reply = read_files(blocks("<p>c</p>", "<p>c &lt; d</p>", "index.html"), existing=page)
    assert reply.files == {"index.html": "<p>a &amp; b</p>\n<p>c &lt; d</p>\n"}
    code = {"a.js": "let a = 1;\nlet b = 2;\n"}
    assert read_files(blocks("let b = 2;", "let b = a &lt; 2;", "a.js"), existing=code).files == {}


def test_half_a_fence_is_no_line_of_a_file() -> None:
    reply = read_files(blocks("        return sum(prices)", "````\n        return 0"), existing=FILES)
    assert reply.files == {}
    assert "hold a fence" in reply.problems[0]
    whole = "## Use\n\n```\npython shop.py\n```"
    page = read_files(blocks("## Use", whole, "manual.md"), existing={"manual.md": "# Shop\n\n## Use\n"})
    assert page.files == {"manual.md": f"# Shop\n\n{whole}\n"}


def test_dots_beside_what_follows_are_no_body() -> None:
    old = 'class Shop:\n    """All."""\n\n    def count(self):\n        return 1\n'
    reply = read_files(
        blocks('class Shop:\n    """All."""', "class Shop:\n    ...", "shop.py"), existing={"shop.py": old}
    )
    assert reply.files == {}
    assert "leave lines out with" in reply.problems[0]
    error = "class Lost(Exception):\n    pass\n"
    dots = error.replace("pass", "...")
    reply = read_files(blocks(error.rstrip(), dots.rstrip(), "lost.py"), existing={"lost.py": error})
    assert reply.files == {"lost.py": dots}


ADDING = "main.py\n<<<<<<< SEARCH\nimport a\n=======\nimport a\nimport b\n>>>>>>> REPLACE\n"


def test_a_block_that_only_adds_lines_adds_them_once_however_often_it_is_given() -> None:
    files = {"main.py": "import a\n\nx = 1\n"}
    first = read_files(ADDING + ADDING, existing=files, ended=True)
    assert first.files == {"main.py": "import a\nimport b\n\nx = 1\n"}
    again = read_files(ADDING, existing={**files, **first.files}, ended=True, made=first.made)
    assert again.files == {}
    assert again.misfits == ()
    assert again.made == first.made


def test_a_block_for_a_file_that_was_given_whole_meanwhile_is_made_again() -> None:
    files = {"main.py": "import a\n\nx = 1\n"}
    first = read_files(ADDING, existing=files, ended=True)
    whole = "main.py\n```python\nimport a\n\nx = 2\n```\n"
    second = read_files(whole, existing={**files, **first.files}, made=first.made)
    assert second.made == frozenset()
    third = read_files(ADDING, existing={**files, **second.files}, ended=True, made=second.made)
    assert third.files == {"main.py": "import a\nimport b\n\nx = 2\n"}


@pytest.mark.parametrize(
    ("content", "old", "new"),
    [
        # The searched text is an older version's; its first line alone is there.
        ("Title\n=======\nbody v2\n", "Title\n=======\nbody v1", "Title\n=======\nbody v3"),
        ("Title\n=====\nbody v2\n", "Title\n=====\nbody v1", "Title\n=====\nbody v3"),
        # Signs of a diff within the block.
        ("<p>a</p>\n<p>z</p>\n", "<p>a</p>", "+<p>a</p>\n+<p>b</p>"),
        ("<p>a</p>\n<p>z</p>\n", "<p>a</p>", "-<p>a</p>\n+<p>b</p>"),
    ],
)
def test_a_piece_of_a_block_that_fits_is_not_what_is_meant(content: str, old: str, new: str) -> None:
    reply = read_files(blocks(old, new, "a.txt"), existing={"a.txt": content})
    assert reply.files == {}
    assert len(reply.problems) == 1
    assert "are not in" not in reply.problems[0]


@pytest.mark.parametrize("line", ["=====", "======="])
def test_an_underline_of_the_file_is_no_divider(line: str) -> None:
    content = f"Title\n{line}\nold\n"
    reply = read_files(
        blocks(f"Title\n{line}\nold", f"Title\n{line}\nnew", "a.rst"), existing={"a.rst": content}
    )
    assert reply.files in ({}, {"a.rst": f"Title\n{line}\nnew\n"})
    assert bool(reply.files) is not bool(reply.problems)
    added = read_files(
        blocks("old", f"new\n\nSub\n{line}x"[:-1], "a.rst"), existing={"a.rst": "intro\n\nold\n"}
    )
    assert added.files == {"a.rst": f"intro\n\nnew\n\nSub\n{line}\n"}


@pytest.mark.parametrize(
    ("content", "old", "new"),
    [
        ("import a\nimport b\n\nx = 1\n", "import a", "import a\nimport b"),
        ("import a\nimport b\n\nx = 1\n", "import b", "import a\nimport b"),
    ],
)
def test_a_block_of_an_earlier_change_adds_nothing_twice(content: str, old: str, new: str) -> None:
    reply = read_files(blocks(old, new, "a.py"), existing={"a.py": content})
    assert (reply.files, reply.problems) == ({"a.py": content}, [])
    assert reply.notes == ("A change of a.py was left out: what it says stands there already.",)


@pytest.mark.parametrize("closing", ["}", "</div>", "    end", "0, 0, 0,"])
def test_what_may_be_wanted_twice_is_added_again(closing: str) -> None:
    reply = read_files(
        blocks("first", f"first\n{closing}", "a.x"), existing={"a.x": f"first\n{closing}\nlast\n"}
    )
    assert reply.files == {"a.x": f"first\n{closing}\n{closing}\nlast\n"}


def test_lines_that_are_kept_keep_their_endings() -> None:
    mixed = {"a.txt": "one\r\ntwo\nthree\r\nfour"}
    assert read_files(blocks("one\ntwo\nthree", "one\n2\nthree", "a.txt"), existing=mixed).files == {
        "a.txt": "one\r\n2\nthree\r\nfour"
    }
    assert read_files(blocks("two", "two\nand more", "a.txt"), existing=mixed).files == {
        "a.txt": "one\r\ntwo\nand more\r\nthree\r\nfour"
    }
    assert read_files(blocks("three\nfour", "3\n4\n5", "a.txt"), existing=mixed).files == {
        "a.txt": "one\r\ntwo\n3\r\n4\r\n5"
    }
    mac = {"a.txt": "one\rtwo\rthree\r"}
    assert read_files(blocks("two", "2\nand", "a.txt"), existing=mac).files == {
        "a.txt": "one\r2\rand\rthree\r"
    }


def test_a_block_behind_a_sentence_is_for_the_file_of_the_sentence() -> None:
    files = {"main.py": "x = 1\n", "util.py": "y = 1\n"}
    body = block(["x = 1"], ["x = 2"])
    assert read_files(f"In main.py, change this:\n\n{body}", existing=files).files == {"main.py": "x = 2\n"}
    wrong = read_files(f"In util.py, change this:\n\n{body}", existing=files)
    assert (wrong.files, wrong.misfits[0].path) == ({}, "util.py")
    both = f"To call util.py, change main.py:\n\n{body}"
    assert read_files(both, existing=files).files == {"main.py": "x = 2\n"}


def test_a_block_behind_the_whole_file_that_has_it_is_no_problem() -> None:
    files = {"main.py": "x = 1\ny = 1\n"}
    whole = "main.py\n```python\nx = 2\ny = 1\n```\n\nWhat changed:\n\n"
    reply = read_files(whole + blocks("x = 1", "x = 2", "main.py"), existing=files)
    assert (reply.files, reply.problems) == ({"main.py": "x = 2\ny = 1\n"}, [])
    assert read_files(whole + blocks("x = 1", "x = 3", "main.py"), existing=files).problems
    # In the file that was given it fits at the other place, where white space is all that differs.
    twins = "if a:  \n    x = 1\nend\nif a:\n    x = 1\nend\n"
    given = "if a:  \n    x = 1\nend\nif a:\n    x = 1\n    y = 2\nend\n"
    change = blocks("if a:\n    x = 1\nend", "if a:\n    x = 1\n    y = 2\nend", "a.txt")
    reply = read_files(f"a.txt\n```\n{given}```\n\nWhat changed:\n\n{change}", existing={"a.txt": twins})
    assert (reply.files, reply.problems) == ({"a.txt": given}, [])


@pytest.mark.parametrize(
    ("opening", "divider", "closing"),
    [
        ("<<<<<<<", "=======", ">>>>>>>"),
        ("<<<<<<< FIND", "=======", ">>>>>>> REPLACE"),
        ("<<<<<<< SEARCH", "======= REPLACE", ">>>>>>> END"),
        ("    <<<<<<< SEARCH", "    =======", "    >>>>>>> REPLACE"),
        ("\t<<<<<<< SEARCH", "\t=======", "\t>>>>>>> REPLACE"),
        ("<<<<<<< app/shop.py", "=======", ">>>>>>> app/shop.py"),
    ],
)
@pytest.mark.parametrize("fence", ["", "```python\n"])
def test_marks_that_can_only_be_these_are_read(opening: str, divider: str, closing: str, fence: str) -> None:
    lines = [opening, "        return sum(prices)", divider, "        return round(sum(prices), 2)", closing]
    text = f"app/shop.py\n{fence}" + "\n".join(lines) + ("\n```\n" if fence else "\n")
    assert read_files(text, existing=FILES).files == {"app/shop.py": CHANGED}


@pytest.mark.parametrize(
    "marks",
    [
        ("<<< SEARCH", "===", ">>> REPLACE"),
        ("SEARCH", "=======", "REPLACE"),
        ("SEARCH:", "REPLACE:", "END"),
        ("**SEARCH**", "**REPLACE WITH**", ""),
        ("<search>", "</search>\n<replace>", "</replace>"),
    ],
)
@pytest.mark.parametrize("fence", ["", "```python\n"])
def test_marks_that_may_mean_anything_are_asked_about(marks: tuple[str, str, str], fence: str) -> None:
    lines = [marks[0], "        return sum(prices)", marks[1], "        return 1", marks[2]]
    text = f"app/shop.py\n{fence}" + "\n".join(lines) + ("\n```\n" if fence else "\n")
    reply = read_files(f"{text}\nutil.py\n```python\nx = 2\n```\n", existing=FILES)
    assert reply.files == {"util.py": "x = 2\n"}
    assert [found.path for found in reply.misfits] == ["app/shop.py"]
    assert "<<<<<<< SEARCH, ======= and >>>>>>> REPLACE" in reply.problems[0]


def test_a_whole_file_takes_the_place_of_blocks_that_did_not_apply() -> None:
    reply = read_files(
        f"{blocks('no such line', 'x')}\nThe whole file:\n\napp/shop.py\n```python\n{CHANGED}```\n",
        existing=FILES,
    )
    assert (reply.files, reply.problems) == ({"app/shop.py": CHANGED}, [])


GO = "package main\n\nfunc main() {\n\tif ok {\n\t\trun()\n\t}\n}\n"


@pytest.mark.parametrize("width", [2, 4, 8])
def test_tabs_and_spaces_are_the_files_own(width: int) -> None:
    spaces = " " * width
    old, new = (
        f"{spaces}if ok {{\n{spaces * 2}run()",
        f"{spaces}if ok {{\n{spaces * 2}run()\n{spaces * 2}stop()",
    )
    reply = read_files(blocks(old, new, "main.go"), existing={"main.go": GO})
    assert reply.files == {"main.go": GO.replace("run()", "run()\n\t\tstop()")}
    spaced = GO.replace("\t", spaces)
    tabbed = blocks("\tif ok {\n\t\trun()", "\tif ok {\n\t\trun()\n\t\tstop()", "main.go")
    assert read_files(tabbed, existing={"main.go": spaced}).files == {
        "main.go": spaced.replace("run()", f"run()\n{spaces * 2}stop()")
    }


def test_a_line_that_alone_lost_its_indentation_does_not_move_those_below() -> None:
    js = {"a.js": "function f() {\n    let x = 1;\n}\n"}
    assert read_files(blocks("let x = 1;", "let x = 2;\n    let y = 3;", "a.js"), existing=js).files == {}
    assert read_files(blocks("let x = 1;", "if (a) {\n    b();\n    c();\n}", "a.js"), existing=js).files == {
        "a.js": "function f() {\n    if (a) {\n        b();\n        c();\n    }\n}\n"
    }
