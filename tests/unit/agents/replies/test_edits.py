"""Changes of files: applied when they apply exactly once, else told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.replies import read_files
from agents.workspace import Workspace

OLD = "import a\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n"
NEW = "import a\n\n\ndef f():\n    return 10\n\n\ndef g():\n    return 2\n"
SEARCH = "<<<<<<< SEARCH\n    return 1\n=======\n    return 10\n>>>>>>> REPLACE\n"
HUNK = "@@ -4,2 +4,2 @@\n def f():\n-    return 1\n+    return 10\n"
DIFF = f"--- a/main.py\n+++ b/main.py\n{HUNK}"
PATCH = f"*** Begin Patch\n*** Update File: main.py\n{HUNK.replace('-4,2 +4,2', 'def f():')}*** End Patch\n"
FILES = {"main.py": OLD, "util.py": "x = 1\n"}


@pytest.mark.parametrize(
    "text",
    [
        f"main.py\n```python\n{SEARCH}```\n",
        f"```python main.py\n{SEARCH}```\n",
        f"```python\nmain.py\n{SEARCH}```\n",
        f"```\n### main.py\n\n{SEARCH}```\n",
        f"main.py\n{SEARCH}",
        f"**main.py**\n\n{SEARCH}\nThat is all.\n",
        f"In `main.py`, change this:\n```python\n{SEARCH}```\n",
        f"main.py\n```diff\n{SEARCH}```\n",
        "main.py\n```\n<<<<<<< ORIGINAL\n    return 1\n=======\n    return 10\n>>>>>>> UPDATED\n```\n",
        f"```\n{SEARCH.replace('SEARCH', 'SEARCH main.py')}```\n",
        f"I change this:\n\n{DIFF}\nThat is all.\n",
        f"```diff\n{DIFF}```\n",
        f"```diff\ndiff --git a/main.py b/main.py\n{HUNK}```\n",
        f"```diff\n{DIFF.replace('b/main.py', 'b/main.py.new')}```\n",
        f"```patch\ndiff --git a/main.py b/main.py\nindex 1..2 100644\n{DIFF}```\n",
        f"```\n{DIFF}```\n",
        f"```python\n{DIFF}```\n",
        f"main.py\n```python\n{DIFF}```\n",
        "```diff main.py\n@@ -1 +1 @@\n-    return 1\n+    return 10\n```\n",
        "`main.py`\n```diff\n@@ ... @@\n def f():\n-    return 1\n+    return 10\n```\n",
        "main.py:\n```diff\n-    return 1\n+    return 10\n```\n",
        "main.py\n```python\n-    return 1\n+    return 10\n```\n",
        "main.py\n```python\n def f():\n-    return 1\n+    return 10\n```\n",
        f"main.py\n```python\n{HUNK}```\n",
        f"```\n{PATCH}```\n",
        f"main.py\n```python\n{PATCH}```\n",
        f"I change this:\n\n{PATCH}\nThat is all.\n",
        "```diff\n--- main.py\t2024-01-01\n+++ main.py\t2024-01-02\n"
        "@@ -4 +4 @@\n-    return 1\n+    return 10\n```\n",
        "```diff\n--- main.py.orig\n+++ main.py\n@@ -99,7 +99,7 @@ wrong\n"
        " import a\n\n\n def f():\n-    return 1\n+    return 10\n```\n",
    ],
)
def test_a_change_that_applies_once(text: str) -> None:
    reply = read_files(text, existing=FILES)
    assert reply.files == {"main.py": NEW}
    assert reply.problems == []


@pytest.mark.parametrize(
    "text",
    [
        "main.py\n```\n<<<<<<< SEARCH\ndef \n=======\nx\n>>>>>>> REPLACE\n```\n",
        "main.py\n```\n<<<<<<< SEARCH\n    return 3\n=======\nx\n>>>>>>> REPLACE\n```\n",
        "main.py\n```\n<<<<<<< SEARCH\nreturn 1\n=======\n    return 10\n>>>>>>> REPLACE\n```\n",
        "main.py\n```\n<<<<<<< SEARCH\n\n=======\nx\n>>>>>>> REPLACE\n```\n",
        "main.py\n```\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n```\n",
        "main.py\n```\n<<<<<<< SEARCH\n    return 1\nx\n>>>>>>> REPLACE\n```\n",
        "main.py\n```\n<<<<<<< SEARCH\n    return 1\n=======\nx\n```\n",
        "```diff\n--- a/main.py\n+++ b/main.py\n@@ -1 +1 @@\n-    return 3\n+    return 10\n```\n",
        "```diff\n--- a/main.py\n+++ b/main.py\n@@ -1,2 +1,3 @@\n+new\n```\n",
        "```diff\n--- a/main.py\n+++ b/main.py\n@@ -2,1 +2,1 @@\n-\n+new\n```\n",
        "```diff\n--- /dev/null\n+++ b/main.py\n@@ -0,0 +1 @@\n+new\n```\n",
        "```diff\n--- a/main.py\n+++ b/main.py\n@@ -1 +1 @@\nimport a\n-    return 1\n+x\n```\n",
        "main.py\n```diff\nimport a\n```\n",
    ],
)
def test_a_change_that_does_not_apply_exactly_once(text: str) -> None:
    reply = read_files(f"{text}\nnew.py\n```python\nx = 1\n```\n", existing=FILES)
    assert reply.files == {"new.py": "x = 1\n"}
    assert len(reply.misfits) == 1
    assert reply.misfits[0].change.startswith("main.py: ")
    assert len(reply.problems) == 1


def test_changes_one_after_another() -> None:
    more = "<<<<<<< SEARCH\n    return 10\n=======\n    return 11\n>>>>>>> REPLACE\n"
    reply = read_files(f"main.py\n```python\n{SEARCH}{more}```\n", existing=FILES)
    assert reply.files == {"main.py": NEW.replace("10", "11")}


def test_changes_of_several_files_in_one_block() -> None:
    other = "util.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n"
    reply = read_files(f"```\nmain.py\n{SEARCH}{other}```\n", existing=FILES)
    assert reply.files == {"main.py": NEW, "util.py": "x = 2\n"}


def test_a_diff_of_several_files() -> None:
    other = (
        "diff --git a/util.py b/util.py\nindex 3..4\n--- a/util.py\n+++ b/util.py\n"
        "@@ -1 +1,2 @@\n-x = 1\n+x = 2\n+y = 3\n"
    )
    created = (
        "diff --git a/new.py b/new.py\nnew file mode 100644\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+z\n"
    )
    reply = read_files(
        f"```diff\ndiff --git a/main.py b/main.py\n{DIFF}{other}{created}```\n", existing=FILES
    )
    assert reply.files == {"main.py": NEW, "util.py": "x = 2\ny = 3\n", "new.py": "z\n"}
    assert reply.problems == []


def test_a_diff_that_deletes() -> None:
    text = "```diff\n--- a/util.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x = 1\n```\n"
    reply = read_files(text, existing=FILES)
    assert (reply.files, reply.deleted, reply.problems) == ({}, ("util.py",), [])
    assert read_files(text, existing={"util.py": "y\n"}).misfits


def test_a_change_of_a_file_of_the_same_reply() -> None:
    reply = read_files(f"main.py\n```python\n{OLD}```\n\nmain.py\n```python\n{SEARCH}```\n")
    assert reply.files == {"main.py": NEW}


def test_a_change_without_a_name() -> None:
    assert read_files(f"```\n{SEARCH}```\n", existing={"main.py": OLD}).files == {"main.py": NEW}
    assert read_files(f"```\n{SEARCH}```\n", existing=FILES, only="main.py").files == {"main.py": NEW}
    assert read_files(f"```\n{SEARCH}```\n", existing=FILES).files == {"main.py": NEW}
    nameless = read_files(f"```\n{SEARCH}```\n", existing=FILES | {"copy.py": OLD})
    assert nameless.files == {}
    assert [found.change for found in nameless.misfits] == ["a file without a name: return 1…"]


def test_an_empty_search_makes_a_new_file() -> None:
    text = "new.py\n```python\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n```\n"
    assert read_files(text, existing=FILES).files == {"new.py": "x = 1\n"}


def test_a_renaming_is_asked_about() -> None:
    reply = read_files(f"```diff\n{DIFF.replace('b/main.py', 'b/game.py')}```\n", existing=FILES)
    assert (reply.files, [found.change for found in reply.misfits]) == ({}, ["game.py: def f():…"])


@pytest.mark.parametrize(
    "comment",
    [
        "# ... rest of the code ...",
        "# ... existing code ...",
        "# The rest of the file remains the same",
        "// … other methods …",
    ],
)
def test_code_that_is_left_out_does_not_replace_code(comment: str) -> None:
    reply = read_files(f"main.py\n```python\nimport b\n\n{comment}\n```\n", existing=FILES)
    assert (reply.files, [found.change for found in reply.misfits]) == ({}, ["main.py: import b…"])
    assert reply.problems == ["This leaves out parts of main.py: import b… Give the whole file."]


@pytest.mark.parametrize(
    ("path", "old", "given"),
    [
        ("main.py", OLD, "def f():\n    return 10\n\n...\n"),
        ("main.py", OLD, "def f():\n    return 10\n\n\ndef g():\n    ...\n"),
        ("main.py", OLD, "import a\n# ...\ndef f():\n    return 10\n"),
        ("main.py", OLD, "def f():\n    return 10\n\n\ndef g():\n    # same as before\n    pass\n"),
        ("main.py", OLD, "def f():\n    return 10\n\n\ndef g():\n    # (unchanged)\n"),
        ("main.py", OLD, "# [previous imports]\ndef f():\n    return 10\n"),
        ("main.py", OLD, "# Existing functions remain here\ndef f():\n    return 10\n"),
        ("main.py", OLD, "# Keep the rest of your code here\ndef f():\n    return 10\n"),
        ("a.js", "f();\ng();\n", "f(1);\n...\n"),
        ("a.js", "f();\nfunction g() { return 1; }\n", "f(1);\nfunction g() { ... }\n"),
        ("a.css", "a {}\nb {}\n", "a { top: 0 }\n/* ... existing styles ... */\n"),
        ("a.html", "<p>1</p>\n<p>2</p>\n", "<p>2</p>\n<!-- rest of the page stays the same -->\n"),
        ("a.html", "<p>1</p>\n<p>2</p>\n", "<p>2</p>\n<!-- ... -->\n"),
    ],
)
def test_whatever_stands_for_code_is_not_that_code(path: str, old: str, given: str) -> None:
    reply = read_files(f"{path}\n```\n{given}```\n", existing={path: old})
    assert reply.files == {}
    assert reply.problems[0].startswith(f"This leaves out parts of {path}: ")


@pytest.mark.parametrize(
    ("path", "old", "given"),
    [
        ("main.py", OLD, "class P(Protocol):\n    def f(self):\n        ...\n"),
        ("main.py", "def g(): ...\n", "def g(): ...\ndef h():\n    return 1\n"),
        ("main.py", OLD, "x = (1, ...)\n# ... and so on\n"),
        ("main.py", OLD, "# Other functions\ndef f():\n    return 10\n"),
        ("main.py", OLD, "# Same logic as above\ndef f():\n    return 10\n"),
        ("main.py", OLD, "# unchanged\nx = 1\n"),
        ("main.py", OLD, "x = 2\n# ...\n".replace("# ...", "# the rest of the items is skipped")),
        ("main.py", "# ...\nx = 1\n", "# ...\nx = 2\n"),
        ("a.md", "one\n", "two\n...\n"),
        ("a.js", "f();\n", "f({ ...g });\nh('{ ... }');\n"),
    ],
)
def test_what_only_looks_like_that_is_kept(path: str, old: str, given: str) -> None:
    reply = read_files(f"{path}\n```\n{given}```\n", existing={path: old})
    assert (reply.files, reply.problems) == ({path: given}, [])


@pytest.mark.parametrize("comment", ["# Use the same colour as before", "# Wait...", "# unchanged since 2.0"])
def test_a_comment_is_a_comment(comment: str) -> None:
    content = f"import b\n{comment}\n"
    assert read_files(f"main.py\n```python\n{content}```\n", existing=FILES).files == {"main.py": content}


def test_hunks_of_a_file_belong_together() -> None:
    text = f"```diff\n{DIFF}@@ -8 +8 @@\n-    return 3\n+    return 4\n```\n"
    reply = read_files(text, existing=FILES)
    assert reply.files == {}
    assert len(reply.misfits) == 1


def test_line_endings_are_the_files_own() -> None:
    crlf = OLD.replace("\n", "\r\n")
    for text in (f"main.py\n```\n{SEARCH}```\n", f"```diff\n{DIFF}```\n"):
        assert read_files(text, existing={"main.py": crlf}).files == {"main.py": NEW.replace("\n", "\r\n")}
        windows = text.replace("\n", "\r\n")
        assert read_files(windows, existing={"main.py": OLD}).files == {"main.py": NEW}


def test_the_missing_newline_at_the_end_stays_missing() -> None:
    text = "a.py\n```\n<<<<<<< SEARCH\nb\n=======\nc\n>>>>>>> REPLACE\n```\n"
    assert read_files(text, existing={"a.py": "a\nb"}).files == {"a.py": "a\nc"}


def test_a_divider_within_the_searched_text() -> None:
    change = "Title\n=======\nold\n=======\nTitle\n=======\nnew"
    text = f"a.rst\n```\n<<<<<<< SEARCH\n{change}\n>>>>>>> REPLACE\n```\n"
    # It can be read in more than one way, and more than one applies: the model is asked.
    assert read_files(text, existing={"a.rst": "Title\n=======\nold\n"}).misfits
    text = "a.rst\n```\n<<<<<<< SEARCH\nold\n=======\nnew\n=======\nmore\n>>>>>>> REPLACE\n```\n"
    assert read_files(text, existing={"a.rst": "old\n"}).files == {"a.rst": "new\n=======\nmore\n"}


def test_a_file_that_speaks_of_changes_is_a_file() -> None:
    content = f"# How to answer\n\nWrite this:\n\n{SEARCH}\nand nothing else.\n"
    reply = read_files(f"PROMPT.md\n````markdown\n{content}````\n", existing=FILES)
    assert reply.files == {"PROMPT.md": content}


def test_a_patch_file_is_a_file() -> None:
    assert read_files(f"```diff fix.patch\n{DIFF}```\n", existing=FILES).files == {"fix.patch": DIFF}


@pytest.mark.parametrize("path", ["../main.py", "/etc/passwd"])
def test_changes_outside_are_refused(path: str) -> None:
    diff = DIFF.replace("a/main.py", path).replace("b/main.py", path)
    reply = read_files(f"```diff\n{diff}```\n", existing=FILES)
    assert (reply.files, reply.refused) == ({}, (path,))


LINES = st.lists(st.sampled_from([f"line {number}" for number in range(30)]), unique=True, min_size=1)


@given(LINES, st.lists(st.tuples(st.integers(0, 29), st.sampled_from(["new", ""]))), st.booleans())
def test_our_own_diffs_apply(lines: list[str], changes: list[tuple[int, str]], ends_open: bool) -> None:
    """Lines that are all different make every hunk apply exactly once."""
    changed = list(lines)
    for number, (at, text) in enumerate(changes):
        changed[at % len(lines)] = f"{text} {number}" if text else changed[at % len(lines)]
    old = "\n".join(lines) + "\n"
    new = "\n".join(changed) + ("" if ends_open else "\n")
    workspace = Workspace(Path("nowhere"))
    workspace.commit({"a.txt": old}, author="x", message="old")
    workspace.commit({"a.txt": new}, author="x", message="new")
    diff = workspace.diff("a.txt", 1, len(workspace.versions))
    reply = read_files(f"````diff\n{diff}````\n", existing={"a.txt": old})
    assert reply.files == ({"a.txt": new} if new != old else {})


def test_a_patch_that_deletes_or_moves_is_asked_about() -> None:
    for what in ("*** Delete File: util.py", "*** Update File: util.py\n*** Move to: other.py"):
        reply = read_files(f"```\n*** Begin Patch\n{what}\n*** End Patch\n```\n", existing=FILES)
        assert (reply.files, reply.deleted, len(reply.problems)) == ({}, (), 1)
    added = "*** Begin Patch\n*** Add File: new.py\n+x = 1\n*** End Patch\n"
    assert read_files(added, existing=FILES).files == {"new.py": "x = 1\n"}


@pytest.mark.parametrize("text", ["- one\n- two\n", "+ one\n"])
def test_a_list_is_no_diff(text: str) -> None:
    assert read_files(f"a.md\n```\n{text}```\n", existing={"a.md": "old\n"}).files == {"a.md": text}


def test_python_that_is_nested_deeply_is_read() -> None:
    old = "if x == 0:\n    y = 0\n" + "".join(f"elif x == {n}:\n    y = {n}\n" for n in range(1, 3000))
    for text in (old.replace("y = 1\n", "y = 2\n", 1), f"x = {' + '.join(['1'] * 3000)}\n"):
        assert read_files(f"a.py\n```\n{text}```\n", existing={"a.py": old}).files in ({"a.py": text}, {})
