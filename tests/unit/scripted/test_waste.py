"""What is found of prompts that carry something in vain."""

from __future__ import annotations

from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.waste import partings, twice
from tests.support.team import rendered

LONG = "".join(f"line {number} of a file\n" for number in range(20))


def asked(text: str, reply: str = "done") -> Exchange:
    return Exchange("a", 1, f"<system>You are Able. Work.<user>{text}", reply, 0, 1)


def test_a_file_that_stands_in_a_prompt_twice_is_named() -> None:
    once = rendered({"a/b.py": LONG, "short.py": "x = 1\n"})
    assert twice(once) == []
    assert twice(f"{once}\n<user>{once}") == ["a/b.py"]
    assert twice(rendered({"a.py": LONG, "b.py": LONG})) == [], "two files may be alike"


def test_prompts_are_laid_beside_each_other_and_what_was_sent_again_is_counted() -> None:
    first = asked(f"The task.\n\nNow: write it.\n\n{LONG}")
    second = asked(f"The task.\n\nNow: mend it.\n\n{LONG}")
    goes_on = Exchange("a", 1, f"{second.prompt}{second.reply}<user>More", "done", 2, 3)
    changed, going_on = partings([first, Exchange("a", 1, "", "", 0, 0), second, goes_on])
    assert changed.at.startswith("Now: mend it")
    assert changed.before.startswith("Now: write it")
    assert changed.again == len(LONG) - 20
    assert (going_on.same, going_on.again) == (len(second.prompt) + 4, 0)
