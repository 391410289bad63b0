"""`troupe`, also `python -m app`: a window without arguments, a command without a window."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from agents.cli.main import Windows
from agents.cli.main import main as run_command

if TYPE_CHECKING:
    from agents.plan import Plan


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


def main() -> None:
    """Run the command that the arguments name."""
    _forget_packed_libraries()
    sys.exit(run_command(Windows(missing=_missing, show=_show)))


if __name__ == "__main__":
    main()
