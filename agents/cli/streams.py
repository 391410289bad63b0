"""The command line's own streams: made fit for any text, given up when nobody takes what is written."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from agents.errors import UsageError

_NOT_WRITTEN = frozenset(
    {errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF, getattr(errno, "EDQUOT", errno.ENOSPC)}
)


def prepare() -> None:
    """Replace each closed stream by one that takes or holds nothing; let no character end a command."""
    # In this order, as each takes the lowest free number: what is opened later must not be printed into.
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - until the command ends
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def as_json_lines(_context: click.Context, _option: click.Parameter, wanted: bool) -> bool:
    """The callback of options that print JSON, which is UTF-8 whatever the terminal takes."""
    if wanted and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return wanted


def check_text(arguments: Sequence[str]) -> None:
    """Raise `UsageError` for an argument that is no text: it could be neither stored nor sent to a model."""
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= character <= "\udfff" for character in argument):
            shown = argument.encode("utf-8", "backslashreplace").decode()
            raise UsageError(f"'{shown}' is no text in UTF-8.", "Set the terminal to UTF-8.")


def not_written(error: OSError) -> bool:
    """Whether this says that a stream takes nothing any more: nobody reads it, or its disk is full."""
    return error.errno in _NOT_WRITTEN and error.filename is None


def give_up(error: OSError) -> None:
    """Print nothing any more; say why on standard error, unless merely nobody reads (`troupe … | head`)."""
    with suppress(OSError, ValueError):
        # Python flushes the stream at its exit, which would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            click.secho(f"The output cannot be written: {error.strerror}.", fg="red", err=True)


def confirmed(question: str) -> bool:
    """Whether the person at the terminal says yes; `UsageError` where nobody can be asked."""
    try:
        return click.confirm(question)
    except click.Abort as error:
        if sys.stdin.isatty():
            raise
        click.echo()
        raise UsageError("Nobody is here to be asked; nothing was deleted.", "Say --yes.") from error
