"""`troupe`, also `python -m app`: a window without arguments, a command without a window."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.plan import Plan

YOUNG = 100_000  # objects between two collections of a command [ours]


def _missing() -> str:
    from app.display import display_missing  # noqa: PLC0415 - most commands need not know

    return display_missing()


def _show(plan: Plan | None) -> int:
    from app.wiring import open_window  # noqa: PLC0415 - Qt is imported only where a window is opened

    return open_window(plan=plan)


def _forget_packed_libraries() -> None:
    """Keep a packed Troupe's own libraries from the programs that it starts.

    The packer's loader has put their folder first in the search path of the system's; by now they are loaded.
    """
    if getattr(sys, "frozen", False):
        before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
        if before is not None:
            os.environ["LD_LIBRARY_PATH"] = before
        else:
            os.environ.pop("LD_LIBRARY_PATH", None)


def _run_command() -> int:
    # Nearly all that a start makes stays: the collector would look through it a hundred times for nothing.
    gc.set_threshold(YOUNG, 10, 10)
    from agents.cli.group import Windows  # noqa: PLC0415 - a mere window need not wait for the commands
    from agents.cli.main import main as run_command  # noqa: PLC0415

    try:
        return run_command(Windows(missing=_missing, show=_show))
    finally:
        # Nor for cycles in what the ending interpreter takes apart, which took a tenth of a start.
        gc.freeze()


def main() -> None:
    """Open the window, or run the command that the arguments name."""
    _forget_packed_libraries()
    if len(sys.argv) == 1 and not _missing():
        try:
            sys.exit(_show(None))
        except KeyboardInterrupt:
            sys.exit(130)
    sys.exit(_run_command())


if __name__ == "__main__":
    main()
