"""The phases that have code of their own in ChatDev (arXiv:2307.07924), and the cycles of composed ones.

Each returns whether the cycle that it is part of goes on. A composed phase ends early by what its parts find:
nothing unimplemented, nothing to mend, the user content, the program running and its tests passing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from agents.companies import Phase, Step
from agents.development.art import design, drawn_list
from agents.development.chain import Chain, slug, words
from agents.development.forms import DemandAnalysis, ErrorSummary, LanguageChoice
from agents.development.work import (
    ask_for_a_review,
    change_files,
    concerned,
    how_to_test,
    mend_tests,
    report_for,
    review,
    sources,
    told_gaps,
    write_manual,
    write_program,
    write_requirements,
    write_tests,
)
from agents.forms import bullets
from agents.programs import entry
from agents.run import Run
from agents.talk import Talk
from agents.testing import NO_REPAIR_HELPS, check_with_packages

OwnPhase = Callable[[Chain, Step, Phase], Awaitable[bool]]


async def carry_out(chain: Chain) -> None:
    """The whole chain, and a last test of what was changed after the last one."""
    for step in chain.company.steps:
        if step.composed:
            await _cycle(chain, step)
        else:
            await _simple(chain, step)
    if sources(chain.run) and chain.changed_since_checked:
        await _last_test(chain)


async def _simple(chain: Chain, step: Step) -> bool:
    phase = chain.company.phases[step.phase]
    own = OWN.get(step.phase)
    return await (own(chain, step, phase) if own else chain.talk(step, phase))


async def _cycle(chain: Chain, step: Step) -> None:
    names = [part.phase for part in step.parts]
    tests = next((name for name in names if name in _TESTING), "")
    for number in range(1, step.cycles + 1):
        if "CodeComplete" in names and not told_gaps(chain.run)[0]:
            return
        async with chain.run.phase(
            slug(step.phase), words(step.phase), round=number, rounds=step.cycles
        ) as phase:
            if tests and await _passes(chain, chain.company.phases[tests]):
                phase.conclude(chain.checked.summary if chain.checked else "")
                return
            if tests and chain.checked and chain.checked.stuck:
                chain.run.notice(NO_REPAIR_HELPS, "warning")
                return
            for part in step.parts:
                if not await _simple(chain, part):
                    phase.conclude("Nothing is left to do here.")
                    return
    _say_bound(chain, step, names)


def _say_bound(chain: Chain, step: Step, names: list[str]) -> None:
    if "CodeComplete" in names:
        if gaps := told_gaps(chain.run)[0]:
            chain.run.notice(f"Not everything is implemented: {', '.join(gaps)}.", "warning")
    elif step.cycles > 1:
        chain.run.notice(f"{words(step.phase)} ended at its bound of {step.cycles} rounds.")


# --- talks and code --------------------------------------------------------------------------------


async def _demand(chain: Chain, step: Step, phase: Phase) -> bool:
    chain.values["modality"] = await chain.settle(step, phase, DemandAnalysis)
    chain.decisions.add("Product", chain.values["modality"])
    return True


async def _language(chain: Chain, step: Step, phase: Phase) -> bool:
    chain.values["language"] = await chain.settle(step, phase, LanguageChoice)
    chain.decisions.add("Language", chain.values["language"])
    return True


async def _coding(chain: Chain, _step: Step, phase: Phase) -> bool:
    run, (instructor, programmer) = chain.run, chain.team(phase)
    async with run.phase(
        slug(phase.name), words(phase.name), instructor=instructor, assistant=programmer
    ) as taking:
        talk = Talk(run, instructor, programmer, chain.decisions)
        talk.told = str(chain.briefing)
        programmer.forget()
        await talk.ask_what_is_missing(chain.briefing.prompt("coding_questions").text)
        added = run.prompts("files")
        if chain.task.existing and "{codes}" not in phase.prompt:
            added = chain.ours("existing", programmer, beside=phase.prompt).text
        files = await write_program(run, talk, chain.prompt(phase, programmer, added))
        taking.conclude(f"{len(files)} files: {', '.join(files)}")
    return True


async def _complete(chain: Chain, _step: Step, phase: Phase) -> bool:
    gaps, told = told_gaps(chain.run)
    chain.values["unimplemented_file"] = told
    return not gaps or await _change(chain, phase, gaps)


async def _change(chain: Chain, phase: Phase, first: list[str], *, cycle: bool = True) -> bool:
    """The assistant changes files; whether it did."""
    instructor, programmer = chain.team(phase)
    prompt = chain.prompt(phase, programmer, first=first, changes=True)
    return await change_files(
        chain.run, instructor, programmer, prompt, name=slug(phase.name), title=words(phase.name), cycle=cycle
    )


# --- reviews ---------------------------------------------------------------------------------------


async def _comment(chain: Chain, _step: Step, phase: Phase) -> bool:
    instructor, reviewer = chain.team(phase)
    async with chain.run.phase(
        slug(phase.name), words(phase.name), instructor=instructor, assistant=reviewer
    ) as taking:
        prompt = chain.prompt(phase, reviewer, chain.run.prompts("form"))
        chain.findings = await review(instructor, reviewer, prompt)
        taking.conclude("; ".join(chain.findings) or "Nothing left to mend.")
    chain.values["comments"] = bullets(chain.findings)
    return bool(chain.findings)


async def _modify(chain: Chain, _step: Step, phase: Phase) -> bool:
    if not chain.findings:
        return True
    first = concerned(chain.run, chain.findings, list(sources(chain.run)))
    changed = await _change(chain, phase, first)
    chain.findings = []
    return changed


async def _human(chain: Chain, _step: Step, phase: Phase) -> bool:
    _, programmer = chain.team(phase)
    wanted = await ask_for_a_review(chain.run, programmer)
    if wanted:
        chain.values["comments"] = wanted
        await _change(chain, phase, [], cycle=False)
    return bool(wanted)


# --- tests -----------------------------------------------------------------------------------------


async def _passes(chain: Chain, phase: Phase) -> bool:
    """Whether the program runs and its tests pass; these are written first [ours: they really run]."""
    tester, programmer = chain.team(phase)
    if not chain.tests_written:
        chain.tests_written = True
        await write_tests(
            chain.run, programmer, tester, chain.ours("tests", tester, testing=how_to_test(chain.run))
        )
    return await _check(chain, phase)


async def _check(chain: Chain, phase: Phase) -> bool:
    if chain.changed_since_checked or chain.checked is None:
        tester, _ = chain.team(phase)
        chain.checked = await check_with_packages(chain.run, tester)
        chain.checked_sources = dict(sources(chain.run))
        chain.values["test_reports"] = report_for(chain.checked, *chain.team(phase))
    return chain.checked.passed


async def _summarise(chain: Chain, _step: Step, phase: Phase) -> bool:
    tester, programmer = chain.team(phase)
    async with chain.run.phase(
        slug(phase.name), words(phase.name), instructor=tester, assistant=programmer
    ) as taking:
        if await _check(chain, phase) or chain.checked is None:
            taking.conclude("Nothing that was tried failed.")
            return False
        prompt = chain.prompt(phase, programmer, chain.run.prompts("form"), chain.checked.files)
        programmer.turn_to(tester, prompt)
        chain.error = await programmer.fill(tester.path, ErrorSummary)
        chain.values["error_summary"] = chain.error.summary
        taking.conclude(chain.error.summary)
    return True


async def _repair(chain: Chain, _step: Step, phase: Phase) -> bool:
    error, chain.error = chain.error, None
    if error is None or chain.checked is None:
        return True
    tester, programmer = chain.team(phase)
    if error.tests_are_wrong:
        report = chain.values["test_reports"]
        prompt = chain.ours("repair_tests", tester, beside=report, report=report, summary=error.summary)
        return await mend_tests(chain.run, programmer, tester, prompt)
    return await _change(chain, phase, [*error.files, *chain.checked.files])


async def _last_test(chain: Chain) -> None:
    names = chain.company.used()
    name = next((name for name in names if name in _TESTING), names[-1])
    phase = chain.company.phases[name]
    tester, programmer = chain.team(phase)
    async with chain.run.phase("last_test", "Last test", instructor=tester, assistant=programmer) as taking:
        await _check(chain, phase)
        taking.conclude(chain.checked.summary if chain.checked else "")


# --- pictures and documents ------------------------------------------------------------------------


async def _art_design(chain: Chain, _step: Step, phase: Phase) -> bool:
    instructor, designer = chain.team(phase)
    name, title = slug(phase.name), words(phase.name)
    async with chain.run.phase(name, title, instructor=instructor, assistant=designer) as taking:
        prompt = chain.prompt(phase, designer, chain.run.prompts("form"))
        pictures = await design(chain.run, instructor, designer, prompt)
        chain.values["images"] = drawn_list(pictures)
        taking.conclude(chain.values["images"] or "No pictures are needed.")
    return bool(pictures)


async def _art_integration(chain: Chain, _step: Step, phase: Phase) -> bool:
    return not chain.values.get("images") or await _change(chain, phase, [], cycle=False)


async def _environment(chain: Chain, _step: Step, phase: Phase) -> bool:
    instructor, programmer = chain.team(phase)
    name, title = slug(phase.name), words(phase.name)
    async with chain.run.phase(name, title, instructor=instructor, assistant=programmer) as taking:
        listed = await write_requirements(
            chain.run,
            instructor,
            programmer,
            lambda modules: chain.prompt(
                phase, programmer, chain.run.prompts("requirements", modules=modules)
            ),
        )
        chain.values["requirements"] = _text(chain.run, "requirements.txt")
        taking.conclude(", ".join(listed) or "No packages are needed.")
    return True


async def _manual(chain: Chain, _step: Step, phase: Phase) -> bool:
    instructor, writer = chain.team(phase)
    async with chain.run.phase(
        slug(phase.name), words(phase.name), instructor=instructor, assistant=writer
    ) as taking:
        start = entry(sources(chain.run))  # what a customer meets first, and what it uses
        prompt = chain.prompt(phase, writer, first=[start] if start else [])
        await write_manual(chain.run, instructor, writer, prompt)
        taking.conclude("manual.md")
    return True


def _text(run: Run, path: str) -> str:
    return run.files.get(path, "").strip()


_TESTING = ("TestErrorSummary", "TestModification")
OWN: dict[str, OwnPhase] = {
    "DemandAnalysis": _demand,
    "LanguageChoose": _language,
    "Coding": _coding,
    "ArtDesign": _art_design,
    "ArtIntegration": _art_integration,
    "CodeComplete": _complete,
    "CodeReviewComment": _comment,
    "CodeReviewModification": _modify,
    "CodeReviewHuman": _human,
    "TestErrorSummary": _summarise,
    "TestModification": _repair,
    "EnvironmentDoc": _environment,
    "Manual": _manual,
}
"""The phases with code of their own, by the name that ChatDev gives them."""
