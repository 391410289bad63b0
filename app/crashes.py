"""What a report of a fault holds: the traceback and what was running, without secrets and without names."""

from __future__ import annotations

import platform
import sys
import time
import traceback
from pathlib import Path

import PySide6

from agents.masking import without_secrets


def own_version() -> str:
    """The installed version; "from source" where Troupe is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - rarely needed

    try:
        return version("troupe")
    except PackageNotFoundError:
        return "from source"


def crash_report(error: BaseException) -> str:
    """The exception with its traceback, and the versions of what was running, fit to be shown to others."""
    frozen = " (packaged)" if getattr(sys, "frozen", False) else ""
    facts = (
        f"Troupe {own_version()}{frozen}",
        f"Python {platform.python_version()}, Qt {PySide6.__version__}",
        platform.platform(),
        time.strftime("%Y-%m-%d %H:%M:%S %z"),
    )
    lines = "\n".join(facts)
    return shareable(f"{''.join(traceback.format_exception(error))}\n{lines}")


def shareable(text: str) -> str:
    """`text` with `~` for the home folder, and without logins in addresses and what looks like a secret."""
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~").replace(home.replace("\\", "\\\\"), "~")
    return without_secrets(text)
