"""`troupe bench`: methods compared over a set of problems; the figures as a table, as CSV and JSON."""

from __future__ import annotations

import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agents.cli.group import troupe
from agents.cli.options import cloud_option, host_option, model_option, num_ctx_option, think_option
from agents.errors import UsageError

if TYPE_CHECKING:
    from agents.bench import Bench, Cell

INTERRUPTED = 130


@troupe.command(short_help="Compare methods over a set of problems.")
@click.argument("problems", type=click.Path(path_type=Path))
@click.option("--methods", default="direct", show_default=True, metavar="A,B,C", help="Methods to compare.")
@model_option
@host_option
@cloud_option
@click.option(
    "--samples", default=1, type=click.IntRange(1, 100), help="Answers for each problem and method."
)
@click.option("--jobs", default=2, type=click.IntRange(1, 64), show_default=True, help="Answers at a time.")
@click.option("--k", "ks", default="1", show_default=True, metavar="1,5", help="Which pass@k to estimate.")
@click.option("--only", default="", metavar="TEXT", help="Only problems whose id contains TEXT.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="Only so many problems.")
@click.option("--name", default="", help="The bench's name; the same name goes on with it.")
@click.option("--set", "options", multiple=True, metavar="METHOD.OPTION=VALUE", help="An option of a method.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write every answer to a CSV file.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write everything to a JSON file.")
@num_ctx_option
@think_option
@click.option("--seed", default=0, help="The seed of the first sample.")
def bench(
    problems: Path,
    methods: str,
    ks: str,
    only: str,
    limit: int,
    name: str,
    options: tuple[str, ...],
    csv_file: Path | None,
    json_file: Path | None,
    samples: int,
    **chosen: Any,
) -> None:
    """Compare methods over PROBLEMS: pass@k, calls, tokens and time of each.

    PROBLEMS is a JSON-lines file (HumanEval, MBPP, MTPB, or one's own: objects with id, task, entry_point,
    and examples and tests, each a list of assert statements), or the folder of QuixBugs. Stopped with Ctrl-C,
    the same command goes on.
    """
    import asyncio  # noqa: PLC0415 - heavy, as all that follows

    from agents.bench import Bench, BenchPlan, figures_by_method, load_problems  # noqa: PLC0415
    from agents.bench.results import as_csv, as_json, as_table  # noqa: PLC0415
    from agents.home import home_folder  # noqa: PLC0415
    from agents.models.hosts import Hosts  # noqa: PLC0415

    wanted = _numbers(ks, samples)
    for file in (csv_file, json_file):
        _check_target(file)
    plan = BenchPlan(
        problems=tuple(load_problems(problems, only, limit)),
        methods=tuple(dict.fromkeys(method.strip() for method in methods.split(",") if method.strip())),
        samples=samples,
        options=_options(options),
        **chosen,
    )
    if unused := [method for method in plan.options if method not in plan.methods]:
        raise UsageError(f"{unused[0]} is not among the methods of this bench.", "Name it with --methods.")
    home = home_folder()
    running = Bench(plan, home / "benches" / _named(name or problems.stem), hosts=Hosts(home))
    try:
        cells = asyncio.run(_carried_out(running))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("\nInterrupted. The same command goes on with it.", err=True)
        sys.exit(INTERRUPTED)
    figures = figures_by_method(cells, wanted)
    click.echo(as_table(figures))
    if csv_file:
        _write(csv_file, as_csv(cells))
    if json_file:
        _write(json_file, as_json(cells, figures))


async def _carried_out(running: Bench) -> list[Cell]:
    """The cells, in the order of problems and methods, with a line of progress for each."""
    cells: list[Cell] = []
    async with aclosing(running.cells()) as ready:
        async for cell in ready:
            cells.append(cell)
            mark = "✓" if cell.passed else "✗"
            told = f"  {cell.error}" if cell.error else ""
            click.echo(
                f"{len(cells):>5}/{running.total}  {mark}  {cell.method:<18} {cell.problem}{told}", err=True
            )
    problems = {problem.key: place for place, problem in enumerate(running.plan.problems)}
    methods = {method: place for place, method in enumerate(running.plan.methods)}
    return sorted(cells, key=lambda cell: (methods[cell.method], problems[cell.problem], cell.sample))


def _numbers(ks: str, samples: int) -> list[int]:
    try:
        found = sorted({int(k) for k in ks.split(",")})
    except ValueError as error:
        raise UsageError(f"'{ks}' is no list of numbers.", "Write --k 1,5,10.") from error
    if found[0] < 1:
        raise UsageError(f"There is no pass@{found[0]}.", "Write --k 1,5,10.")
    if wrong := [k for k in found if k > samples]:
        raise UsageError(
            f"pass@{wrong[0]} needs at least {wrong[0]} samples, and there are {samples}.",
            f"Say --samples {wrong[0]}.",
        )
    return found


def _options(given: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    options: dict[str, dict[str, Any]] = {}
    for text in given:
        left, sign, value = text.partition("=")
        method, dot, option = left.partition(".")
        if not sign or not dot or not option:
            raise UsageError(f"'{text}' is no option of a method.", "Write --set METHOD.OPTION=VALUE.")
        options.setdefault(method.strip(), {})[option.strip()] = value.strip()
    return options


def _named(name: str) -> str:
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise UsageError(f"'{name}' is no name for a bench.", "Take letters, digits and dashes.")
    return name


def _check_target(path: Path | None) -> None:
    """Find out before hours of work whether a file can be written where its name says."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        reason = "It is a folder." if path.is_dir() else f"There is no folder {path.parent}."
        raise UsageError(f"{path} could not be written.", reason)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{path} could not be written: {error.strerror}.") from error
