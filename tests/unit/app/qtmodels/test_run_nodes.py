from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agents.store.rows import RunRow, SearchHit
from app.qtmodels.run_nodes import FEW_HITS, Node, branches, flattened, found


def row(number: int, name: str = "Gomoku", branched_from: int = 0) -> RunRow:
    return RunRow(
        id=number,
        project=number,
        project_name=name,
        folder="",
        idea="for two",
        workflow="chatdev",
        model="qwen3:8b",
        settings="{}",
        state="succeeded",
        created=0.0,
        changed=0.0,
        branched_from=branched_from,
    )


def hit(run: int, seq: int) -> SearchHit:
    return SearchHit(run, seq, "ceo", "a ‹word›")


def outline(nodes: Sequence[Node]) -> list[object]:
    return [(node.row.id, outline(node.children)) if node.children else node.row.id for node in nodes]


def test_branches_stand_below_their_origin_and_lift_it_up() -> None:
    rows = [row(1), row(2), row(3, branched_from=1), row(4), row(5, branched_from=3), row(6, branched_from=1)]
    assert outline(branches(rows)) == [(1, [6, (3, [5])]), 4, 2]


def test_a_branch_of_what_is_not_listed_stands_alone() -> None:
    assert outline(branches([row(7, branched_from=3), row(5, branched_from=5)])) == [7, 5]


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 45)), max_size=30, unique_by=lambda pair: pair[0])
)
def test_every_run_has_one_place_and_knows_it(pairs: list[tuple[int, int]]) -> None:
    lines = flattened(branches([row(number, branched_from=above) for number, above in pairs]))
    assert sorted(line.row.id for line in lines) == sorted(number for number, _ in pairs)
    for line in lines:
        if line.parent is not None:
            assert line.parent.children[line.place] is line
            assert line.row.branched_from == line.parent.row.id


def test_names_ideas_models_and_messages_are_found() -> None:
    rows = [row(3, "Tetris"), row(2, "Todo"), row(1, "Gomoku")]
    assert outline(found(rows, "go TWO", [])) == [1]
    assert outline(found(rows, "qwen3", [])) == [3, 2, 1]
    assert outline(found(rows, "word", [hit(2, 9), hit(2, 4), hit(8, 1)])) == [(2, [2, 2])]
    (todo,) = found(rows, "word", [hit(2, 9), hit(2, 4)])
    assert [line.hit and line.hit.seq for line in todo.children] == [4, 9]


def test_many_messages_of_a_run_are_folded_until_all_are_wanted() -> None:
    hits = [hit(1, seq) for seq in range(1, 9)]
    (run,) = found([row(1)], "word", hits)
    assert [line.more for line in run.children] == [0] * FEW_HITS + [8 - FEW_HITS]
    (run,) = found([row(1)], "word", hits, {1})
    assert len(run.children) == 8
    (run,) = found([row(1)], "word", hits[: FEW_HITS + 1])
    assert len(run.children) == FEW_HITS + 1, "one more line is no reason to fold"
