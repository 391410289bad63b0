"""`troupe runs`: what was built, and going on with it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agents.cli.group import troupe
from agents.cli.options import answers_option, cloud_option, events_option, host_option
from agents.cli.plain import plain
from agents.cli.streams import as_json_lines, confirmed
from agents.paths import typed_path

if TYPE_CHECKING:
    from agents.store.rows import RunRow
    from agents.store.store import Store


def _state(row: RunRow) -> str:
    if row.state in {"running", "paused"} and not row.driven:
        return "interrupted"
    return row.state


def _opened(*, search: bool = False) -> Store:
    from agents.home import home_folder  # noqa: PLC0415
    from agents.store.recovery import open_or_recover  # noqa: PLC0415

    store, recovered = open_or_recover(home_folder() / "troupe.db", search=search)
    if recovered:
        click.secho(recovered.sentence, fg="yellow", err=True)
    elif search:
        click.echo("The database is whole; nothing was changed.")
    return store


@troupe.group(invoke_without_command=True)
@click.pass_context
def runs(context: click.Context) -> None:
    """List the runs; show, resume, export or delete one."""
    if context.invoked_subcommand is None:
        context.invoke(list_runs)


@runs.command("list")
def list_runs() -> None:
    """All runs, the newest first."""
    store = _opened()
    try:
        rows = store.runs()
    finally:
        store.close()
    if not rows:
        click.echo('There are no runs yet. Begin one: troupe demo, or troupe build "IDEA"')
    for row in rows:
        when = datetime.fromtimestamp(row.changed).strftime("%Y-%m-%d %H:%M")
        click.echo(
            f"{row.id:>4}  {_state(row):<11}  {when}  {row.workflow:<9} {plain(row.model)[:28]:<28}  "
            f"{plain(row.project_name)}"
        )


@runs.command()
@click.argument("number", type=int)
@click.option("--verbose", is_flag=True, help="With all code.")
@click.option("--events", is_flag=True, callback=as_json_lines, help="One JSON event a line instead.")
def show(number: int, verbose: bool, events: bool) -> None:
    """What happened in run NUMBER."""
    from agents.cli.terminal import TerminalView  # noqa: PLC0415
    from agents.store.export import events_json  # noqa: PLC0415

    store = _opened()
    try:
        row = store.run(number)
        if events:
            for text in events_json(store, number):
                click.echo(text)
            return
        view = TerminalView(verbose=verbose)
        for stamped in store.events(number):
            view.receive(stamped)
        click.echo(f"Run {number} is {_state(row)}; its folder is {row.folder}")
    finally:
        store.close()


@runs.command()
@click.argument("number", type=int)
@host_option
@cloud_option
@answers_option
@events_option
def resume(number: int, host: str, allow_cloud: bool, answers: str, events: bool) -> None:
    """Continue run NUMBER where it stopped; finished steps are not repeated.

    It asks the server and the models it was begun with; --host names another server for this time. A run
    that has come to its end is left as it is.
    """
    from agents.cli.carry_out import resume as carry_on  # noqa: PLC0415
    from agents.cli.solve import printed  # noqa: PLC0415
    from agents.history import result_of  # noqa: PLC0415
    from agents.models.demo import demo_answer  # noqa: PLC0415
    from agents.plan import Plan  # noqa: PLC0415

    store = _opened()
    try:
        row = store.run(number)
        plan = Plan.from_json(row.settings)
        ended = None if row.driven else result_of(store, number, Path(row.folder))
    finally:
        store.close()
    at_end = partial(printed, events=events) if plan.entry_point else None
    if ended is not None:
        result = f"Run {number} {ended.state}: {plain(ended.summary)}"
        click.echo(f"There is nothing left to do. {result}", err=events)
        if at_end:
            at_end(Path(row.folder))
        sys.exit(0 if ended.state == "succeeded" else 1)
    plan = replace(plan, host=host or plan.host, allow_cloud=allow_cloud or plan.allow_cloud)
    sys.exit(
        carry_on(
            number,
            plan,
            answers,
            events=events,
            demo_answer=demo_answer() if plan.demo else "",
            at_end=at_end,
        )
    )


@runs.command()
@click.argument("number", type=int)
@click.option("--at", required=True, type=click.IntRange(min=1), help="The event it branches off after.")
@click.option("--text", default=None, help="That event is a message, and says this instead.")
def branch(number: int, at: int, text: str | None) -> None:
    """Begin a run like run NUMBER up to an event, in a folder of its own; `show --events` lists them."""
    from agents.studio import Studio  # noqa: PLC0415

    studio = Studio.open()
    try:
        new = studio.branch(number, at, text)
        folder = studio.store.run(new).folder
    finally:
        studio.store.close()
    click.echo(f"Run {new} branches off run {number}; its folder will be {folder}")
    click.echo(f"Continue it with: troupe runs resume {new}")


@runs.command()
@click.argument("what", metavar="NUMBER", default="")
@click.option(
    "--all", "everything", is_flag=True, help="All runs, for `runs import`; then NUMBER is DIR|FILE.zip."
)
@click.option(
    "--to",
    "target",
    default="",
    metavar="DIR|FILE",
    help="A new folder, or FILE.zip, .md, .jsonl or .git (a bare repository).",
)
@click.option("--git", is_flag=True, help="Make the folder a git repository, with one commit a version.")
def export(what: str, everything: bool, target: str, git: bool) -> None:
    """Write run NUMBER's files to a folder or .zip, its transcript to .md, its events to .jsonl.

    As a git repository, each version is a commit by the role that wrote it. `--all DIR|FILE.zip` writes whole
    runs, which `troupe runs import` takes in on another machine.
    """
    if everything:
        if bool(what) == bool(target):
            raise click.UsageError("Say where to: troupe runs export --all DIR|FILE.zip")
        _export_all(typed_path(target or what))
        return
    if not what.isdecimal() or not target:
        raise click.UsageError("Say which run and where to: troupe runs export NUMBER --to DIR|FILE")
    number = int(what)
    from agents.store import export as exports  # noqa: PLC0415
    from agents.store.git_export import write_git  # noqa: PLC0415

    path = typed_path(target)
    store = _opened()
    try:
        store.run(number)
        match path.suffix.lower():
            case kind if git or kind == ".git":
                write_git(store, number, path)
            case ".zip":
                exports.write_zip(store, number, path)
            case ".md":
                exports.write_lines(path, [exports.transcript(store, number)])
            case ".jsonl":
                exports.write_lines(path, exports.events_json(store, number))
            case _:
                exports.write_folder(store, number, path)
    finally:
        store.close()
    click.echo(f"Run {number} was written to {path}")


@runs.command()
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Delete without asking.")
def delete(number: int, yes: bool) -> None:
    """Forget run NUMBER; the project's folder stays."""
    store = _opened()
    try:
        name = plain(store.run(number).project_name)
        asked = f"Delete the history of run {number}, “{name}”? The project's folder stays."
        if not (yes or confirmed(asked)):
            click.echo("Nothing was deleted.")
            return
        store.delete_run(number)
    finally:
        store.close()
    click.echo(f"Run {number} is deleted; its project's folder was left as it is.")


@runs.command()
def recover() -> None:
    """Look for damage in the database; set a damaged one aside and keep what can be read of it."""
    _opened(search=True).close()


@runs.command()
@click.argument("number", type=int)
@events_option
def watch(number: int, events: bool) -> None:
    """Show run NUMBER while another window or command carries it out."""
    import asyncio  # noqa: PLC0415

    from agents.cli.carry_out import EventLines  # noqa: PLC0415
    from agents.cli.terminal import TerminalView  # noqa: PLC0415
    from agents.store.watch import follow  # noqa: PLC0415

    store = _opened()
    try:
        store.run(number)
        asyncio.run(follow(store, number, EventLines() if events else TerminalView()))
        if not events:
            click.echo(f"Run {number} is {_state(store.run(number))}")
    finally:
        store.close()


def _export_all(target: Path) -> None:
    from agents.store.archive import write_archive  # noqa: PLC0415

    store = _opened()
    try:
        numbers = write_archive(store, target)
    finally:
        store.close()
    written = "1 run was" if len(numbers) == 1 else f"{len(numbers)} runs were"
    click.echo(f"{written} written to {target}")


@runs.command("import")
@click.argument("source", type=click.Path(path_type=Path))
def take_in(source: Path) -> None:
    """Take in the runs that `runs export --all` wrote to SOURCE; they can be continued here."""
    from agents.home import home_folder  # noqa: PLC0415
    from agents.store.archive import read_archive  # noqa: PLC0415

    store = _opened()
    try:
        numbers = read_archive(store, typed_path(source), home_folder() / "projects")
    finally:
        store.close()
    for old, new in numbers.items():
        click.echo(f"Run {old} is run {new} here")
