"""Thinking told from the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.replies import without_thinking

FENCE = "```python\nx = 1\n```\n"


@pytest.mark.parametrize(
    ("text", "answer", "thinking"),
    [
        ("Hello", "Hello", ""),
        ("\n Hello \n", "\n Hello \n", ""),
        ("<think>a</think>b", "b", "a"),
        ("<think>\na\n</think>\n\nb\n", "b\n", "a"),
        ("\n\n<think>a</think>b", "b", "a"),
        ("<THINK>a</Think>b", "b", "a"),
        ("<thinking>a</thinking>b", "b", "a"),
        ("<thinking>a</think>b", "b", "a"),
        ("<think></think>b", "b", ""),
        ("<think>a", "", "a"),
        ("<think>", "", ""),
        ("a</think>b", "b", "a"),
        ("a\n</think>\nb\n", "b\n", "a"),
        ("</think>\n\nb", "b", ""),
        ("<think>a</think>\n<think>b</think>\nc", "c", "a\n\nb"),
        ("One.\n<think>a</think>\nTwo.", "One.\nTwo.", "a"),
        ("One.\n<think>a", "One.\n", "a"),
        ("<think>a <think> b</think> c</think> d", " d", "a <think> b\n\nc"),
        (f"<think>{FENCE}</think>{FENCE}", FENCE, FENCE.strip()),
        (f"<think>```python\nx</think>\n{FENCE}", FENCE, "```python\nx"),
        (f"```python\nx\n</think>\n{FENCE}", FENCE, "```python\nx"),
        (f"{FENCE}</think>\n{FENCE}", FENCE, FENCE.strip()),
        ("Use the <think> tag.", "Use the <think> tag.", ""),
        ("```\n<think>\n</think>\n```\n", "```\n<think>\n</think>\n```\n", ""),
        ("```\na = '</think>'\n```\n", "```\na = '</think>'\n```\n", ""),
        ("```\n</think>\n```\n", "```\n</think>\n```\n", ""),
    ],
)
def test_without_thinking(text: str, answer: str, thinking: str) -> None:
    assert without_thinking(text) == (answer, thinking)


@given(st.text(), st.text(st.characters(exclude_characters="<`~")))
def test_an_answer_comes_back_whole(answer: str, thinking: str) -> None:
    answer = "Answer:" + answer.replace("<", "")
    assert without_thinking(answer) == (answer, "")
    assert without_thinking(f"<think>{thinking}</think>{answer}") == (answer, thinking.strip())
    assert without_thinking(f"{thinking}</think>{answer}")[0] == answer
