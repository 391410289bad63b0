"""`troupe companies`: ChatDev's company folders, checked, brought in and carried out again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agents.cli.group import troupe
from agents.cli.plain import plain
from agents.cli.streams import confirmed
from agents.errors import UserFacingError
from agents.paths import typed_path

if TYPE_CHECKING:
    from agents.companies import Company, Shelf, Step


def _shelf() -> Shelf:
    from agents.companies import Shelf  # noqa: PLC0415
    from agents.home import home_folder  # noqa: PLC0415

    return Shelf(home_folder())


@troupe.group(invoke_without_command=True)
@click.pass_context
def companies(context: click.Context) -> None:
    """List the companies; check, import, show, export or delete one.

    A company is a folder with ChatChainConfig.json, PhaseConfig.json and RoleConfig.json, as ChatDev has
    them; a file that is missing is taken from the folder Default beside it, else from Troupe's own company.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_companies)


@companies.command("list")
def list_companies() -> None:
    """All companies, Troupe's own first."""
    shelf = _shelf()
    for name in shelf.names():
        try:
            company = shelf.load(name)
        except UserFacingError as error:
            click.echo(f"{plain(name):<24}  cannot be read: {plain(str(error))}")
        else:
            chain = ", ".join(step.phase for step in company.steps)
            click.echo(f"{plain(name):<24}  {plain(chain)}")


@companies.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Say everything that is wrong with the company in FOLDER; the exit code is 2 when anything is."""
    from agents.companies import problems, read_folder  # noqa: PLC0415

    company = read_folder(typed_path(folder))
    found = problems(company)
    for problem in found:
        click.echo(plain(problem.sentence))
    if found:
        sys.exit(2)
    click.echo(f"{plain(company.name)} can be run: {len(company.steps)} phases, {len(company.cast())} roles.")


@companies.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="", help="The company's name; else the folder's.")
@click.option("--replace", is_flag=True, help="Take the place of a company with the same name.")
def import_folder(folder: Path, name: str, replace: bool) -> None:
    """Keep the company in FOLDER, so that runs can use it by its name."""
    from agents.companies import checked, read_folder  # noqa: PLC0415

    company = checked(read_folder(typed_path(folder), name.strip()))
    kept = _shelf().save(company, replacing=replace)
    click.echo(f'Imported. Use it with: troupe build --company "{plain(kept.name)}" "IDEA"')


@companies.command("export")
@click.argument("name")
@click.option("--to", "target", required=True, metavar="DIR", type=click.Path(path_type=Path))
def export(name: str, target: Path) -> None:
    """Write the company NAME into DIR, a new or an empty folder; what was not changed, byte for byte."""
    from agents.companies import write_folder  # noqa: PLC0415

    company = _shelf().load(name)
    write_folder(company, typed_path(target))
    click.echo(f"{plain(company.name)} was written to {target}")


@companies.command("show")
@click.argument("name")
def show(name: str) -> None:
    """The chain and the roles of the company NAME (or of the one in the folder NAME)."""
    company = _shelf().find(name)
    click.secho(plain(company.name), bold=True)
    for number, step in enumerate(company.chain, 1):
        click.echo(f"{number:>3}  {plain(_told(company, step))}")
        for part in step.parts:
            click.echo(f"       {plain(_told(company, part))}")
    for role in company.cast():
        model = company.models.get(role, "")
        click.echo(f"  {plain(role)}{f' ({plain(model)})' if model else ''}")
    if on := [name for name, value in company.flags.items() if value]:
        click.echo(f"Switched on: {', '.join(on)}")
    if lacking := sorted(company.fallback):
        click.echo(f"Not its own: {', '.join(lacking)}")


@companies.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Delete without asking.")
def delete(name: str, yes: bool) -> None:
    """Forget the company NAME; runs that used it stay as they are, and can be continued."""
    shelf = _shelf()
    asked = f"Delete the company “{plain(name)}”? Its runs stay."
    if shelf.holds(name) and not (yes or confirmed(asked)):
        click.echo("Nothing was deleted.")
        return
    shelf.delete(name)
    click.echo(f"{plain(name)} is deleted.")


def _told(company: Company, step: Step) -> str:
    off = "" if step.on else " (switched off)"
    if step.composed:
        return f"{step.phase}: up to {step.cycles} times{off}"
    phase = company.phases.get(step.phase)
    who = f": {phase.instructor} → {phase.assistant}" if phase else ": this phase is not defined"
    turns = f", up to {step.most_turns} turns" if step.most_turns > 1 else ""
    return f"{step.phase}{who}{turns}{', with reflection' if step.reflect else ''}{off}"
