"""Fenced blocks, exactly as they stand in the reply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.replies.blocks import lines_of, prose_of, read_blocks

TEXTS = st.lists(
    st.sampled_from(
        ["```", "~~~", "\n", "\r\n", "\r", "    ", "\t", "- ", "1. ", "> ", "py", "\0", "x", "a.md\n"]
    )
).map("".join)


def test_a_block_knows_its_surroundings() -> None:
    text = "Hello\r\n\r\n```py a.py\r\nx\r\n```\r\nmiddle\n~~~\ny"
    first, second = read_blocks(text)
    assert (first.info, first.content, first.before, first.closed) == (
        "py a.py",
        "x\r\n",
        ("Hello", ""),
        True,
    )
    assert (first.start, first.end, first.markup) == (2, 5, "```")
    assert (second.content, second.before, second.closed, second.end) == ("y", ("middle",), False, 8)
    assert prose_of(text, (first, second)) == "Hello\r\n\r\nmiddle\n"


def test_the_parser_leaves_nothing_out_at_the_end() -> None:
    assert [block.content for block in read_blocks("```\nx\n    ")] == ["x\n    "]
    assert [block.content for block in read_blocks("```\n\n\n")] == ["\n\n"]


@given(st.one_of(st.text(), TEXTS))
def test_blocks_lie_in_the_text_in_order(text: str) -> None:
    lines = lines_of(text)
    assert "".join(lines) == text
    end = 0
    for block in read_blocks(text):
        assert end <= block.start < block.end <= len(lines)
        assert block.closed or block.end == len(lines)
        end = block.end


@given(TEXTS, TEXTS)
def test_an_open_block_holds_the_rest(before: str, rest: str) -> None:
    content = rest.replace("`", "").replace("a.md", "").replace("~", "")
    text = f"{before.replace('`', '').replace('~', '')}\n\nText.\n\n```\n{content}"
    block = read_blocks(text)[-1]
    assert (block.content, block.closed) == (content, False)
