from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.clarifying.mutation import LONGEST, literal, multiplied, mutated

SCALARS = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20), st.none())
KEYS = st.one_of(st.integers(), st.text(max_size=5))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.tuples(inner, inner),
        st.sets(KEYS, max_size=5),
        st.frozensets(KEYS, max_size=5),
        st.dictionaries(KEYS, inner, max_size=5),
    ),
    max_leaves=10,
)


def shapes(value: Any) -> set[Any]:
    """All types anywhere in a value."""
    inside = value.items() if isinstance(value, dict) else value
    parts = inside if isinstance(inside, (list, tuple, set, frozenset)) or isinstance(value, dict) else ()
    return {type(value)}.union(*(shapes(part) for part in parts))


@given(VALUES, st.integers(0, 2**32))
def test_a_mutant_has_the_type_of_its_value_and_nothing_of_a_new_type(value: Any, seed: int) -> None:
    mutant = mutated(value, random.Random(seed))
    assert type(mutant) is type(value)
    assert shapes(mutant) <= shapes(value)


@given(VALUES, st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_mutant_and_leaves_the_value_alone(value: Any, seed: int) -> None:
    before = repr(value)
    first, second = mutated(value, random.Random(seed)), mutated(value, random.Random(seed))
    assert repr(first) == repr(second)
    assert repr(value) == before


@given(st.integers(), st.integers(0, 2**32))
def test_an_integer_moves_by_one(value: int, seed: int) -> None:
    assert abs(mutated(value, random.Random(seed)) - value) == 1


@given(st.text(max_size=300), st.integers(0, 2**32))
def test_a_text_does_not_grow_without_end(value: str, seed: int) -> None:
    assert len(mutated(value, random.Random(seed))) <= LONGEST


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=4), st.integers(1, 30), st.integers(0, 9))
def test_inputs_are_bounded_begin_with_the_seeds_and_are_never_twice(
    seeds: list[tuple[Any, ...]], most: int, seed: int
) -> None:
    inputs = multiplied(seeds, most, random.Random(seed))
    assert 1 <= len(inputs) <= most
    texts = [literal(arguments) for arguments in inputs]
    assert len(set(texts)) == len(texts)
    own = list(dict.fromkeys(map(literal, seeds)))[:most]
    assert texts[: len(own)] == own
    assert all(len(arguments) == 2 for arguments in inputs)


def test_every_mutation_of_the_paper_happens() -> None:
    def seen(value: Any) -> set[str]:
        return {repr(mutated(value, random.Random(seed))) for seed in range(400)}

    assert seen(5) == {"4", "6"}
    assert seen(True) == {"False"}
    floats = {float(text) for text in seen(10.0)}
    assert any(abs(number - 10) > 1 for number in floats)
    assert any(abs(number - 10) <= 1 for number in floats)
    assert {len(eval(text)) for text in seen("abc")} >= {2, 3, 4, 5, 6}
    assert {"[2]", "[1]", "[1, 1, 2]", "[1, 3]", "[0, 2]"} <= seen([1, 2])
    assert {"(2,)", "(1, 1, 2)", "(1, 3)"} <= seen((1, 2))
    assert ["x", 3] not in [eval(text) for text in seen((1, "x"))]
    assert all(len(eval(text)) == 2 for text in seen((1, "x"))), "a record keeps its fields"
    assert {"{1}", "{2}", "{1, 2}", "{1, 3}"} <= seen({1, 2})
    assert "{'b': 2}" in seen({"a": 1, "b": 2})
    assert any(len(eval(text)) == 3 for text in seen({"a": 1, "b": 2}))
    assert "{'a': 2, 'b': 2}" in seen({"a": 1, "b": 2})
    assert seen(None) == {"None"}
    assert seen([]) == {"[]"}


def test_a_function_without_parameters_has_one_input() -> None:
    assert multiplied([()], 10, random.Random(1)) == [()]
    assert multiplied([], 10, random.Random(1)) == []


def test_the_inputs_are_the_same_in_another_process() -> None:
    program = (
        "import random; from agents.clarifying.mutation import multiplied; "
        "print(multiplied([({'b', 'a', 'c'}, {'x': 1, 'y': 2})], 20, random.Random(3)) == "
        "eval(input()))"
    )
    seeds: list[tuple[Any, ...]] = [({"b", "a", "c"}, {"x": 1, "y": 2})]
    here = repr(multiplied(seeds, 20, random.Random(3)))
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program], input=here, capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        assert done.stdout.strip() == "True"
