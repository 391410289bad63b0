"""Trees of Python code, made in any thread."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from agents.syntax import module_of, tree_of


class Cycle:
    """Garbage whose end lets another thread run."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sum(range(1000))


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns, and garbage is collected, as often as can be."""
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    yield
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("impatient")
def test_threads_may_make_trees_at_the_same_time() -> None:
    code = "\n".join(f"def f{at}(a):\n    return [b + {at} for b in a if a[b](a)[{at}]]" for at in range(200))

    def work() -> None:
        for _ in range(10):
            for _ in range(3):
                Cycle()
            tree_of(code)

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(work) for _ in range(3)]:
            done.result()


def test_a_tree_of_a_module_or_of_an_expression() -> None:
    assert isinstance(tree_of("1").body[0], ast.Expr)
    assert isinstance(tree_of("1", "eval").body, ast.Constant)


@pytest.mark.parametrize("code", ["def", "x = '\0'", "(" * 5000, "\ud800"])
def test_what_is_not_valid_has_no_tree(code: str) -> None:
    assert module_of(code) is None


def test_a_doubtful_escape_is_no_fault() -> None:
    assert module_of(r"'\d'") is not None
