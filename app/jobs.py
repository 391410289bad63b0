"""What goes on at a model server whatever is shown, and can be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from agents.errors import UserFacingError

Phase: TypeAlias = Literal["going", "cancelled", "failed", "done"]


@dataclass(slots=True, eq=False)
class Job:
    """Something with one model of one server.

    `failure` says why it failed; `task` is there while it goes on.
    """

    model: str
    host: str
    phase: Phase = "going"
    failure: UserFacingError | None = None
    task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Stop it at once."""
        if self.task is not None:
            self.task.cancel()

    async def carry_out(self, work: Coroutine[Any, Any, None], changed: Callable[[], None]) -> None:
        """Do the work, and know how it ended before `changed` is called."""
        phase: Phase = "failed"
        try:
            await work
            phase = "done"
        except asyncio.CancelledError:
            phase = "cancelled"
            raise
        except UserFacingError as error:
            self.failure = error
        finally:
            self.task, self.phase = None, phase
            changed()
