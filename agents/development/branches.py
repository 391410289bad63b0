"""Branches of a team's work: what is done at the same time where more than one step may ask a model.

What each branch may write is kept apart (`agents.branch`), those who take part in a branch speak in no other
one, and whoever is hired for it is hired before the branches begin: keys and paths depend on no interleaving.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from agents.agent import Agent
from agents.branch import Branch, within
from agents.programs import is_test
from agents.run import Run
from agents.together import together

ResultT = TypeVar("ResultT")
Work: TypeAlias = Callable[[], Coroutine[Any, Any, ResultT]]


@dataclass(slots=True)
class Colleagues:
    """Those of one role who work at the same time: the first, and who is hired when more are needed."""

    run: Run
    first: Agent
    manager: Agent
    _others: list[Agent] = field(default_factory=list)

    def take(self, count: int) -> list[Agent]:
        """So many of them, the first in front."""
        while len(self._others) + 1 < count:
            self._others.append(self.run.hire(self.first.role, self.manager))
        return [self.first, *self._others][:count]


async def while_tests_are_written(run: Run, work: Work[None], tests: Work[None]) -> None:
    """Change the program by `work` while its tests are written: neither touches the other's files.

    Tests are for what the task asks for, not for how the program does it, so they need not wait until it has
    been reviewed: as AgentCoder's test designer (arXiv:2312.13010), who never sees the code.
    """

    known = frozenset(run.files)

    async def on_the_program() -> None:
        with within(Branch("the program's", lambda path: not is_test(path), is_test, known)):
            await work()

    async def on_the_tests() -> None:
        with within(Branch("the tests'", is_test, lambda path: not is_test(path), known)):
            await tests()

    await together([on_the_program(), on_the_tests()])


async def while_it_runs(run: Run, programs: Work[ResultT], asking: Work[None]) -> ResultT:
    """What `programs` come to, which run in the sandbox while `asking` asks models.

    For programs after which nothing is mended any more: what is written meanwhile is written once. One after
    the other where one step at a time may ask.
    """
    found: list[ResultT] = []

    async def running() -> None:
        found.append(await programs())

    await together([running(), asking()], min(run.at_once, 2))
    return found[0]
