"""What is to be built, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # see `people`
    from agents.events import RunState


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be built. `existing` is true when the project's folder already holds a program.

    A function-sized task names the function asked for (`entry_point`; empty for a project). `starter` is the
    code that the answer begins with: imports, helpers, signature and docstring; empty when there is none.
    `examples` are Python `assert` statements that models may see: the public tests. `turns` are the small
    steps in which a task may be told instead of as a whole. The answer to a `script` is no function but a
    program that prints its result; its tests call `program()`, which gives what was printed.
    """

    idea: str
    existing: bool = False
    entry_point: str = ""
    starter: str = ""
    examples: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    script: bool = False

    @property
    def is_function(self) -> bool:
        """Whether one function is asked for, and not a project."""
        return bool(self.entry_point)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement with its reason in words."""

    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a workflow ended: whether the program passed its checks, and a summary for the user."""

    passed: bool
    summary: str

    @property
    def state(self) -> RunState:
        """The run's last state."""
        return "succeeded" if self.passed else "failed"
