"""The commands as a user calls them, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from agents.cli.group import Windows
from agents.cli.main import main
from tests.support.sandboxes import isolated_or_skipped

NO_WINDOW = Windows(missing=lambda: "There is no display.", show=lambda plan: 99)


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """Standard output as one JSON event a line; anything else there fails."""
        return [json.loads(line) for line in self.out.splitlines()]


class Troupe:
    """Calls `troupe` and captures what it prints."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str, windows: Windows = NO_WINDOW) -> Done:
        self._capture.readouterr()
        code = main(windows, list(arguments))
        printed = self._capture.readouterr()
        if "May the team run" in printed.out:
            isolated_or_skipped()
        return Done(code, printed.out, printed.err)
