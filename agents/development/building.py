"""A sprint's new files and tests, written by several at the same time where their design lets them.

Who writes what is settled before anybody begins, and each branch may write its own files only
(`agents.branch`). That pays where several machines write (`Run.parts_at_once`) [ours].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agents.agent import Agent
from agents.branch import Branch, settled, within
from agents.development.branches import Colleagues
from agents.development.parting import Parting
from agents.development.reviewing import ReviewPrompt
from agents.development.work import commit_tests
from agents.errors import PathRefused
from agents.programs import is_test
from agents.prompts import Prompt
from agents.run import Run
from agents.together import together

CODING, TESTS = "Coding", "Tests"  # what versions are called

PartPrompt: TypeAlias = Callable[[Agent, str], Prompt]
"""The prompt for who writes a part, with the words about that part at its end."""


@dataclass(slots=True)
class Building:
    """The `writers` at work on parts of the program, told by `instructor`."""

    run: Run
    instructor: Agent
    writers: Colleagues

    async def write(self, parting: Parting, prompt: PartPrompt) -> None:
        """Write what several parts use, then the parts at the same time, then what brings them together.

        What a part's writer leaves out, and what two wrote in different ways, is the last step's as well.
        """
        words = self.run.prompts
        if parting.first:
            told = words("development_part", mine=", ".join(parting.first), others="")
            await self._write(self.writers.first, prompt(self.writers.first, told), parting.first)
        twice = await self._at_once(parting, prompt)
        wanted = [path for part in parting.parts for path in part]
        left = [*(path for path in wanted if path not in self.run.files), *parting.last]
        if not left and not twice:
            return
        again = words("development_again", paths=", ".join(twice)) if twice else ""
        told = words("development_part", mine=", ".join(left or twice), others=again)
        await self._write(self.writers.first, prompt(self.writers.first, told), left)

    async def _at_once(self, parting: Parting, prompt: PartPrompt) -> list[str]:
        """Write the parts; the paths that two of them wrote in different ways."""
        run, parts = self.run, parting.parts
        team = self.writers.take(len(parts))
        branches, known = [], frozenset(run.files)
        for number, part in enumerate(parts):
            others = {path for other in parts if other is not part for path in other} | {*parting.last}
            name = team[number].role if number == 0 else f"{team[number].role} {number + 1}"
            branches.append(Branch(name, part.__contains__, others.__contains__, known))

        async def one(number: int, writer: Agent, part: Sequence[str], branch: Branch) -> None:
            others = ", ".join(path for other in parts if other is not part for path in other)
            told = run.prompts(
                "development_part",
                mine=", ".join(part),
                others=run.prompts("development_others", others=others),
            )
            async with run.phase(
                "part", "Part", round=number, rounds=len(parts), instructor=self.instructor, assistant=writer
            ) as phase:
                with within(branch):
                    await self._write(writer, prompt(writer, told), part, required=False)
                phase.conclude(", ".join(path for path in part if path in run.files))

        work = zip(team, parts, branches, strict=True)
        await together([one(number, *each) for number, each in enumerate(work, 1)], run.parts_at_once)
        return join(run, branches, team, CODING)

    async def _write(
        self, writer: Agent, prompt: Prompt, wanted: Sequence[str], *, required: bool = True
    ) -> None:
        writer.forget()
        writer.hear(self.instructor, prompt)
        files = await writer.write_files(
            self.instructor.path,
            existing=self.run.files,
            main=wanted[0] if len(wanted) == 1 else "",
            required=required and bool(wanted),
        )
        self.run.commit(files, writer.path, CODING)


async def write_tests_in_parts(
    run: Run, instructor: Agent, testers: Colleagues, parts: Sequence[Sequence[str]], prompt: ReviewPrompt
) -> None:
    """Write the tests of each part, a tester each, at the same time."""
    team, known = testers.take(len(parts)), frozenset(run.files)
    branches = [
        Branch(f"{tester.role} {number}", lambda path: False, lambda path: not is_test(path), known)
        for number, tester in enumerate(team, 1)
    ]

    async def one(number: int, tester: Agent, part: Sequence[str], branch: Branch) -> None:
        told = run.prompts("tests_part", mine=", ".join(part))
        async with run.phase(
            "part", "Part", round=number, rounds=len(parts), instructor=instructor, assistant=tester
        ):
            tester.forget()
            tester.hear(instructor, prompt(tester, part, told))
            with within(branch):
                await commit_tests(run, instructor, tester, TESTS)

    async with run.phase("tests", "Writing tests", instructor=instructor, assistant=testers.first):
        work = zip(team, parts, branches, strict=True)
        await together([one(number, *each) for number, each in enumerate(work, 1)], len(parts))
        join(run, branches, team, TESTS)


def join(run: Run, branches: Sequence[Branch], authors: Sequence[Agent], message: str) -> list[str]:
    """Take in what nobody owned, in the order of the branches; the paths that two wrote in different ways."""
    kept, twice = settled(branches, run.notice)
    for author, files in zip(authors, kept, strict=True):
        try:
            run.commit(files, author.path, message)
        except PathRefused as error:
            run.notice(f"Not taken over from the {author.role}: {error.message}", "warning")
    return twice
