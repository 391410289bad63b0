"""The processes of a bubblewrap: its monitor, the first process of the namespace, and the program's own.

The kernel ends the whole namespace when its first process ends, and bubblewrap ends that one when the
monitor ends, so killing the monitor leaves nothing behind, daemons included.
"""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agents.contracts import Json
from agents.errors import SandboxError
from agents.sandboxes._processes import descendants, identity, send

SIGNALLED = 128  # bubblewrap's exit code for a program that a signal ended, less the signal


@dataclass(slots=True)
class Namespace:
    """A program in a PID namespace. `status` is the reading end of bubblewrap's `--json-status-fd`."""

    monitor: int
    status: int
    _text: str = ""

    def members(self) -> list[int]:
        """The program's own processes, without the two of bubblewrap."""
        below = descendants(self.monitor)
        return below[1:]

    def kill(self) -> None:
        """End the namespace, also one that is being set up.

        Until bubblewrap has told of its first process, that one does not yet die with the monitor; but it is
        in the monitor's process group, all of which the kernel ends at once.
        """
        if Path(f"/proc/{self.monitor}").exists():  # not waited for yet, so the number is still its own
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.monitor, signal.SIGKILL)
        send([pid for pid in (self.monitor, self._first) if pid and identity(pid)], signal.SIGKILL)

    def gone(self) -> bool:
        """The first process, whose end the kernel delays until all others have ended, has ended."""
        return not (self._first and identity(self._first))

    def exit_code(self, returncode: int) -> int:
        """The program's own; negative when a signal ended it."""
        code = self._told("exit-code")
        if code is None:
            raise SandboxError("The sandbox could not be set up.", "`troupe doctor` says what is missing.")
        return SIGNALLED - code if _is_signal(code - SIGNALLED) else code

    @property
    def _first(self) -> int:
        return self._told("child-pid") or 0

    def _told(self, key: str) -> int | None:
        """What bubblewrap has reported of `key` so far."""
        with suppress(BlockingIOError):
            self._text += os.read(self.status, 4096).decode()
        for line in self._text.splitlines(keepends=True):
            if line.endswith("\n"):
                report: Json = json.loads(line)
                if key in report:
                    return int(report[key])
        return None


def _is_signal(number: int) -> bool:
    return number in set(signal.Signals)
