"""Scripted companies that build a ledger of a given number of files,
with a review and a failing test on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.support.agile_team import ScriptedSprint, ScriptedTeam
from tests.support.team import Project

IDEA = "A ledger for a small club: accounts, bookings of several kinds, totals and reports in the terminal."
_FAULT, _MENDED = "amount - rate", "amount + rate"


def _part(number: int) -> str:
    """A module of about a screen that builds on the one before it."""
    name = f"account_{number:02}"
    before = f"from ledger.account_{number - 1:02} import total as total_before\n\n\n" if number else "\n"
    below = "total_before(bookings)" if number else "0"
    return (
        f'"""Bookings of kind {number}: how they are read, counted and shown."""\n\n{before}'
        f"KIND = {number}\n\n\n"
        f"def read(line):\n"
        f'    """A booking from a line `kind;amount;text`; None for another kind."""\n'
        f'    kind, amount, text = line.split(";", 2)\n'
        f"    if int(kind) != KIND:\n        return None\n"
        f'    return {{"kind": KIND, "amount": int(amount), "text": text.strip()}}\n\n\n'
        f"def charged(amount, rate):\n"
        f'    """The amount with what this kind costs."""\n'
        f"    return {_FAULT}\n\n\n"
        f"def total(bookings):\n"
        f'    """All bookings of this kind and of those before it."""\n'
        f'    own = sum(booking["amount"] for booking in bookings if booking["kind"] == KIND)\n'
        f"    return own + {below}\n\n\n"
        f"def report(bookings):\n"
        f'    """One line about this kind, called {name}."""\n'
        f'    return f"{name}: {{total(bookings)}}"\n'
    )


def _main(parts: int) -> str:
    imports = "".join(f"from ledger import account_{number:02}\n" for number in range(parts))
    reports = "".join(f"    print(account_{number:02}.report(bookings))\n" for number in range(parts))
    return (
        f"{imports}\n\ndef main():\n    bookings = []\n{reports}\n\nif __name__ == '__main__':\n    main()\n"
    )


def _test(number: int, *, fails: bool = True) -> str:
    rate, sum_ = (2, 12) if fails else (0, 10)
    return (
        f"from ledger.account_{number:02} import charged, total\n\n\n"
        f"def test_a_charge_is_added():\n    assert charged(10, {rate}) == {sum_}\n"
        f"\n\ndef test_nothing_is_nothing():\n    assert total([]) == 0\n"
    )


def _mended(number: int) -> Mapping[str, str]:
    path = f"ledger/account_{number:02}.py"
    return {path: _part(number).replace(_FAULT, _MENDED)}


def _reviewed(number: int) -> Mapping[str, str]:
    path = f"ledger/account_{number:02}.py"
    return {path: _part(number).replace("line.split", "line.strip().split")}


def chain_project(files: int) -> Project:
    """What ChatDev's chain builds: all at once, one finding mended, one failing test repaired."""
    parts = files - 1
    written = {"main.py": _main(parts)} | {f"ledger/account_{n:02}.py": _part(n) for n in range(parts)}
    last = parts - 1
    return Project(
        idea=IDEA,
        files=written,
        tests={"tests/test_ledger.py": _test(last)},
        finding="ledger/account_00.py: a line with blanks at its end is read wrongly",
        modification=_reviewed(0),
        repair=_mended(last),
    )


def sprint_team(files: int) -> ScriptedTeam:
    """What AgileCoder builds in three sprints: a third each, with findings, and a repair in the last."""
    parts = files - 1
    borders = [0, max(1, parts // 3), max(1, 2 * parts // 3), parts]
    sprints = []
    for number in range(3):
        own = range(borders[number], borders[number + 1])
        about = own[-1] if own else parts - 1
        written = {"main.py": _main(borders[number + 1])}
        written |= {f"ledger/account_{n:02}.py": _part(n) for n in own}
        sprints.append(
            ScriptedSprint(
                [str(number + 1)],
                written,
                tests={f"tests/test_sprint_{number + 1}.py": _test(about, fails=number == 2)},
                findings=[[f"ledger/account_{about:02}.py: blanks at the end of a line are read wrongly"]],
                modification=_reviewed(about),
                repair=_mended(about) if number == 2 else {},
                another=number < 2,
            )
        )
    backlog = [
        ("Bookings are read", ["a line is read"]),
        ("Totals", ["a total is right"]),
        ("Reports", ["each kind has a line"]),
    ]
    return ScriptedTeam(idea=IDEA, backlog=backlog, sprints=sprints)


def _long(name: str, lines: int = 400) -> str:
    """A module of so many lines, no two functions alike."""
    head = f'"""The {name} of the ledger: one function for each kind of booking."""\n\n\n'
    function = (
        "def {name}_{at:02}(bookings, rate):\n"
        '    """The {name} of kind {at}, with what it costs."""\n'
        '    own = [booking for booking in bookings if booking["kind"] == {at}]\n'
        '    amounts = [booking["amount"] for booking in own]\n'
        "    charge = rate * {at}\n"
        "    if not amounts:\n        return 0\n"
        "    return sum(amounts) {sign} charge\n\n\n"
    )
    count = (lines - head.count("\n")) // function.count("\n")
    texts = (function.format(name=name, at=at, sign="-" if at == 7 else "+") for at in range(count))
    return (head + "".join(texts)).rstrip("\n") + "\n"


def long_project() -> Project:
    """Three files of 400 lines; the review and the failing test each ask for a change of one line."""
    books, sums, reports = _long("books"), _long("sums"), _long("reports")
    main = "\n\nif __name__ == '__main__':\n    print(books_01([], 2))\n"
    return Project(
        idea=IDEA,
        files={"main.py": books + main, "ledger/sums.py": sums, "ledger/reports.py": reports},
        tests={
            "tests/test_sums.py": "from ledger.sums import sums_07\n\n\n"
            "def test_a_charge_is_added():\n"
            "    assert sums_07([{'kind': 7, 'amount': 10}], 1) == 17\n"
        },
        finding="ledger/reports.py: reports_03 reads a booking without an amount wrongly",
        modification={
            "ledger/reports.py": reports.replace(
                'booking["kind"] == 3]', 'booking["kind"] == 3 and "amount" in booking]'
            )
        },
        repair={"ledger/sums.py": sums.replace("sum(amounts) - charge", "sum(amounts) + charge")},
    )


def asking_project(files: int) -> Project:
    """As `chain_project`, and one thing is asked of the user first."""
    return replace(
        chain_project(files),
        question="Are amounts whole numbers, or have they cents?",
        options=("whole", "cents"),
    )
