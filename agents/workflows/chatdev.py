"""ChatDev: a company of agents that talk in pairs along a chain of phases (arXiv:2307.07924).

In each phase an instructor and an assistant talk; only the phase's conclusion goes on to the next. Modes:
default, and incremental (an existing program is the start). Our own choices are marked [ours]: a review
round or a repair that changes nothing ends its cycle; tests are written by the Test Engineer and really run;
the Programmer may ask for what is missing once, before it writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from agents.agent import Agent
from agents.context import show
from agents.contracts import Outcome, Task
from agents.environment import distribution, imports, requirements
from agents.figures import figures_of
from agents.forms import Form, bullets
from agents.judging import unfinished
from agents.programs import is_test
from agents.prompts import Prompt
from agents.registry import workflow
from agents.replies import read_document
from agents.run import Run
from agents.talk import TURNS, Decisions, Reflection, Talk, TalkTurn
from agents.testing import REPORT, Check, check_with_packages, shortened


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


class DemandAnalysis(TalkTurn):
    """The Chief Product Officer's turns about the product."""


class LanguageChoice(TalkTurn):
    """The Chief Technology Officer's turns about the language."""


class CodeReview(Form):
    """What a reviewer found."""

    findings: list[str] = Field(description="each a file and what is wrong in it; empty when nothing is")

    def shown(self) -> str:
        """The findings, or that there are none."""
        return bullets(self.findings) or "Nothing is left to mend."


class ErrorSummary(Form):
    """What a tester says of a failure."""

    summary: str = Field(description="what is wrong and where, in at most four sentences")
    files: list[str] = Field([], description="the paths of the files to change")
    tests_are_wrong: bool = Field(False, description="true only if the tests ask for something wrong")

    def shown(self) -> str:
        """The summary, the files, and whether it is the tests' fault."""
        wrong = "\n\nThe tests are wrong, not the program." if self.tests_are_wrong else ""
        files = f"\n\nTo change: {', '.join(self.files)}" if self.files else ""
        return f"{self.summary}{wrong}{files}"


HUMAN_ROUNDS = 5


@dataclass(slots=True)
class Company:
    """The roles of a ChatDev company at work on one task."""

    run: Run
    task: Task
    options: ChatDevOptions
    decisions: Decisions = field(default_factory=Decisions)
    reflections: int = 0
    ceo: Agent = field(init=False)
    cpo: Agent = field(init=False)
    cto: Agent = field(init=False)
    counselor: Agent = field(init=False)
    programmer: Agent = field(init=False)
    reviewer: Agent = field(init=False)
    tester: Agent = field(init=False)

    def __post_init__(self) -> None:
        hire = self.run.hire
        self.ceo = hire("Chief Executive Officer")
        self.cpo = hire("Chief Product Officer", self.ceo)
        self.cto = hire("Chief Technology Officer", self.ceo)
        self.counselor = hire("Counselor", self.ceo)
        self.programmer = hire("Programmer", self.cto)
        self.reviewer = hire("Code Reviewer", self.cto)
        self.tester = hire("Test Engineer", self.cto)

    # --- prompts -----------------------------------------------------------------------------------

    @property
    def _brief(self) -> str:
        return self.run.prompts("brief", idea=self.task.idea, decisions=str(self.decisions))

    def _prompt(self, name: str, **fields: str) -> Prompt:
        prompts = self.run.prompts
        text = prompts(name, brief=self._brief, files=prompts("files"), **fields)
        return Prompt(text, prompts.said(name, **fields))

    def _code(self, reader: Agent, first: Sequence[str] = (), beside: int = 0) -> str:
        """The project for a prompt of `reader` that carries `beside` characters more than its own words."""
        own = len(self._brief) + len(self.run.prompts("files")) + 1000
        shown = show(self._sources(), reader.room - own - beside, first)
        if shown.notice:
            self.run.notice(shown.notice, "warning")
        return shown.text

    def _sources(self) -> Mapping[str, str]:
        documents = {"manual.md", "requirements.txt"}
        return {path: text for path, text in self.run.files.items() if path not in documents}

    # --- the chain ---------------------------------------------------------------------------------

    async def demand_analysis(self) -> None:
        """CEO and CPO settle what is built."""
        decision = await self._decide(
            "demand_analysis", "Demand analysis", "demand", self.cpo, DemandAnalysis
        )
        self.decisions.add("Product", decision)

    async def language_choice(self) -> None:
        """CEO and CTO settle the language."""
        decision = await self._decide(
            "language_choice", "Language choice", "language", self.cto, LanguageChoice
        )
        self.decisions.add("Language", decision)

    async def _decide(
        self, name: str, title: str, guidance: str, assistant: Agent, form: type[TalkTurn]
    ) -> str:
        async with self.run.phase(name, title, instructor=self.ceo, assistant=assistant) as phase:
            talk = Talk(self.run, self.ceo, assistant, self.decisions)
            talk.open(self._prompt(name))

            async def reflect(said: str) -> str:
                return await self._reflect(title, said)

            conclusion = await talk.conclude(
                form,
                turns=self.options.talk_turns,
                reflect=reflect,
                guidance=self.run.prompts(f"{guidance}_guidance"),
            )
            phase.conclude(conclusion)
        return conclusion

    async def _reflect(self, topic: str, said: str) -> str:
        self.reflections += 1
        async with self.run.phase("reflection", "Reflection", instructor=self.ceo, assistant=self.counselor):
            self.counselor.forget()
            self.counselor.hear(self.ceo, self._prompt("reflection", topic=topic, talk=said))
            reflection = await self.counselor.fill(self.ceo.path, Reflection)
        return reflection.conclusion

    async def coding(self) -> None:
        """CTO and Programmer: the first version of the program, or the change of an existing one."""
        async with self.run.phase(
            "coding", "Coding", instructor=self.cto, assistant=self.programmer
        ) as phase:
            talk = Talk(self.run, self.cto, self.programmer, self.decisions)
            talk.told = self._brief
            self.programmer.forget()
            await talk.ask_what_is_missing(self._prompt("coding_questions").text)
            if self.task.existing:
                talk.open(self._prompt("coding_existing", code=self._code(self.programmer)))
            else:
                talk.open(self._prompt("coding"))
            files = await self.programmer.write_files(self.cto.path, existing=self.run.files, main="main.py")
            self.run.commit(files, self.programmer.path, "Coding")
            phase.conclude(f"{len(files)} files: {', '.join(files)}")

    async def code_completion(self) -> None:
        """CTO and Programmer: rounds while something is not implemented."""
        rounds = self.options.completion_rounds
        for round_number in range(1, rounds + 1):
            gaps = unfinished(self.run.files)
            if not gaps:
                return
            told = shortened(
                "\n".join(f"- {path}: {'; '.join(places)}" for path, places in gaps.items()), 2000
            )
            changed = await self._change(
                "code_completion",
                "Code completion",
                round_number,
                rounds,
                self.cto,
                self._prompt(
                    "completion", code=self._code(self.programmer, list(gaps), len(told)), unfinished=told
                ),
            )
            if not changed:
                break
        if gaps := unfinished(self.run.files):
            self.run.notice(f"Not everything is implemented: {', '.join(gaps)}.", "warning")

    async def code_review(self) -> None:
        """Code Reviewer and Programmer: what is wrong is named, then mended."""
        rounds = self.options.review_rounds
        for round_number in range(1, rounds + 1):
            async with self.run.phase(
                "code_review",
                "Code review",
                round=round_number,
                rounds=rounds,
                instructor=self.programmer,
                assistant=self.reviewer,
            ) as phase:
                self.reviewer.forget()
                self.reviewer.hear(self.programmer, self._prompt("review", code=self._code(self.reviewer)))
                review = await self.reviewer.fill(self.programmer.path, CodeReview)
                findings = [finding.strip() for finding in review.findings if finding.strip()]
                phase.conclude("; ".join(findings) or "Nothing left to mend.")
                if not findings:
                    return
                told = "\n".join(f"- {finding}" for finding in findings)
                prompt = self._prompt("modification", code=self._code(self.programmer), findings=told)
                if not await self._change("modification", "Modification", 1, 1, self.reviewer, prompt):
                    return
        if rounds:
            self.run.notice(f"The review ended at its bound of {rounds} rounds.")

    async def human_review(self) -> None:
        """The user looks at the program and says what to change; an empty answer is content."""
        for round_number in range(1, HUMAN_ROUNDS + 1):
            async with self.run.phase("human_review", "Your review", round=round_number, rounds=HUMAN_ROUNDS):
                answer = await self.run.ask_user(
                    self.programmer,
                    "Look at the program: what should be changed? Leave it empty when you are content.",
                    purpose="review",
                )
                if answer.by == "team" or not answer.text.strip():
                    return
                prompt = self._prompt(
                    "human_review", code=self._code(self.programmer), findings=answer.text.strip()
                )
                await self._change("modification", "Modification", 1, 1, self.cto, prompt)
        self.run.notice(f"Your review ended at its bound of {HUMAN_ROUNDS} rounds.")

    async def system_test(self) -> Check:
        """Programmer and Test Engineer: run, test, summarise the error, repair, and test again."""
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
                if round_number == 1:
                    await self._write_tests()
                checked = await check_with_packages(self.run, self.tester)
                phase.conclude(checked.summary)
                if checked.passed or not await self._repair(checked):
                    return checked
        async with self.run.phase(
            "last_test", "Last test", instructor=self.tester, assistant=self.programmer
        ) as phase:
            checked = await check_with_packages(self.run, self.tester)
            phase.conclude(checked.summary)
        if not checked.passed:
            self.run.notice(
                f"Testing ended at its bound of {rounds} rounds; the program still fails.", "warning"
            )
        return checked

    async def _write_tests(self) -> None:
        async with self.run.phase("tests", "Writing tests", instructor=self.cto, assistant=self.tester):
            self.tester.forget()
            self.tester.hear(self.cto, self._prompt("tests", code=self._code(self.tester)))
            await self._commit_tests("Tests")

    async def _commit_tests(self, message: str) -> bool:
        """The tester's files as a version; a tester changes tests only. True when something changed."""
        files = await self.tester.write_files(self.cto.path, existing=self.run.files, required=False)
        tests = {path: text for path, text in files.items() if is_test(path)}
        if others := sorted(set(files) - set(tests)):
            self.run.notice(f"The Test Engineer may change tests only; left as it was: {', '.join(others)}.")
        if not tests:
            self.run.notice("The Test Engineer wrote no tests.", "warning")
        return self.run.commit(tests, self.tester.path, message) is not None

    async def _repair(self, checked: Check) -> bool:
        """Summarise the error and repair it; False when nothing was changed by it."""
        named = re.findall(r"[\w./-]+\.\w+", checked.report)
        report = shortened(checked.report, min(REPORT, self.programmer.room // 3, self.tester.room // 3))
        self.tester.forget()
        code = self._code(self.tester, named, beside=len(report))
        self.tester.hear(self.programmer, self._prompt("error_summary", code=code, report=report))
        error = await self.tester.fill(self.programmer.path, ErrorSummary)
        if error.tests_are_wrong:
            async with self.run.phase(
                "test_repair", "Mending tests", instructor=self.cto, assistant=self.tester
            ):
                self.tester.forget()
                prompt = self._prompt("repair_tests", code=code, report=report, summary=error.summary)
                self.tester.hear(self.cto, prompt)
                return await self._commit_tests("Mended tests")
        code = self._code(self.programmer, [*error.files, *named], beside=len(report) + len(error.summary))
        prompt = self._prompt("repair", code=code, report=report, summary=error.summary)
        return await self._change("repair", "Repair", 1, 1, self.tester, prompt)

    async def _change(
        self, name: str, title: str, round_number: int, rounds: int, instructor: Agent, prompt: Prompt
    ) -> bool:
        """One talk in which the Programmer changes files; True when something changed."""
        async with self.run.phase(
            name,
            title,
            round=round_number,
            rounds=rounds,
            instructor=instructor,
            assistant=self.programmer,
        ) as phase:
            self.programmer.forget()
            self.programmer.hear(instructor, prompt)
            files = await self.programmer.write_files(
                instructor.path, existing=self.run.files, required=False
            )
            version = self.run.commit(files, self.programmer.path, title)
            phase.conclude(f"Changed: {', '.join(files)}" if version else "Nothing was changed.")
        if version is None:
            self.run.notice(f"{title}: nothing was changed, so this cycle ends.")
        return version is not None

    # --- documents ---------------------------------------------------------------------------------

    async def environment_document(self) -> None:
        """CTO and Programmer: requirements.txt, held against what the program really imports."""
        async with self.run.phase(
            "environment_document", "Environment document", instructor=self.cto, assistant=self.programmer
        ) as phase:
            imported = sorted(imports(self.run.files))
            listed: list[str] = []
            if imported:
                self.programmer.forget()
                self.programmer.hear(self.cto, self._prompt("requirements", modules=", ".join(imported)))
                files = await self.programmer.write_files(
                    self.cto.path, existing={}, only="requirements.txt", required=False
                )
                listed = requirements(files.get("requirements.txt") or "") or [
                    distribution(module) for module in imported
                ]
            text = "\n".join(listed) or "# Nothing beyond the language's own library is needed."
            self.run.commit({"requirements.txt": f"{text}\n"}, self.programmer.path, "Environment document")
            phase.conclude(", ".join(listed) or "No packages are needed.")

    async def manual(self) -> None:
        """CEO and CPO: the manual."""
        async with self.run.phase("manual", "Manual", instructor=self.ceo, assistant=self.cpo) as phase:
            self.cpo.forget()
            self.cpo.hear(self.ceo, self._prompt("manual", code=self._code(self.cpo)))
            text = await self.cpo.say(self.ceo.path)
            self.run.commit({"manual.md": read_document(text, "manual.md")}, self.cpo.path, "Manual")
            phase.conclude("manual.md")


@workflow(
    name="chatdev",
    title="ChatDev",
    summary="A whole company talks a small program through, from the idea to the manual: the usual choice.",
    paper="arXiv:2307.07924",
    options=ChatDevOptions,
)
async def chatdev(run: Run, task: Task, options: ChatDevOptions) -> Outcome:
    """Carry the whole chain out; the outcome says whether the program starts and its tests pass."""
    company = Company(run, task, options)
    if task.existing:
        await run.take_existing()
    await company.demand_analysis()
    await company.language_choice()
    await company.coding()
    await company.code_completion()
    await company.code_review()
    if options.human_review:
        await company.human_review()
    checked = await company.system_test()
    await company.environment_document()
    await company.manual()
    run.report_figures(figures_of(run, reflections=company.reflections, starts=checked.started))
    return Outcome(checked.passed and checked.tried, checked.summary)
