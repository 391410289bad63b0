"""Tool calls written as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import ToolCall
from agents.replies import read_tool_calls

NAMES = {"read_file", "run"}
CALL = '{"name": "read_file", "arguments": {"path": "a.py"}}'
WANTED = (ToolCall("read_file", {"path": "a.py"}),)


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        f"I will read it.\n\n{CALL}\n\nThen I go on.",
        f"```json\n{CALL}\n```",
        f"```\n{CALL}\n```",
        f"```tool_call\n{CALL}\n```",
        f"<tool_call>\n{CALL}\n</tool_call>",
        f"<tool_call>{CALL}",
        f"<tool_call>\n```json\n{CALL}\n```\n</tool_call>",
        f"<tool_calls>[{CALL}]</tool_calls>",
        f"[{CALL}]",
        f'{{"tool_calls": [{CALL}]}}',
        f'{{"type": "function", "function": {CALL}}}',
        f'{{"id": "1", "type": "function", "function": {CALL}}}',
        '{"name": "read_file", "parameters": {"path": "a.py"}}',
        '{"tool": "read_file", "args": {"path": "a.py"}}',
        '{"function": "read_file", "arguments": {"path": "a.py"}}',
        '{"action": "read_file", "action_input": {"path": "a.py"}}',
        '{"name": "read_file", "arguments": "{\\"path\\": \\"a.py\\"}"}',
        '{"name": "read_file", "arguments": {"path": "a.py",},}',
        f'<think>{{"name": "run", "arguments": {{}}}}</think>{CALL}',
        f'{{"name": "unknown", "arguments": {{}}}}\n{CALL}',
    ],
)
def test_calls_as_models_write_them(text: str) -> None:
    assert read_tool_calls(text, NAMES) == WANTED


def test_several_calls_in_order() -> None:
    tagged = f"<tool_call>{CALL}</tool_call>"
    text = f'{tagged}\n<tool_call>{{"name": "run"}}</tool_call>\n{tagged}'
    assert read_tool_calls(text, NAMES) == (*WANTED, ToolCall("run", {}), *WANTED)


def test_line_breaks_in_arguments() -> None:
    text = '{"name": "run", "arguments": {"code": "a\n\tb ``` \\"c\\""}}'
    assert read_tool_calls(text, NAMES) == (ToolCall("run", {"code": 'a\n\tb ``` "c"'}),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would call read_file now.",
        '{"name": "rm", "arguments": {}}',
        '{"name": "run", "version": "1.0", "scripts": {}}',
        '{"name": "run", "arguments": [1]}',
        '{"name": "run", "arguments": "not json"}',
        '{"name": "run", "arguments": {}, "tool": "read_file"}',
        '{"name": ["run"], "arguments": {}}',
        '{"name": "write", "arguments": {"content": {"name": "run", "arguments": {}}}}',
        '{"name": "write", "arguments": {"content": "{"name": "run", "arguments": {}}"}}',
        '{"name": "write", "arguments": {"a": 1 "b": {"name": "run", "arguments": {}}}}',
        '{"name": "run", "arguments": {"x": NaN}}',
        '```python\ncall = {"name": "run", "arguments": {}}\n```',
        '{"name": "run", "arguments": ' + '{"a":' * 100_000,
        "[" * 100_000,
    ],
)
def test_what_is_no_call(text: str) -> None:
    assert read_tool_calls(text, NAMES) == ()


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from([CALL, "{", "}", "[", "<tool_call>", "```json\n", '"', ","])).map("".join),
    )
)
def test_reading_never_raises(text: str) -> None:
    assert all(call.name in NAMES for call in read_tool_calls(text, NAMES))
