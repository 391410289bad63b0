"""Trees of Python code, made in any thread."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from agents.syntax import module_of, tree_of

AT_THE_SAME_TIME = """
import gc, sys
from concurrent.futures import ThreadPoolExecutor
from agents.syntax import tree_of

class Cycle:  # garbage whose end lets another thread run
    def __init__(self):
        self.itself = self
    def __del__(self):
        sum(range(1000))

gc.set_threshold(50)
sys.setswitchinterval(1e-6)
code = "\\n".join(f"def f{at}(a):\\n    return [b + {at} for b in a if a[b](a)[{at}]]" for at in range(200))

def work():
    for _ in range(10):
        for _ in range(3):
            Cycle()
        tree_of(code)

with ThreadPoolExecutor(3) as threads:
    at_work = [threads.submit(work) for _ in range(3)]
print([done.exception() for done in at_work])
"""


def test_threads_may_make_trees_at_the_same_time() -> None:
    """In a process of its own, since what is left of windows must not be collected in a thread."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_SAME_TIME], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[None, None, None]"


def test_a_tree_of_a_module_or_of_an_expression() -> None:
    assert isinstance(tree_of("1").body[0], ast.Expr)
    assert isinstance(tree_of("1", "eval").body, ast.Constant)


@pytest.mark.parametrize("code", ["def", "x = '\0'", "(" * 5000, "\ud800"])
def test_what_is_not_valid_has_no_tree(code: str) -> None:
    assert module_of(code) is None


def test_a_doubtful_escape_is_no_fault() -> None:
    assert module_of(r"'\d'") is not None
