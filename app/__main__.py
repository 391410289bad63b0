"""`troupe`, also `python -m app`: a window without arguments, a command without a window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agents.cli.main import Windows
from agents.cli.main import main as run_command
from app.display import display_missing

if TYPE_CHECKING:
    from agents.plan import Plan


def _show(plan: Plan | None) -> int:
    from app.wiring import open_window  # noqa: PLC0415 - Qt is imported only where a window is opened

    return open_window(plan=plan)


def main() -> None:
    """Run the command that the arguments name."""
    sys.exit(run_command(Windows(missing=display_missing, show=_show)))


if __name__ == "__main__":
    main()
