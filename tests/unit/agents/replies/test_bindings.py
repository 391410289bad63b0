"""Which names a piece of Python code lacks."""

from __future__ import annotations

import sys

import pytest

from agents.replies.bindings import lacking
from agents.syntax import module_of

COMPLETE = {
    "imports": "import os.path as p, json\nfrom math import pi as q, e\nprint(p, json, q, e)\n",
    "definitions": "class A: ...\ndef f(a, /, b, *c, d=1, **e): return A, f, a, b, c, d, e\n",
    "stored": "for a, (b, *c) in []: print(a, b, c)\nwith open('x') as d: print([x for x in d])\n",
    "walrus": "if (n := len('x')) > 1: print(n, (lambda z: z)(n))\n",
    "exceptions": "try: ...\nexcept OSError as error: print(error, __name__)\n",
    "patterns": "match [1]:\n    case {'a': a, **rest} | [a, *rest] as b: print(a, rest, b)\n",
}


@pytest.mark.parametrize("code", COMPLETE.values(), ids=COMPLETE)
def test_code_that_binds_all_its_names_lacks_none(code: str) -> None:
    module = module_of(code)
    assert module is not None
    assert lacking(module, None) == set()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="a syntax of 3.12")
def test_parameters_of_types_are_bound() -> None:
    module = module_of("type P[T] = list[T]\ndef f[T, *Ts](x: T, *y: *Ts) -> P[T]: ...\n")
    assert module is not None
    assert lacking(module, None) == set()


def test_what_is_bound_nowhere_is_lacking_unless_it_is_given() -> None:
    module, given = module_of("import numpy as np\nprint(np, numpy, helper())\n"), module_of("helper = 1\n")
    assert module is not None
    assert lacking(module, None) == {"numpy", "helper"}
    assert lacking(module, given) == {"numpy"}
