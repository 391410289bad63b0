"""What a program calls, by its full names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.api_docs import called


def test_calls_of_imported_modules_are_named_in_full() -> None:
    code = (
        "import math, os.path\nimport itertools as it\nfrom functools import reduce as fold\n"
        "from .own import helper\nfrom re import *\n"
        "print(math.gcd(4, 6), it.chain([1]), fold(max, [1]), helper(), math.gcd(1, 1))\n"
    )
    assert called(code) == ["math.gcd", "itertools.chain", "functools.reduce"]


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert isinstance(called(text), list)
