"""What is stored of benches: which there are, and the cells of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agents.bench.results import Cell
from agents.events import AnswerJudged, ErrorRaised, FiguresReported
from agents.store.store import Store

DATABASE = "troupe.db"
BETWEEN = " · "


def benches(home: Path) -> list[Path]:
    """The folders of the benches under Troupe's folder, the one that was changed last first."""
    folder = home / "benches"
    found = [place for place in folder.iterdir() if (place / DATABASE).is_file()] if folder.is_dir() else []
    return sorted(found, key=lambda place: (-(place / DATABASE).stat().st_mtime, place.name))


def stored_cells(folder: Path) -> list[Cell]:
    """The cells of a bench that have their result, in the order in which their runs began.

    Blocks while it reads. A `StoreError` says why its database cannot be used.
    """
    store = Store.open(folder / DATABASE)
    try:
        return list(_cells(store))
    finally:
        store.close()


def _cells(store: Store) -> Iterator[Cell]:
    for row in sorted(store.runs(), key=lambda row: row.id):
        parts = row.project_name.rsplit(BETWEEN, 2)
        if len(parts) == 3 and parts[2].isdigit() and is_settled(store, row.id):
            problem, method, sample = parts
            yield read_cell(store, row.id, Cell(problem, method, int(sample) - 1, passed=False))


def named(problem: str, method: str, sample: int) -> str:
    """The project of a cell's run; samples are counted from 0, and told from 1."""
    return BETWEEN.join((problem, method, str(sample + 1)))


def read_cell(store: Store, run: int, cell: Cell) -> Cell:
    """The cell with what its run tells so far."""
    figures: FiguresReported | None = None
    for stamped in store.events(run):
        match stamped.event:
            case AnswerJudged() as judged:
                cell = replace(cell, passed=judged.passed)
            case FiguresReported() as reported:
                figures = reported
            case ErrorRaised() as raised:
                cell = replace(cell, error=raised.text)
    if figures is None:
        return replace(cell, run=run)
    return replace(
        cell,
        run=run,
        error="",
        calls=figures.model_calls,
        prompt_tokens=figures.prompt_tokens,
        output_tokens=figures.output_tokens,
        seconds=figures.seconds,
    )


def is_settled(store: Store, run: int) -> bool:
    """Whether a run has its result: an answer, or replies that could not be used. Else it is gone on with."""
    events = [stamped.event for stamped in store.events(run)]
    useless = any(isinstance(event, ErrorRaised) and event.retry_from for event in events)
    return useless or any(isinstance(event, FiguresReported) for event in events)
