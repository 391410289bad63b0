"""`troupe`: the commands. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from agents.cli.group import Windows, troupe
from agents.cli.options import (
    answers_option,
    events_option,
    host_option,
    how_options,
    out_option,
    pairs,
    who_options,
)
from agents.cli.streams import check_text, give_up, not_written, prepare
from agents.errors import UsageError, UserFacingError

if TYPE_CHECKING:
    from agents.registry import Workflow

USUAL_WORKFLOW, COMPANY_WORKFLOW = "chatdev", "company"


@troupe.command()
@click.argument("idea")
@click.option(
    "--workflow", default=USUAL_WORKFLOW, show_default=True, help="The method; `troupe workflows` lists them."
)
@who_options
@out_option
@click.option("--company", default="", metavar="NAME|FOLDER", help="Who works; see `troupe companies`.")
@click.option("--incremental", is_flag=True, help="DIR holds a program that is to be changed.")
@click.option(
    "--continue",
    "follows",
    default=0,
    type=click.IntRange(min=0),
    metavar="RUN",
    help="IDEA is a wish for the program that RUN made: go on in its folder.",
)
@how_options
def build(
    idea: str,
    roles: tuple[str, ...],
    options: tuple[str, ...],
    company: str,
    incremental: bool,
    answers: str,
    events: bool,
    **chosen: Any,
) -> None:
    """Let a team build IDEA, without a window."""
    from agents.cli.carry_out import start  # noqa: PLC0415
    from agents.plan import Plan  # noqa: PLC0415

    if chosen["follows"] and chosen["out"]:
        raise UsageError("A run is gone on with in its own folder.", "Leave --out out.")
    if incremental and not (chosen["follows"] or chosen["out"]):
        raise UsageError("It is not said which program is to be changed.", "Name its folder: --out DIR.")
    if company:
        if chosen["workflow"] not in (USUAL_WORKFLOW, COMPANY_WORKFLOW):
            raise UsageError(f"The workflow '{chosen['workflow']}' has no company.", "Leave --workflow out.")
        chosen["workflow"] = COMPANY_WORKFLOW
        options = (*options, f"company={company}")
    plan = Plan(
        idea=idea,
        roles=pairs(roles, "ROLE=MODEL"),
        options=pairs(options, "OPTION=VALUE"),
        existing=incremental,
        **chosen,
    )
    sys.exit(start(plan, answers, events=events))


@troupe.command(short_help="Watch a recorded team build a small project.")
@click.argument("idea", default="")
@click.option("--headless", is_flag=True, help="In the terminal, even where a window could be opened.")
@out_option
@answers_option
@events_option
@click.pass_obj
def demo(windows: Windows, idea: str, headless: bool, out: str, answers: str, events: bool) -> None:
    """Watch a recorded team build the bundled project; everything but its replies is real."""
    from agents.cli.carry_out import start  # noqa: PLC0415
    from agents.models.demo import demo_answer, demo_plan  # noqa: PLC0415

    plan = demo_plan()
    plan = replace(plan, out=out, idea=idea or plan.idea)
    if not headless and not events:
        missing = windows.missing()
        if not missing:
            sys.exit(windows.show(plan))
        click.echo(f"No window can be opened here: {missing}\nThe demo runs in the terminal.", err=True)
    sys.exit(start(plan, answers, events=events, demo_answer=demo_answer()))


_KINDS = {
    "project": "Projects (troupe build)",
    "task": "Tasks of one function (troupe solve)",
    "repair": "Repairs of existing code",
}


@troupe.command()
def workflows() -> None:
    """List the methods, and when to use which."""
    from agents.registry import workflows as registered  # noqa: PLC0415

    for kind, heading in _KINDS.items():
        found = [workflow for workflow in registered().values() if workflow.kind == kind]
        if found:
            click.secho(f"{heading}:", fg="cyan", bold=True)
        for workflow in found:
            _tell_workflow(workflow)


def _tell_workflow(workflow: Workflow[Any]) -> None:
    from agents.registry import hidden  # noqa: PLC0415

    click.secho(f"{workflow.name}", bold=True, nl=False)
    paper = f" ({workflow.paper})" if workflow.paper else ""
    click.echo(f"  {workflow.title}{paper}: {workflow.summary}")
    for name, field in workflow.options.model_fields.items():
        if hidden(field):
            continue
        click.echo(f"    --set {name}={field.default}  {field.description or ''}")


@troupe.command(short_help="Say what is missing here, and what mends it.")
@host_option
@click.pass_obj
def doctor(windows: Windows, host: str) -> None:
    """Say what is missing on this machine, and the command that mends it."""
    from agents.cli.doctor import examine  # noqa: PLC0415

    sys.exit(examine(host, windows.missing))


def main(windows: Windows, arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code. A `UserFacingError` becomes its sentence, never a traceback."""
    from agents.cli import bench, companies, models, runs, solve  # noqa: F401, PLC0415 - their commands register

    prepare()
    try:
        check_text(sys.argv[1:] if arguments is None else arguments)
        troupe.main(args=arguments, prog_name="troupe", obj=windows, standalone_mode=False)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 1
    except click.exceptions.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except UserFacingError as error:
        click.secho(str(error), fg="red", err=True)
        if error.detail and os.environ.get("TROUPE_DEBUG"):
            click.echo(error.detail, err=True)
        return error.exit_code
    except OSError as error:
        if not not_written(error):
            raise
        give_up(error)
        return 1
    return 0
