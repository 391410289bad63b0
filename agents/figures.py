"""The figures at the end of a run."""

from __future__ import annotations

from agents.events import FiguresReported
from agents.judging import completeness
from agents.run import Run


def figures_of(run: Run, *, reflections: int, starts: bool | None) -> FiguresReported:
    """What the run made and what it cost, with the ChatDev paper's completeness and executability.

    A program that was not started counts as not executable: nothing is claimed that was not seen.
    """
    totals = run.stage.totals
    files = run.files
    return FiguresReported(
        files=len(files),
        lines=sum(len(text.splitlines()) for text in files.values()),
        versions=len(run.workspace.versions),
        utterances=totals.utterances,
        reflections=reflections,
        model_calls=totals.model_calls,
        prompt_tokens=totals.prompt_tokens,
        output_tokens=totals.output_tokens,
        seconds=round(totals.seconds, 3),
        completeness=completeness(files),
        executability=1.0 if starts else 0.0,
    )
