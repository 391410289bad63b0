"""What branches may write while others are at work at the same time."""

from __future__ import annotations

import asyncio

from agents.branch import Branch, current_branch, settled, within
from agents.together import together


def branch(name: str, own: str, others: str) -> Branch:
    return Branch(name, lambda path: path == own, lambda path: path == others)


def test_each_has_its_own_files_and_leaves_those_of_others() -> None:
    told: list[str] = []
    first = branch("Developer", "a.py", "b.py")
    assert first.granted({"a.py": "1", "b.py": "2", "c.py": "3"}, told.append) == {"a.py": "1"}
    assert told == ["Left to those who write it at the same time: b.py."]
    assert first.waiting == {"c.py": "3"}


def test_what_nobody_owns_is_the_firsts_in_order_and_the_other_is_told_of() -> None:
    told: list[str] = []
    first, second = branch("Developer", "a.py", "b.py"), branch("Developer 2", "b.py", "a.py")
    second.granted({"c.py": "2", "d.py": "2", "same.py": ""}, told.append)
    first.granted({"c.py": "1", "same.py": "", "gone.py": None}, told.append)
    kept, twice = settled([first, second], told.append)
    assert kept == [{"c.py": "1", "same.py": "", "gone.py": None}, {"d.py": "2"}]
    assert twice == ["c.py"]
    assert told == ["c.py was written by two at once; kept as Developer wrote it."]


def test_a_branch_holds_for_what_it_starts_and_for_nothing_beside_it() -> None:
    seen: dict[str, Branch | None] = {}

    async def look(name: str) -> None:
        await asyncio.sleep(0)
        seen[name] = current_branch()

    async def work(own: Branch) -> None:
        with within(own):
            await look(own.name)
            await asyncio.create_task(look(f"{own.name} inner"))
        await look(f"{own.name} after")

    one, two = branch("one", "a", "b"), branch("two", "b", "a")
    asyncio.run(together([work(one), work(two), look("none")]))
    assert seen == {
        **{"one": one, "one inner": one, "one after": None},
        **{"two": two, "two inner": two, "two after": None},
        "none": None,
    }
