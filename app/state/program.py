"""A program that the user runs: what it printed and how it ended. It is no part of a run's events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from app.i18n import tr

SHOWN = 400_000
"""So many characters of the output are kept, its end."""
ProgramState: TypeAlias = Literal["running", "ended", "stopped", "failed"]
_ADDRESS = re.compile(r"https?://(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?![\w.-])(:\d+)?(/[\w./-]*)?")


@dataclass(slots=True)
class ProgramRecord:
    """A program under way or ended. `where` says in words where it runs; `failed`: it could not start."""

    line: str
    where: str
    contained: bool
    output: str = ""
    state: ProgramState = "running"
    exit_code: int | None = None
    seconds: float = 0.0
    trouble: str = ""
    revision: int = field(default=0, compare=False)

    def add(self, text: str) -> None:
        """Take in what it printed, or what was typed."""
        self.output = (self.output + text)[-SHOWN:]
        self.revision += 1

    def end(
        self, state: ProgramState, exit_code: int | None = None, seconds: float = 0.0, trouble: str = ""
    ) -> None:
        """It has ended; `trouble` says why it could not be started."""
        self.state, self.exit_code, self.seconds, self.trouble = state, exit_code, seconds, trouble
        self.revision += 1

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state == "running"

    @property
    def address(self) -> str:
        """Where a program that serves pages on this machine says that they are; empty for others."""
        found = _ADDRESS.search(self.output) if self.running and not self.contained else None
        if found is None:
            return ""
        port, path = found.group(2) or "", found.group(3) or "/"
        host = "[::1]" if found.group(1).startswith("[") else "127.0.0.1"
        return f"{found.group(0).partition(':')[0]}://{host}{port}{path}"

    @property
    def told(self) -> tuple[str, str]:
        """The kind of label and the words for how it fares."""
        seconds = f"{self.seconds:.1f}"
        match self.state:
            case "running":
                return "muted", tr("Running {where} …", where=self.where)
            case "stopped":
                return "muted", tr("You stopped it after {seconds} s.", seconds=seconds)
            case "failed":
                return "bad", self.trouble
            case "ended" if self.exit_code == 0:
                return "good", tr("Ended well after {seconds} s.", seconds=seconds)
            case "ended" if self.exit_code is None or self.exit_code < 0:
                return "bad", tr("It was ended after {seconds} s.", seconds=seconds)
            case "ended":
                return "bad", tr(
                    "Ended with exit code {code} after {seconds} s.", code=self.exit_code, seconds=seconds
                )
