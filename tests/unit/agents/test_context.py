"""What a prompt carries of the project."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.context import fenced, outline, show
from agents.replies import read_files

names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.(py|js|txt)", fullmatch=True)


@given(
    st.dictionaries(
        names, st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00")), max_size=5
    )
)
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


def test_an_outline_of_what_does_not_parse_is_empty() -> None:
    assert outline("def broken(:") == ""
