"""`troupe solve`: one function-sized task by one method; the answer and its examples' results are printed."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from agents.cli.group import troupe
from agents.cli.options import how_options, pairs, who_options
from agents.errors import UsageError
from agents.paths import typed_path


@troupe.command()
@click.argument("task")
@click.option("--method", default="direct", show_default=True, help="`troupe workflows` lists the methods.")
@click.option("--function", "entry_point", default="", metavar="NAME", help="The function asked for.")
@who_options
@click.option("--out", default="", metavar="FILE", help="Write the answer to FILE as well; it must be new.")
@how_options
def solve(
    task: str,
    method: str,
    entry_point: str,
    roles: tuple[str, ...],
    options: tuple[str, ...],
    out: str,
    answers: str,
    events: bool,
    **chosen: Any,
) -> None:
    """Write the function that TASK asks for.

    TASK is a sentence, or a file (.py, .md, .txt, .json) with a signature, a docstring, assert statements
    or examples such as `f(1) -> 2`.
    """
    from agents.cli.carry_out import start  # noqa: PLC0415
    from agents.plan import Plan  # noqa: PLC0415
    from agents.registry import find_workflow, workflows  # noqa: PLC0415
    from agents.tasks import load_task, load_tests  # noqa: PLC0415

    if find_workflow(method).kind != "task":
        known = ", ".join(name for name, found in workflows().items() if found.kind == "task")
        raise UsageError(f"{method} builds projects and solves no tasks.", f"Choose one of: {known}.")
    given = load_task(task, entry_point=entry_point)
    target = _new_file(out)
    plan = Plan(
        idea=given.idea,
        workflow=method,
        roles=pairs(roles, "ROLE=MODEL"),
        options=pairs(options, "OPTION=VALUE"),
        entry_point=given.entry_point,
        starter=given.starter,
        examples=given.examples,
        tests=load_tests(task),
        **{**chosen, "name": chosen["name"] or given.entry_point},
    )
    sys.exit(start(plan, answers, events=events, at_end=partial(printed, target=target, events=events)))


def _new_file(out: str) -> Path | None:
    if not out:
        return None
    path = typed_path(out)
    if path.exists():
        raise UsageError(f"{path} is there already.", "Name a new file with --out.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", "Make it, or choose another --out.")
    return path


def printed(folder: Path, target: Path | None = None, *, events: bool) -> None:
    """Print the answer in a run's folder, unless events are printed; write it to `target`, if any."""
    from agents.solving import SOLUTION  # noqa: PLC0415

    solution = folder / SOLUTION
    if not solution.is_file():
        return
    text = solution.read_text("utf-8")
    if target is not None:
        try:
            target.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(
                f"The answer could not be written to {target}: {error.strerror}.", f"It is in {solution}."
            ) from error
    if not events:
        click.echo(f"\n{text}")
