"""The testing of a sprint: tests are written, run and repaired in rounds (AgileCoder, arXiv:2406.11912).

Which tests are run is read off the code graph instead of asked for [ours]: those of what the sprint changed
and of all that imports it, dependencies first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.agent import Agent
from agents.development.branches import Colleagues
from agents.development.briefing import Briefing
from agents.development.building import write_tests_in_parts
from agents.development.parting import parts_of
from agents.development.planning import OWN_WORDS, Planner, Sprint
from agents.development.work import code_for, code_to_test, how_to_test, report_for, sources, write_tests
from agents.programs import is_test
from agents.prompts import Prompt
from agents.run import Run
from agents.testing import Check, check_with_packages


@dataclass(slots=True)
class SprintTesting:
    """Testers and a Developer, told by the Scrum Master, at work on the tests of each sprint.

    `rounds` bounds the repairs of a sprint. `checked` is how the last check went, `whole` whether it ran all
    tests of the program.
    """

    briefing: Briefing
    planner: Planner
    developer: Agent
    testers: Colleagues
    rounds: int
    checked: Check | None = None
    whole: bool = False

    @property
    def run(self) -> Run:
        """The run that they take part in."""
        return self.briefing.run

    async def carry_out(self, sprint: Sprint) -> Check:
        """Test and repair until the checks pass or the bound is reached; how the last check went.

        Tests are written first, where they were not while the code was reviewed.
        """
        master, tester = self.planner.master, self.testers.first
        async with self.run.phase("testing", "Testing", instructor=master, assistant=tester) as phase:
            if self.run.at_once == 1:
                await self.write(sprint, 1)
            checked = await self._check(sprint, 1)
            for number in range(1, self.rounds + 1):
                if checked.passed or checked.stuck or not await self._repair(sprint, checked):
                    break
                checked = await self._check(sprint, number + 1)
            else:
                if not checked.passed:
                    self.run.notice(f"Repairing ended at its bound of {self.rounds} rounds.", "warning")
            phase.conclude(checked.summary)
        self.checked = checked
        return checked

    async def write(self, sprint: Sprint, at_once: int) -> None:
        """Tests of what was changed, by a tester for each of its parts where it is large."""
        run = self.run
        written = [path for path in run.files if path in sprint.changed and not is_test(path)]
        if not written:
            return

        def prompt(reader: Agent, files: Sequence[str], part: str = "") -> Prompt:
            about = f", which changed {', '.join(files)}"
            code = code_to_test(run, reader, OWN_WORDS + len(part), files)
            fields = {"sprint": self.planner.goal(sprint), "about": about, "testing": how_to_test(run)}
            return self.briefing.prompt("tests", code=code, **fields).ending(part)

        before, master, tester = dict(run.files), self.planner.master, self.testers.first
        parts = parts_of(run.files, run.graph, written, at_once) if at_once > 1 else []
        if len(parts) > 1:
            await write_tests_in_parts(run, master, self.testers, parts, prompt)
        else:
            await write_tests(run, master, tester, prompt(tester, written))
        sprint.take_in(before)

    async def _check(self, sprint: Sprint, number: int) -> Check:
        plan = self.run.graph.updated(sources(self.run)).tests_of(sprint.changed)
        self.whole = not plan or set(plan) == {path for path in self.run.files if is_test(path)}
        tester = self.testers.first
        async with self.run.phase(
            "test_run", "Test run", round=number, rounds=self.rounds + 1, assistant=tester
        ) as phase:
            checked = await check_with_packages(self.run, tester, plan)
            phase.conclude(checked.summary)
        return checked

    async def _repair(self, sprint: Sprint, checked: Check) -> bool:
        """The Developer mends what the check showed, with the files that its errors are routed to."""
        developer = self.developer
        report, focus = report_for(checked, developer), checked.files or sorted(sprint.changed)
        code = code_for(self.run, developer, OWN_WORDS + len(report), focus)
        prompt = self.briefing.prompt("repair", developer, code=code, report=report)
        return await sprint.change("repair", "Repair", self.testers.first, developer, prompt)

    @property
    def last_whole(self) -> Check | None:
        """The last check, when it was one of the whole program with all its tests."""
        return self.checked if self.whole else None

    async def last_check(self) -> Check:
        """The whole program with all its tests; what is wrong then stays as it is."""
        tester = self.testers.first
        async with self.run.phase("last_test", "Last test", assistant=tester) as phase:
            checked = await check_with_packages(self.run, tester)
            phase.conclude(checked.summary)
        return checked
