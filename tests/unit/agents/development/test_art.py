from __future__ import annotations

import pytest

from agents.development.art import svg_problem

GOOD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD, ""),
        (f"<?xml version='1.0'?>\n{GOOD}", ""),
        ("<svg>", "no valid XML"),
        ("", "no valid XML"),
        ("<html/>", "not svg"),
        (GOOD.replace("<rect", "<script>go()</script><rect"), "a script"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{GOOD}', "document type"),
    ],
)
def test_what_is_a_picture(text: str, told: str) -> None:
    assert told in svg_problem(text)
    assert bool(svg_problem(text)) == bool(told)
