"""When a reply holds the module that was asked for: only where the rest would hardly bring another one."""

from __future__ import annotations

import pytest

from agents.enough import complete_module

GOOD = "def double(number):\n    return 2 * number\n"
AFTER = "\nThis function doubles its argument.\n"


def reply(code: str = GOOD, before: str = "solution.py\n", after: str = AFTER, bars: str = "```") -> str:
    return f"{before}{bars}python\n{code}{bars}\n{after}"


def needed(text: str, **more: str) -> str | None:
    return complete_module(text, "double", path="solution.py", **more)


def test_what_is_needed_ends_with_the_block() -> None:
    assert needed(reply()) == f"solution.py\n```python\n{GOOD}```\n"
    assert needed(reply(before="Here is the corrected code:\n\n")) is not None
    assert needed(reply(bars="~~~~")) is not None


@pytest.mark.parametrize(
    "after",
    ["\n### Explanation\n\nIt doubles. ", "\nThis function solves the problem.\n",
     "\n- It does not change its argument. ", "\nExplanation of the steps:\n", f"\n{'And so on ' * 40}"],
)  # fmt: skip
def test_an_essay_is_not_waited_for(after: str) -> None:
    assert needed(reply(after=after)) == f"solution.py\n```python\n{GOOD}```\n"


@pytest.mark.parametrize(
    "after",
    ["", "\n", "\n\n", "\nThis", "\nThis function", "\nThis function doubles what", "\n**", "\n### Ex"],
)
def test_a_reply_that_may_just_be_ending_is_left_to_end(after: str) -> None:
    assert needed(reply(after=after)) is None


@pytest.mark.parametrize(
    "after",
    ["\nWait, that is wrong for zero.", "\nHowever, it fails here.", "\n\nOr, shorter and better:\n",
     "\nThe above has an issue with zero. ", "\nThis works, but it can be simplified:\n",
     "\nHere is a better version: ", "\nThe function does not handle lists.\n", "\nI made a mistake there.\n",
     "\nThis solution is inefficient for large numbers.\n", "\nBelow is another approach:\n",
     "\n*Actually*, no: it is not", "\nThis is wrong, so let me", "\nNow the helper it needs:"],
)  # fmt: skip
def test_words_that_take_it_back_or_announce_more_are_waited_for(after: str) -> None:
    assert needed(reply(after=after)) is None


@pytest.mark.parametrize(
    "before",
    ["A naive version first:\n", "Your code was:\n", "The original solution:\n", "First attempt:\n\n",
     "The helper that we need:\n", "Usage, for example:\n", "tests/test_it.py\n"],
)  # fmt: skip
def test_a_draft_or_another_file_is_not_the_module(before: str) -> None:
    assert needed(reply(before=before)) is None


@pytest.mark.parametrize(
    "code",
    [
        "def triple(number):\n    return 3 * number\n",  # not what was asked for
        "def double(number):\n    return 2 *\n",  # cannot be read
        'def double(number):\n    """Double."""\n',  # no body
        "def double(number):\n    pass\n",
        "def double(number):\n    # TODO: negative ones\n    return 2 * number\n",
        "def double(number):\n    return twice(number)\n",  # the helper is still to come
        "def double(number):\n    def double(n): ...\n    raise NotImplementedError\n",
        "class double:\n    pass\n",
    ],
)
def test_what_is_unfinished_is_waited_for(code: str) -> None:
    assert needed(reply(code)) is None


def test_names_that_are_given_or_bound_anywhere_are_there() -> None:
    code = (
        "import math as m\nfrom typing import List\n\n\ndef double(number: List) -> int:\n"
        "    total = 0\n    for k, (a, b) in enumerate(number):\n        total += sum(x for x in [a, b, k])\n"
        "    try:\n        return m.floor(total) + (lambda y: y)(1)\n"
        "    except ValueError as error:\n        print(error)\n"
    )
    assert needed(reply(code)) is not None
    assert needed(reply("def double(n):\n    return twice(n)\n"), given="def twice(n):\n    return 2 * n\n")
    assert needed(reply("from helpers import *\n\n\ndef double(n):\n    return twice(n)\n"))


def test_a_quotation_of_what_the_talk_holds_is_no_new_module() -> None:
    assert needed(reply(), talk=f"The code:\n```python\n{GOOD}```\nMend it.") is None
    assert needed(reply(), talk="Write double.") is not None


def test_open_nested_and_several_blocks_are_waited_for() -> None:
    assert needed(f"solution.py\n```python\n{GOOD}") is None
    assert needed(f"````markdown\n{reply()}````\n{AFTER}") is None
    assert needed(reply() + reply()) is None
    assert needed(AFTER) is None


def test_a_piece_or_a_script_need_not_define_a_function() -> None:
    assert complete_module(reply("print(1)\n"), "", path="solution.py") is not None
    assert complete_module(reply("print(total)\n"), "", path="solution.py") is None
    assert complete_module(reply("print(total)\n"), "", path="solution.py", given="total = 1\n") is not None
