"""`troupe` itself, which all commands belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from agents.errors import UsageError

if TYPE_CHECKING:
    from agents.plan import Plan


@dataclass(frozen=True, slots=True)
class Windows:
    """How a window is opened, handed in by the interface: the commands know nothing of Qt.

    `missing` says why none can be opened here (empty: it can); `show` opens one, with a plan to start.
    """

    missing: Callable[[], str]
    show: Callable[[Plan | None], int]


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="troupe")
@click.pass_context
def troupe(context: click.Context) -> None:
    """A team of local language models builds software on your machine.

    Without a command the window opens.
    """
    if context.invoked_subcommand is not None:
        return
    windows: Windows = context.obj
    if missing := windows.missing():
        raise UsageError(
            "No window can be opened; see `troupe --help` for the commands without one.", missing
        )
    context.exit(windows.show(None))
