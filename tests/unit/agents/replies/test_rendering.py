"""Typed replies as Markdown."""

from __future__ import annotations

from enum import Enum

from markdown_it import MarkdownIt
from pydantic import BaseModel, Field

from agents.replies import as_markdown


class Colour(Enum):
    RED = "red"


class Item(BaseModel):
    name: str
    criteria: list[str] = Field(default_factory=list)
    note: str = ""


class Review(BaseModel):
    verdict: bool = Field(title="Is it good?")
    summary_text: str
    colour: Colour = Colour.RED
    score: int = 0
    items: list[Item] = Field(default_factory=list, title="Backlog")
    tags: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    best: Item | None = None


def test_fields_become_headings_and_lists_become_bullets() -> None:
    review = Review(
        verdict=False,
        summary_text="Fine.\n\nReally.",
        items=[Item(name="One", criteria=["a", "b"]), Item(name="Two\nlines", note="n")],
        tags=("x", "y"),
        files={"a.py": "the start"},
        best=Item(name="One"),
    )
    assert as_markdown(review) == (
        "### Is it good?\n\nno\n\n"
        "### Summary text\n\nFine.\n\nReally.\n\n"
        "### Colour\n\nred\n\n"
        "### Score\n\n0\n\n"
        "### Backlog\n\n- **One**\n  - Criteria:\n    - a\n    - b\n- **Two\n  lines**\n  - Note: n\n\n"
        "### Tags\n\n- x\n- y\n\n"
        "### Files\n\n- a.py: the start\n\n"
        "### Best\n\n#### Name\n\nOne"
    )


def test_empty_fields_are_left_out() -> None:
    review = Review(
        verdict=True, summary_text="  ", tags=("", " "), best=Item(name=""), items=[Item(name="")]
    )
    assert as_markdown(review) == "### Is it good?\n\nyes\n\n### Colour\n\nred\n\n### Score\n\n0"


def test_lists_within_lists() -> None:
    class Table(BaseModel):
        rows: list[list[int]]
        odd: list[dict[str, list[str]]]

    text = as_markdown(Table(rows=[[1, 2], [3]], odd=[{"a": ["b"]}]))
    assert text == "### Rows\n\n-\n  - 1\n  - 2\n-\n  - 3\n\n### Odd\n\n-\n  - a:\n    - b"
    assert MarkdownIt().render(text).count("<li>") == 8
