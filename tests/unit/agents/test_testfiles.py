from __future__ import annotations

import pytest

from agents.testfiles import is_test, is_test_of_any_language


@pytest.mark.parametrize(
    ("path", "run", "read"),
    [
        ("tests/test_a.py", True, True),
        ("calc_test.go", True, True),
        ("src/app.spec.tsx", False, True),  # no runner of ours takes TypeScript
        ("tests/parser.rs", False, True),
        ("tests/helper.js", False, True),
        ("tests/helper.py", False, False),
        ("src/contest.js", False, False),
    ],
)
def test_what_is_run_as_a_test_and_what_a_reader_calls_one(path: str, run: bool, read: bool) -> None:
    assert (is_test(path), is_test_of_any_language(path)) == (run, read)
