"""ChatDev: a company of agents that talk in pairs along a chain of phases (arXiv:2307.07924).

In each phase an instructor and an assistant talk; only the phase's conclusion goes on to the next. Modes:
default, human (the user reviews), incremental (an existing program is the start), art (pictures are designed
and drawn), git (each version is a commit). Our own choices are marked [ours]: a review
round or a repair that changes nothing ends its cycle; tests are written by the Test Engineer and really run;
the Programmer may ask for what is missing once, before it writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.contracts import Outcome, Task
from agents.development.art import design, drawn_list
from agents.development.branches import Colleagues, while_it_runs, while_tests_are_written
from agents.development.briefing import Briefing
from agents.development.deciding import Deciding
from agents.development.documents import environment_document, manual
from agents.development.forms import ErrorSummary
from agents.development.reviewing import reviewed
from agents.development.work import (
    KEEP,
    MOST_FINDINGS,
    ask_for_a_review,
    change_files,
    changed_since,
    code_for,
    code_to_test,
    concerned,
    how_to_test,
    keep_in_git,
    mend_tests,
    report_for,
    sources,
    told_gaps,
    write_program,
    write_tests,
)
from agents.figures import figures_of
from agents.forms import bullets
from agents.one_talk import OPTION
from agents.programs import entry
from agents.prompts import Code, Prompt
from agents.registry import workflow
from agents.run import Run
from agents.talk import TURNS, Decisions, Talk
from agents.testing import NO_REPAIR_HELPS, Check, check_with_packages
from agents.together import together


class ChatDevOptions(BaseModel):
    """The bounds of ChatDev's cycles; the defaults are the paper's."""

    talk_turns: int = Field(TURNS, ge=1, le=20, description="Turns of a talk before the team reflects on it")
    completion_rounds: int = Field(
        10, ge=0, le=20, description="Rounds of completing what is not implemented"
    )
    review_rounds: int = Field(3, ge=0, le=10, description="Rounds of code review and modification")
    test_rounds: int = Field(3, ge=1, le=10, description="Rounds of testing and repair")
    human_review: bool = Field(
        False, description="You look at the program, up to five times, before it is tested"
    )
    art: bool = Field(False, description="Pictures are designed, drawn as SVG or with Pillow, and built in")
    git: bool = Field(False, description="Each version is a git commit in the project's folder")
    one_talk: bool = Field(False, description=OPTION)


HUMAN_ROUNDS = 5


@dataclass(slots=True)
class Company:
    """The roles of a ChatDev company at work on one task."""

    run: Run
    task: Task
    options: ChatDevOptions
    decisions: Decisions = field(default_factory=Decisions)
    tests_designed: bool = False
    briefing: Briefing = field(init=False)
    deciding: Deciding = field(init=False)
    ceo: Agent = field(init=False)
    cpo: Agent = field(init=False)
    cto: Agent = field(init=False)
    counselor: Agent = field(init=False)
    programmer: Agent = field(init=False)
    reviewer: Agent = field(init=False)
    reviewers: Colleagues = field(init=False)
    tester: Agent = field(init=False)

    def __post_init__(self) -> None:
        hire = self.run.hire
        self.ceo = hire("Chief Executive Officer")
        self.cpo = hire("Chief Product Officer", self.ceo)
        self.cto = hire("Chief Technology Officer", self.ceo)
        self.counselor = hire("Counselor", self.ceo)
        self.programmer = hire("Programmer", self.cto)
        self.reviewer = hire("Code Reviewer", self.cto)
        self.reviewers = Colleagues(self.run, self.reviewer, self.cto)
        self.tester = hire("Test Engineer", self.cto)
        self.run.keep_apart(self.programmer, self.tester, self.reviewer, self.cpo, others=self.ceo)
        self.briefing = Briefing(self.run, self.task, self.decisions)
        self.deciding = Deciding(
            self.run, self.ceo, self.counselor, self.decisions, self.briefing.prompt, self.options.talk_turns
        )

    # --- prompts -----------------------------------------------------------------------------------

    def _beside(self) -> int:
        """How many characters a prompt has beside the program."""
        return len(str(self.briefing)) + len(self.run.prompts("files")) + 1000

    def _code(self, reader: Agent, first: Sequence[str] = (), beside: int = 0) -> Code:
        """The project for a prompt of `reader` that carries `beside` characters more than its own words."""
        return code_for(self.run, reader, self._beside() + beside, first)

    # --- the chain ---------------------------------------------------------------------------------

    async def coding(self) -> None:
        """CTO and Programmer: the first version of the program, or the change of an existing one."""
        async with self.run.phase(
            "coding", "Coding", instructor=self.cto, assistant=self.programmer
        ) as phase:
            talk = Talk(self.run, self.cto, self.programmer, self.decisions)
            talk.told = str(self.briefing)
            self.programmer.forget()
            await talk.ask_what_is_missing(self.briefing.prompt("coding_questions").text)
            if self.task.existing:
                prompt = self.briefing.prompt(
                    "coding_existing", self.programmer, code=self._code(self.programmer)
                )
            else:
                prompt = self.briefing.prompt("coding")
            files = await write_program(self.run, talk, prompt)
            phase.conclude(f"{len(files)} files: {', '.join(files)}")

    async def art(self) -> None:
        """The Chief Creative Officer designs and draws pictures; the Programmer builds them in."""
        artist = self.run.hire("Chief Creative Officer", self.ceo)
        async with self.run.phase(
            "art_design", "Art design", instructor=self.programmer, assistant=artist
        ) as phase:
            prompt = self.briefing.prompt("art_design", code=self._code(artist))
            pictures = drawn_list(await design(self.run, self.programmer, artist, prompt))
            phase.conclude(pictures or "No pictures are needed.")
        if pictures:
            code = self._code(self.programmer, beside=len(pictures))
            prompt = self.briefing.prompt("art_integration", self.programmer, code=code, pictures=pictures)
            await self._change("art_integration", "Art integration", artist, prompt, cycle=False)

    async def code_completion(self) -> None:
        """CTO and Programmer: rounds while something is not implemented."""
        rounds = self.options.completion_rounds
        for round_number in range(1, rounds + 1):
            gaps, told = told_gaps(self.run)
            if not gaps:
                return
            code = self._code(self.programmer, gaps, len(told))
            prompt = self.briefing.prompt("completion", self.programmer, code=code, unfinished=told)
            if not await change_files(
                self.run,
                self.cto,
                self.programmer,
                prompt,
                name="code_completion",
                title="Code completion",
                round_number=round_number,
                rounds=rounds,
            ):
                break
        if gaps := told_gaps(self.run)[0]:
            self.run.notice(f"Not everything is implemented: {', '.join(gaps)}.", "warning")

    async def code_review(self, at_once: int = 1) -> None:
        """Code Reviewer and Programmer: what is wrong is named, then mended.

        In a large program the next round looks at what was changed, unless there may be more, and at most
        `at_once` reviewers look at parts of it at the same time [ours].
        """

        def prompt(reader: Agent, about: Sequence[str], part: str) -> Prompt:
            return self.briefing.prompt("review", code=self._code(reader, about, len(part))).ending(part)

        rounds = self.options.review_rounds
        focus: list[str] = []
        for round_number in range(1, rounds + 1):
            async with self.run.phase(
                "code_review",
                "Code review",
                round=round_number,
                rounds=rounds,
                instructor=self.programmer,
                assistant=self.reviewer,
            ) as phase:
                review = await reviewed(self.run, self.programmer, self.reviewers, focus, prompt, at_once)
                findings, before = review.findings, dict(self.run.files)
                phase.conclude("; ".join(findings) or "Nothing left to mend.")
                if not findings:
                    return
                told = bullets(findings)
                code = self._code(
                    self.programmer, concerned(self.run, findings, list(sources(self.run))), len(told)
                )
                modification = self.briefing.prompt("modification", self.programmer, code=code, findings=told)
                if not await self._change("modification", "Modification", self.reviewer, modification):
                    return
                focus = changed_since(self.run, before) if review.most < MOST_FINDINGS else []
        if rounds:
            self.run.notice(f"The review ended at its bound of {rounds} rounds.")

    async def human_review(self) -> None:
        """The user looks at the program and says what to change; an empty answer is content."""
        for round_number in range(1, HUMAN_ROUNDS + 1):
            async with self.run.phase("human_review", "Your review", round=round_number, rounds=HUMAN_ROUNDS):
                wanted = await ask_for_a_review(self.run, self.programmer)
                if not wanted:
                    return
                code = self._code(self.programmer)
                prompt = self.briefing.prompt("human_review", self.programmer, code=code, findings=wanted)
                await self._change("modification", "Modification", self.cto, prompt, cycle=False)
        self.run.notice(f"Your review ended at its bound of {HUMAN_ROUNDS} rounds.")

    async def write_tests(self) -> None:
        """CTO and Test Engineer: tests for what the task asks for."""
        self.tests_designed = True
        code = code_to_test(self.run, self.tester, self._beside(), [])
        prompt = self.briefing.prompt("tests", code=code, testing=how_to_test(self.run))
        await write_tests(self.run, self.cto, self.tester, prompt)

    async def system_test(self) -> Check | None:
        """Programmer and Test Engineer: run, test, summarise the error, repair, and test again.

        None when the last repair is still to be tested.
        """
        rounds = self.options.test_rounds
        for round_number in range(1, rounds + 1):
            async with self.run.phase(
                "system_test",
                "System test",
                round=round_number,
                rounds=rounds,
                instructor=self.tester,
                assistant=self.programmer,
            ) as phase:
                if not self.tests_designed:
                    await self.write_tests()
                checked = await check_with_packages(self.run, self.tester)
                phase.conclude(checked.summary)
                if checked.stuck:
                    self.run.notice(NO_REPAIR_HELPS, "warning")
                if checked.passed or checked.stuck or not await self._repair(checked):
                    return checked
        return None

    async def last_test(self) -> Check:
        """Test the last repair; what is wrong then stays as it is."""
        async with self.run.phase(
            "last_test", "Last test", instructor=self.tester, assistant=self.programmer
        ) as phase:
            checked = await check_with_packages(self.run, self.tester)
            phase.conclude(checked.summary)
        if not checked.passed:
            bound = self.options.test_rounds
            self.run.notice(
                f"Testing ended at its bound of {bound} rounds; the program still fails.", "warning"
            )
        return checked

    async def _repair(self, checked: Check) -> bool:
        """Summarise the error and repair it; False when nothing was changed by it."""
        report = report_for(checked, self.programmer, self.tester)
        code = self._code(self.tester, checked.files, beside=len(report))
        prompt = self.briefing.prompt("error_summary", code=code, report=report)
        self.tester.turn_to(self.programmer, prompt, follows=True)
        error = await self.tester.fill(self.programmer.path, ErrorSummary)
        if error.tests_are_wrong:
            code = self._code(self.tester, checked.files, beside=len(report))
            prompt = self.briefing.prompt(
                "repair_tests", self.tester, code=code, report=report, summary=error.summary
            )
            return await mend_tests(self.run, self.cto, self.tester, prompt)
        code = self._code(
            self.programmer, [*error.files, *checked.files], beside=len(report) + len(error.summary)
        )
        prompt = self.briefing.prompt(
            "repair", self.programmer, code=code, report=report, summary=error.summary
        )
        return await self._change("repair", "Repair", self.tester, prompt)

    async def _change(
        self, name: str, title: str, instructor: Agent, prompt: Prompt, *, cycle: bool = True
    ) -> bool:
        return await change_files(
            self.run, instructor, self.programmer, prompt, name=name, title=title, cycle=cycle
        )

    # --- documents ---------------------------------------------------------------------------------

    async def documents(self) -> None:
        """requirements.txt by CTO and Programmer, the manual by CEO and CPO."""
        run = self.run

        def about() -> Prompt:
            start = entry(sources(run))  # what a customer meets first, and what it uses
            return self.briefing.prompt("manual", code=self._code(self.cpo, [start] if start else []))

        listed = environment_document(self.briefing, self.cto, self.programmer)
        await together([listed, manual(run, self.ceo, self.cpo, about)], run.at_once)


@workflow(
    name="chatdev",
    title="ChatDev",
    summary="A whole company talks a small program through, from the idea to the manual: the usual choice.",
    paper="arXiv:2307.07924",
    options=ChatDevOptions,
)
async def chatdev(run: Run, task: Task, options: ChatDevOptions) -> Outcome:
    """Carry the whole chain out; the outcome says whether the program starts and its tests pass."""
    if options.one_talk:
        run.share_one_talk()
    company = Company(run, task, options)
    if options.git:
        keep_in_git(run)
    if task.existing:
        company.decisions.add(KEEP, ", ".join(await run.take_existing()))
    await company.deciding.settle_product(company.cpo)
    await company.deciding.settle_language(company.cto)
    await company.coding()
    if options.art:
        await company.art()
    await company.code_completion()
    if run.at_once > 1:
        reviews = partial(company.code_review, run.parts_at_once - 1)
        await while_tests_are_written(run, reviews, company.write_tests)
    else:
        await company.code_review()
    if options.human_review:
        await company.human_review()
    if checked := await company.system_test():
        await company.documents()
    else:
        checked = await while_it_runs(run, company.last_test, company.documents)
    run.report_figures(figures_of(run, reflections=company.deciding.reflections, starts=checked.started))
    return Outcome(checked.passed and checked.tried, checked.summary)
