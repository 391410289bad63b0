"""The candidates that the window shows are those that each method really tried."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agents.bench import Bench, BenchPlan, stored_cells
from agents.bench.reading import DATABASE
from agents.solving import SOLUTION
from agents.store.store import Store
from app.state.all import RunState
from tests.e2e.test_bench import METHODS, PROBLEM, anything, carried_out
from tests.support.ollama_server import OllamaServer
from tests.support.sandboxes import isolated_or_skipped
from tests.support.solving import RIGHT


def test_every_method_has_candidates_and_one_is_the_answer(tmp_path: Path) -> None:
    isolated_or_skipped()
    with OllamaServer(anything(RIGHT)) as server:  # type: ignore[arg-type]
        plan = BenchPlan((PROBLEM,), METHODS, model="scripted:7b", host=server.address, jobs=4)
        cells = asyncio.run(carried_out(Bench(plan, tmp_path / "bench")))
    assert sorted(stored_cells(tmp_path / "bench"), key=str) == sorted(cells, key=str)
    store = Store.open(tmp_path / "bench" / DATABASE)
    try:
        for cell in cells:
            state = RunState.replayed(store.events(cell.run))
            found = state.candidates
            assert found.candidates, cell.method
            assert found.cases[0] == PROBLEM.task.examples[0], cell.method
            assert not set(found.cases) & set(PROBLEM.tests), cell.method
            assert found.judged is not None, cell.method
            [commit] = [one for one in state.files.commits if one.changes[0].path == SOLUTION]
            assert found.answer == commit.changes[0].digest
            answer = store.blob(found.answer).decode()
            assert any(answer.endswith(one.code) for one in found.candidates), cell.method
    finally:
        store.close()
