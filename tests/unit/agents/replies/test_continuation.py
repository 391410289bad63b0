"""A truncated reply and its continuation are one reply again."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.context import fenced
from agents.replies import join, read_files
from tests.support.broken_blocks import block
from tests.support.changed_files import LANGUAGES, change

PROGRAM = (
    "import pygame\nimport sys\n\n\nclass Game:\n"
    '    """A game."""\n\n    def __init__(self):\n        self.score = 0\n\n'
    "    def update(self, seconds):\n        self.score += seconds\n\n        print()\n        print()\n\n\n"
    'if __name__ == "__main__":\n    Game().update(1)\n'
)
UTIL = "def helper():\n    return {\n        'a': 1,\n    }\n"
GAME = f"Here is the game.\n\n**game.py**\n```python\n{PROGRAM}```\n\n"
REPLY = f"{GAME}`util.py`:\n```python\n{UTIL}```\n\nRun it.\n"
FILES = {"game.py": PROGRAM, "util.py": UTIL}
START = REPLY.index(PROGRAM)


def test_a_plain_continuation_loses_nothing() -> None:
    for cut in range(len(REPLY) + 1):
        assert join(REPLY[:cut], REPLY[cut:]) == REPLY, cut


@given(
    st.lists(st.sampled_from(["a", "b", " ", "\n", '"', "=", "`", "x = 1\n", "    "])).map("".join),
    st.integers(0, 99),
)
def test_short_coincidences_are_no_repetition(text: str, cut: int) -> None:
    reply = f"{REPLY[: START + 20]}\n{text}"
    cut = START + 20 + cut
    joined = join(reply[:cut], reply[cut:])
    assert len(joined) <= len(reply) + 8
    assert len(joined) >= len(reply) - len("x = 1\n") * text.count("x = 1\n") - 30


@pytest.mark.parametrize(
    "opening",
    ["```python\n", "```py\n", "Here is the rest of game.py:\n\n```python\n", "**game.py**\n```python\n"],
)
def test_a_fence_that_is_opened_again(opening: str) -> None:
    for cut in range(START + 1, START + len(PROGRAM)):
        assert read_files(join(REPLY[:cut], opening + REPLY[cut:])).files == FILES, cut


@pytest.mark.parametrize("opening", ["", "```python\n", "Continuing:\n```python\n"])
def test_a_repeated_last_line(opening: str) -> None:
    for cut in range(START + 10, START + len(PROGRAM)):
        line = REPLY.rfind("\n", 0, cut) + 1
        written = REPLY[line:cut]
        letters = len("".join(written.split()))
        if letters >= (1 if written.startswith("    ") else 4):  # less may be alike by chance
            assert read_files(join(REPLY[:cut], opening + REPLY[line:])).files == FILES, cut


def test_several_repeated_lines() -> None:
    cut = REPLY.index("self.score += sec") + 12
    start = REPLY.index("    def __init__")
    assert join(REPLY[:cut], REPLY[start:]) == REPLY
    assert join(REPLY[:cut], "```python\n" + REPLY[start:]) == REPLY


def test_a_repeated_word() -> None:
    assert (
        join("```\nx = pygame.display.set_mo", "set_mode(1)\n```\n")
        == "```\nx = pygame.display.set_mode(1)\n```\n"
    )


def test_a_file_that_is_begun_again() -> None:
    cut = REPLY.index("self.score +=")
    again = f"Sorry, here is the whole file:\n\n**game.py**\n```python\n{REPLY[START:]}"
    assert read_files(join(REPLY[:cut], again)).files == FILES
    changed = again.replace("A game.", "The game.")
    assert read_files(join(REPLY[:cut], changed)).files == {
        **FILES,
        "game.py": PROGRAM.replace("A game.", "The game."),
    }


def test_only_the_closing_fence_is_missing() -> None:
    cut = START + len(PROGRAM)
    assert read_files(join(REPLY[:cut], REPLY[cut:])).files == FILES
    without_closing = REPLY[cut:].removeprefix("```\n\n")
    assert read_files(join(REPLY[:cut], without_closing)).files == FILES
    assert read_files(join(REPLY[:cut], "```")).files == {"game.py": PROGRAM}


def test_a_bare_fence_that_opens_again() -> None:
    text = "main.py\n```\nfirst = 1\nsecond"
    assert read_files(join(text, "```\n = 2\n```\n")).files == {"main.py": "first = 1\nsecond = 2\n"}


def test_thinking_before_the_continuation_is_dropped() -> None:
    assert join(REPLY[:-8], f"<think>Go on.</think>{REPLY[-8:]}") == REPLY


@given(st.text(), st.text())
def test_joining_never_raises(first: str, rest: str) -> None:
    assert isinstance(join(first, rest), str)
    assert isinstance(join(f"```\n{first}", rest), str)


LOOSE = "i.html\n<<<<<<< SEARCH\n<p>a</p>\n=======\n<p>a</p>\n<p>b</p>\n"


@pytest.mark.parametrize(
    "rest",
    [
        "<p>c</p>\n>>>>>>> REPLACE\n",
        "<p>b</p>\n<p>c</p>\n>>>>>>> REPLACE\n",
        "Sure, here is the rest:\n<p>c</p>\n>>>>>>> REPLACE\n",
        "Sure, here is the rest:\n\n<p>c</p>\n>>>>>>> REPLACE\n",
        "```html\n<p>c</p>\n>>>>>>> REPLACE\n```\n",
        "```html\n<p>c</p>\n```\n>>>>>>> REPLACE\n",
        "Continuing from where it stopped:\n\n```\n<p>c</p>\n>>>>>>> REPLACE\n```\n",
        "<<<<<<< SEARCH\n<p>a</p>\n=======\n<p>a</p>\n<p>b</p>\n<p>c</p>\n>>>>>>> REPLACE\n",
        f"Here it is again:\n\n```\n{LOOSE}<p>c</p>\n>>>>>>> REPLACE\n```\n",
    ],
)
@pytest.mark.parametrize("before", ["", "style.css\n```css\na {}\n```\n\n"])
@pytest.mark.parametrize("cut", [0, 2])
def test_a_change_outside_of_fences_that_was_cut(before: str, rest: str, cut: int) -> None:
    """In the midst of a line it can only be gone on with, or written again from its beginning."""
    if cut and "SEARCH" not in rest:
        rest = rest.replace("<p>b</p>\n", "").replace("<p>c</p>", f"{LOOSE[-cut:]}<p>c</p>")
    read = read_files(
        join(before + LOOSE[: len(LOOSE) - cut], rest), existing={"i.html": "<p>a</p>\n<p>z</p>\n"}
    )
    assert read.files["i.html"] == "<p>a</p>\n<p>b</p>\n<p>c</p>\n<p>z</p>\n"
    assert read.problems == []


@settings(max_examples=150, derandomize=True)
@given(
    seed=st.integers(0, 2**32),
    language=st.sampled_from(LANGUAGES),
    form=st.sampled_from(["block", "fenced block", "whole"]),
    how=st.sampled_from(["gone on", "fence again", "announced", "from the beginning"]),
)
def test_a_reply_may_be_cut_anywhere(seed: int, language: str, form: str, how: str) -> None:
    rng = random.Random(seed)
    meant = change(rng, language, rng.choice([20, 60]))
    full = {
        "block": f"{meant.path}\n{block(meant.old, meant.new)}",
        "fenced block": f"{meant.path}\n````\n{block(meant.old, meant.new)}````\n",
        "whole": f"{fenced(meant.path, meant.meant)}\n",
    }[form]
    at = rng.randrange(len(full) // 5, len(full))
    if how in ("fence again", "announced"):
        at = full.rfind("\n", 0, at) + 1
    fence = "````" if form != "whole" else next(line for line in full.split("\n") if line.startswith("```"))
    rest = {
        "gone on": full[at:],
        "fence again": f"{fence}\n{full[at:]}{'````' if form == 'block' else ''}",
        "announced": f"Sure, here is the rest:\n{full[at:]}",
        "from the beginning": full,
    }[how]
    assume(how == "gone on" or language != "md")  # a document may have such lines itself
    assume(how != "announced" or not rest.startswith("Sure, here is the rest:\n\n"))
    read = read_files(join(full[:at], rest), existing=meant.files)
    changed = {path: text for path, text in read.files.items() if meant.files.get(path) != text}
    assert changed in ({}, {meant.path: meant.meant})
    assert changed or read.problems or read.truncated or meant.meant == meant.content


def test_a_fence_within_a_document_does_not_end_it() -> None:
    document = "# Use\n\nStart it so:\n\n```bash\npython main.py\n```\n\nThat is all.\n"
    full = f"README.md\n````markdown\n{document}````\n"
    for at in range(full.index("# Use") + 1, len(full)):
        assert read_files(join(full[:at], full[at:])).files == {"README.md": document}
    before, _, line = full.partition("Start it")
    cut = f"{before}Start"
    assert read_files(join(cut, f"Start it{line}")).files == {"README.md": document}
