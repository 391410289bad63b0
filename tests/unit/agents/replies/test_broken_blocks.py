"""Random changes in every form in which weak models break SEARCH/REPLACE blocks."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.replies import read_files
from tests.support.broken_blocks import FORMS, REFUSED, block
from tests.support.changed_files import LANGUAGES, change


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, derandomize=True)  # `tests.campaigns.fuzz` tries others each time
@given(seed=st.integers(0, 2**32), language=st.sampled_from(LANGUAGES), ended=st.booleans())
def test_nothing_is_ever_applied_wrong_or_lost(form: str, seed: int, language: str, ended: bool) -> None:
    rng = random.Random(seed)
    meant = change(rng, language, rng.choice([20, 60, 120]))
    reply = read_files(FORMS[form](meant, rng), existing=meant.files, ended=ended)
    changed = {path: text for path, text in reply.files.items() if meant.files.get(path) != text}
    assert changed in ({}, {meant.path: meant.meant})
    assert bool(changed) or reply.problems or meant.meant == meant.content
    if form in REFUSED:
        assert reply.problems


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32), ended=st.booleans())
def test_no_reply_is_read_with_an_exception(seed: int, ended: bool) -> None:
    """Lines of two replies in any order."""
    rng = random.Random(seed)
    meant = change(rng, rng.choice(LANGUAGES), 20)
    lines = [
        line
        for form in rng.sample(sorted(FORMS), 2)
        for line in FORMS[form](meant, rng).splitlines(keepends=True)
    ]
    kept = [line for line in lines if rng.random() < 0.9]
    if rng.random() < 0.3:
        rng.shuffle(kept)
    reply = read_files("".join(kept), existing=meant.files, ended=ended)
    assert all(isinstance(problem, str) for problem in reply.problems)


@pytest.mark.parametrize(
    "reply",
    [
        block(["x"] * 20_000, ["x", "y"] * 10_000),
        "<<<<<<< SEARCH\n" + "=======\n" * 20_000 + ">>>>>>> REPLACE\n",
        "<<<<<<< SEARCH\n" + ">>>>>>> REPLACE\n" * 20_000,
        "<<<<<<< SEARCH\n" * 20_000,
        ("<<<<<<< SEARCH\n```\nx\n=======\n```\n>>>>>>> REPLACE\n" * 2_000),
        block(["1: x"] * 20_000, ["&lt;"] * 20_000),
        "*** Begin Patch\n" * 20_000,
        "--- a\n+++ b\n@@\n ```\n" * 5_000,
        "    <<<<<<< SEARCH\n" * 20_000,
        "SEARCH\n" * 20_000 + "REPLACE\n",
    ],
)
def test_a_reply_without_end_is_read_soon(reply: str) -> None:
    files = {"a.txt": "x\n" * 5_000, "b.py": "x = 1\n"}
    read = read_files(f"a.txt\n{reply}", existing=files, ended=True)
    assert read.problems
    assert not read.files
