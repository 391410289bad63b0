"""How a program is parted for those who work on it at the same time."""

from __future__ import annotations

import random
from itertools import pairwise

from agents.codegraph import CodeGraph
from agents.context import SMALL
from agents.development.parting import STEP, WORTH, Parting, parted, parts_of

# --- what is there already ---------------------------------------------------------------------------


def program(count: int, size: int = SMALL // 4) -> dict[str, str]:
    """Modules in two chains of imports, and one that brings them together."""
    files = {}
    for number in range(count):
        before = f"import m{number - 2:02}\n" if number > 1 else ""
        files[f"m{number:02}.py"] = f"{before}# {'x' * size}\n"
    last = [f"m{number:02}" for number in range(max(0, count - 2), count)]
    return files | {"main.py": "".join(f"import {name}\n" for name in last)}


def test_a_small_program_is_one_part() -> None:
    files = program(4)
    assert parts_of(files, CodeGraph(), [], 4) == [tuple(sorted(files))]
    assert parts_of(files, CodeGraph(), ["m01.py", "gone.py"], 4) == [("m01.py",)]


def test_parts_hold_all_once_are_about_alike_and_follow_the_imports() -> None:
    files = program(16)
    parts = parts_of(files, CodeGraph(), [], 4)
    assert sorted(path for part in parts for path in part) == sorted(files)
    sizes = [sum(len(files[path]) for path in part) for part in parts]
    assert len(parts) == 4
    assert min(sizes) > SMALL / 2
    first = {path for part in parts[:2] for path in part}  # the one chain, then the other
    assert {f"m{number:02}.py" for number in range(0, 16, 2)} <= first or "m01.py" in parts[0]


def test_files_of_a_circle_stay_together() -> None:
    big = "x" * SMALL
    files = {
        "a.py": f"import b\n# {big}", "b.py": f"import a\n# {big}", "c.py": f"# {big}", "d.py": f"# {big}",
    }  # fmt: skip
    parts = parts_of(files, CodeGraph(), [], 4)
    assert [part for part in parts if "a.py" in part] == [("a.py", "b.py")]


# --- what is designed --------------------------------------------------------------------------------


def test_what_all_use_comes_first_and_what_uses_all_comes_last() -> None:
    uses = {
        "main.py": ["ui.py", "store.py", "report.py", "rules.py"],
        "ui.py": ["text.py", "base.py"], "store.py": ["file.py", "base.py"], "text.py": ["base.py"],
        "report.py": ["base.py"], "rules.py": ["base.py"], "file.py": ["base.py"],
    }  # fmt: skip
    files = [*uses, "base.py"]
    assert parted(files, uses, 2) == Parting(
        ("base.py",), (("report.py", "file.py", "store.py"), ("rules.py", "text.py", "ui.py")), ("main.py",)
    )


def test_files_without_edges_are_shared_out_and_a_chain_is_not() -> None:
    alone = [f"{name}.py" for name in "abcdef"]
    assert parted(alone, {}, 3) == Parting((), (("a.py", "d.py"), ("b.py", "e.py"), ("c.py", "f.py")), ())
    chain = {after: [before] for before, after in pairwise(alone)}
    assert parted(alone, chain, 3) is None
    circle = {**chain, "a.py": ["f.py"]}
    assert parted(alone, circle, 3) is None


def test_what_is_hardly_faster_stays_with_one() -> None:
    assert parted(["main.py", "rules.py"], {"main.py": ["rules.py"]}, 2) is None
    assert parted(["main.py", "rules.py", "text.py"], {"main.py": ["rules.py", "text.py"]}, 2) is None
    assert parted([], {}, 2) is None


def test_any_design_is_parted_whole_without_edges_between_its_parts() -> None:
    dice = random.Random(7)
    for _ in range(200):
        files = [f"{number}.py" for number in range(dice.randint(1, 12))]
        uses = {path: dice.sample(files, dice.randint(0, min(3, len(files)))) for path in files}
        most = dice.randint(2, 4)
        made = parted(files, uses, most)
        if made is None:
            continue
        inner = [path for part in made.parts for path in part]
        assert sorted([*made.first, *inner, *made.last]) == sorted(files)
        assert 2 <= len(made.parts) <= most
        assert made.time + WORTH <= len(files) + STEP
        for part in made.parts:
            for path in part:
                near = set(uses[path]) | {user for user in files if path in uses[user]}
                assert not near & (set(inner) - set(part))
        assert not {used for path in made.first for used in uses[path]} - set(made.first)
        assert not {user for user in files for path in made.last if path in uses[user]} - set(made.last)
