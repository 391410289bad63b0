"""The options that several commands take, each once, and what they are read as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import click

from agents.cli.streams import as_json_lines
from agents.errors import UsageError

Option: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

model_option = click.option(
    "--model", default="", metavar="NAME", help="The model of all roles; else one the server has."
)
role_option = click.option(
    "--role", "roles", multiple=True, metavar="ROLE=MODEL", help="Another model for one role."
)
host_option = click.option(
    "--host",
    multiple=True,
    metavar="ADDRESS",
    callback=lambda _context, _parameter, hosts: ",".join(hosts),
    help="The Ollama server; OLLAMA_HOST, else this machine. Given several times, they share the work.",
)
cloud_option = click.option(
    "--allow-cloud",
    is_flag=True,
    help="Models in the cloud may be asked; your code leaves this machine.",
)
out_option = click.option("--out", default="", metavar="DIR", help="The project's folder; new or empty.")
answers_option = click.option(
    "--answers", default="", metavar="ask|auto|FILE|simulated:FILE", help="Who answers the team's questions."
)
events_option = click.option(
    "--events", is_flag=True, callback=as_json_lines, help="Print one JSON event a line, and nothing else."
)
clarify_option = click.option(
    "--clarify", is_flag=True, help="First ask what the idea leaves open; nothing where it is clear."
)
name_option = click.option("--name", default="", help="The project's name; else made from what is asked for.")
set_option = click.option(
    "--set", "options", multiple=True, metavar="OPTION=VALUE", help="An option of the method."
)
permission_option = click.option(
    "--permission",
    type=click.Choice(["auto", "ask", "never"]),
    default="auto",
    show_default=True,
    help="Programs run by themselves in the sandbox, after asking, or never.",
)


def _holds_a_team(_context: click.Context, _option: click.Parameter, tokens: int) -> int:
    from agents.cast import LEAST_CONTEXT  # noqa: PLC0415 - only who says a context needs it

    if 0 < tokens < LEAST_CONTEXT:
        raise UsageError(
            f"A context of {tokens:,} tokens is too small; a team needs at least {LEAST_CONTEXT:,}.",
            "Ask for a larger one, or leave the choice to Troupe.",
        )
    return tokens


num_ctx_option = click.option(
    "--num-ctx",
    default=0,
    type=click.IntRange(min=0),
    callback=_holds_a_team,
    help="Tokens of context for the models.",
)
at_once_option = click.option(
    "--at-once",
    default=0,
    type=click.IntRange(0, 64),
    metavar="N",
    help="Let up to N steps ask a model at the same time; 0: as many as the servers are known to answer so.",
)
think_option = click.option(
    "--think/--no-think", default=None, help="Let models that can think do so, or not."
)
seed_option = click.option("--seed", default=0, help="The seed of the run's random choices.")


def _in_order(*options: Option) -> Option:
    """These options as one; the help shows them in this order."""

    def all_of_them(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return all_of_them


who_options = _in_order(model_option, role_option, host_option, cloud_option)
"""Which models of which servers play the roles of a new run."""
how_options = _in_order(
    answers_option,
    events_option,
    clarify_option,
    name_option,
    set_option,
    permission_option,
    num_ctx_option,
    at_once_option,
    think_option,
    seed_option,
)
"""How a new run is carried out."""


def pairs(values: tuple[str, ...], form: str) -> dict[str, str]:
    """Options of the form NAME=VALUE; a `UsageError` that shows the `form`, such as ROLE=MODEL."""
    pairs = [value.partition("=") for value in values]
    if wrong := [left for left, sign, right in pairs if not sign or not left.strip() or not right.strip()]:
        raise UsageError(f"'{wrong[0]}' is no {form}.", "Write both sides, in quotes where there are blanks.")
    return {left.strip(): right.strip() for left, _, right in pairs}
