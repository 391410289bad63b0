"""What a prompt carries of the project."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.codegraph import CodeGraph
from agents.context import fenced, relevant, show
from agents.replies import read_files
from agents.replies.diffs import is_diff

names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.(py|js|txt)", fullmatch=True)


contents = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00"))


@given(st.dictionaries(names, contents.filter(lambda content: not is_diff("", content)), max_size=5))
def test_files_come_back_from_their_own_rendering(files: dict[str, str]) -> None:
    text = "\n\n".join(fenced(path, f"{content}\n") for path, content in files.items())
    assert read_files(text).files == {path: f"{content}\n" for path, content in files.items()}


@given(st.dictionaries(names, st.text(max_size=200), max_size=6), st.integers(0, 800))
def test_what_is_shown_fits_and_what_is_not_is_named(files: dict[str, str], room: int) -> None:
    shown = show(files, room)
    whole = [path for path in files if path not in shown.left_out and path not in shown.outlined]
    assert sum(len(fenced(path, files[path])) for path in whole) <= room
    assert bool(shown.notice) == bool(shown.left_out or shown.outlined)
    for path in shown.left_out:
        assert path in shown.text


def test_those_that_matter_come_before_the_small_ones() -> None:
    files = {"a.py": "x = 1\n", "b.py": "y = 2\n" * 20, "c.py": "z = 3\n"}
    assert show(files, 160, first=["b.py"]).left_out == ("a.py", "c.py")


def test_a_module_too_large_is_shown_by_its_signatures() -> None:
    source = "class Board(Base):\n    def move(self, x: int) -> bool:\n" + "        x += 1\n" * 200
    shown = show({"board.py": source}, 400)
    assert shown.outlined == ("board.py",)
    assert "class Board(Base):\n    def move(self, x: int) -> bool" in shown.text
    assert "signatures only: board.py" in shown.notice


def test_other_languages_are_shown_by_their_signatures_too() -> None:
    source = "class Board {\n  move(x) {\n" + "    x += 1;\n" * 200 + "  }\n}\n"
    assert "class Board\n    move(x)" in show({"board.js": source}, 400).text


# --- around a focus --------------------------------------------------------------------------------

BODY = "    x = 1\n" * 100
PROJECT = {
    "a_main.py": f"import board\n\ndef main() -> None:\n{BODY}",
    "board.py": f"import rules\nimport stone\n\ndef play(x: int) -> int:\n{BODY}",
    "far.py": f"def far() -> None:\n{BODY * 10}",
    "rules.py": f"def allowed() -> bool:\n{BODY * 8}",
    "stone.py": f"def colour() -> str:\n{BODY}",
    "tests/test_board.py": f"import board\n\ndef test_play() -> None:\n{BODY}",
}
GRAPH = CodeGraph(PROJECT)


def test_a_focus_comes_with_what_it_imports_and_who_imports_it() -> None:
    shown = relevant(CodeGraph(), PROJECT, ["board.py"], 50_000)
    assert fenced("board.py", PROJECT["board.py"]) in shown.text
    assert fenced("stone.py", PROJECT["stone.py"]) in shown.text
    assert "rules.py (signatures only)\ndef allowed() -> bool" in shown.text
    assert "a_main.py (signatures only)\ndef main() -> None" in shown.text
    assert shown.outlined == ("rules.py", "a_main.py", "tests/test_board.py")
    assert shown.left_out == ("far.py",)
    assert "Not shown: far.py" in shown.text
    assert shown.text.index("a_main.py") < shown.text.index("board.py") < shown.text.index("stone.py")


def test_a_small_project_and_one_without_a_focus_are_shown_whole() -> None:
    small = {"a.py": "import b\n", "b.py": "", "c.py": "x = 1\n"}
    assert relevant(CodeGraph(), small, ["a.py"], 5000) == show(small, 5000)
    assert relevant(CodeGraph(), PROJECT, ["nowhere.py"], 50_000) == show(PROJECT, 50_000)


def test_many_files_that_are_not_shown_are_counted() -> None:
    files = {f"m{number:03}.py": f"def f{number}(): ...\n" * 20 for number in range(100)}
    shown = relevant(CodeGraph(), files, ["m000.py"], 50_000)
    assert len(shown.left_out) == 99
    assert shown.text.endswith(" and 39 more")


@given(st.sets(st.sampled_from([*PROJECT, "nowhere.py"])), st.integers(0, 40_000))
def test_no_file_comes_twice_and_the_room_is_kept(focus: set[str], room: int) -> None:
    shown = relevant(GRAPH, PROJECT, sorted(focus), room)
    listed = shown.text.partition("Not shown: ")[0]
    lines = listed.splitlines()
    for path in PROJECT:
        told = lines.count(path) + lines.count(f"{path} (signatures only)")
        assert told == (path not in shown.left_out)
    assert len(listed) <= room + 2 * len(PROJECT) + len("(no files yet)")
