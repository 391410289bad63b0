"""The work of a pair: an instructor has told an assistant what to do, and files come out of the reply.

The phases are ChatDev's (arXiv:2307.07924). Our own choices are marked [ours].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from agents.agent import Agent
from agents.branch import current_branch
from agents.context import interfaces, relevant, show
from agents.development.forms import CodeReview
from agents.environment import distribution, imports, requirements
from agents.judging import unfinished
from agents.languages import PYTHON
from agents.programs import entry, is_test, language_of
from agents.prompts import Code, Prompt
from agents.replies import read_document
from agents.repository import Repository
from agents.run import Run
from agents.shortening import REPORT, shortened
from agents.talk import Talk
from agents.testing import Check

KEEP = "The customer changed these files themselves; keep what they did"
MOST_FINDINGS = 5  # a review is asked for no more, so one that names as many may have seen more
DOCUMENTS = frozenset({"manual.md", "requirements.txt"})


def keep_in_git(run: Run) -> None:
    """From now on each version is a commit in the project's folder, by the role that wrote it."""
    folder, number = run.workspace.folder, run.stage.log.run
    repository = Repository(folder, number, lambda path: run.roles.get(path, path))
    run.workspace.after_writing = repository.follow


# --- what a prompt carries -------------------------------------------------------------------------


def sources(run: Run) -> Mapping[str, str]:
    """The program without the documents that are written at the end.

    In a branch also without what others have added to it meanwhile (`agents.branch`).
    """
    return {path: text for path, text in _visible(run).items() if path not in DOCUMENTS}


def _visible(run: Run) -> Mapping[str, str]:
    branch = current_branch()
    return {path: text for path, text in run.files.items() if not (branch and branch.hides(path))}


def code_for(
    run: Run, reader: Agent, beside: int, first: Sequence[str] = (), near: Sequence[str] = ()
) -> Code:
    """The program for a prompt of `reader` that carries `beside` characters more.

    With `first`, the files that the prompt is about, it is these and what the code graph knows around them,
    and what is `near` by its signatures.
    """
    files, room = sources(run), reader.room - beside
    shown = relevant(run.graph, files, first, room, near) if first else show(files, room)
    if shown.notice:
        run.notice(shown.notice, "info" if first else "warning")
    return replace(shown, project=_visible(run)).code


def code_to_test(run: Run, reader: Agent, beside: int, focus: Sequence[str]) -> Code:
    """What `reader` needs of the program to test the files of the focus, or all that is no test itself.

    Of a large program these come by their signatures; what starts it, and the tests that are there for them,
    as they are.
    """
    files = sources(run)
    start = entry(files)
    tested = focus or [path for path in files if not is_test(path)]
    whole = [*([start] if start else []), *run.graph.tests_of(focus)]
    shown = interfaces(run.graph, files, tested, whole, reader.room - beside)
    if shown.notice:
        run.notice(shown.notice)
    return replace(shown, project=_visible(run)).code


def how_to_test(run: Run) -> str:
    """How tests are written in the program's language: the end of a sentence that begins with "Use"."""
    return language_of(run.files).testing


def concerned(run: Run, findings: Sequence[str], otherwise: Sequence[str] = ()) -> list[str]:
    """The project's files that the findings name, and those of `otherwise` where one of them names none."""
    named = [path for path in run.files if any(path in finding for finding in findings)]
    vague = any(not any(path in finding for path in named) for finding in findings)
    return list(dict.fromkeys([*named, *otherwise])) if vague else named


def changed_since(run: Run, before: Mapping[str, str]) -> list[str]:
    """The files that are others than `before`."""
    return [path for path, text in sources(run).items() if before.get(path) != text]


def report_for(checked: Check, *readers: Agent) -> str:
    """A check's report, short enough for a third of each reader's prompt."""
    return shortened(checked.report, min(REPORT, *(reader.room // 3 for reader in readers)))


def told_gaps(run: Run) -> tuple[list[str], str]:
    """The files with something unimplemented, and a list of the places for a prompt."""
    gaps = unfinished(run.files)
    told = "\n".join(f"- {path}: {'; '.join(places)}" for path, places in gaps.items())
    return list(gaps), shortened(told, 2000)


# --- what is done ----------------------------------------------------------------------------------


async def write_program(run: Run, talk: Talk, prompt: Prompt) -> dict[str, str | None]:
    """The assistant writes the program, or changes an existing one; the files become a version."""
    talk.open(prompt)
    programmer = talk.assistant
    files = await programmer.write_files(talk.instructor.path, existing=run.files, main="main.py")
    run.commit(files, programmer.path, "Coding")
    return files


async def change_files(
    run: Run,
    instructor: Agent,
    programmer: Agent,
    prompt: Prompt,
    *,
    name: str,
    title: str,
    round_number: int = 1,
    rounds: int = 1,
    cycle: bool = True,
) -> bool:
    """A phase in which the programmer changes files; False when nothing changed.

    That ends the `cycle` that the phase is part of [ours]; where it is part of none, the notice says less.
    """
    async with run.phase(
        name, title, round=round_number, rounds=rounds, instructor=instructor, assistant=programmer
    ) as phase:
        programmer.turn_to(instructor, prompt)
        files = await programmer.write_files(instructor.path, existing=run.files, required=False)
        version = run.commit(files, programmer.path, title)
        phase.conclude(f"Changed: {', '.join(version.contents)}" if version else "Nothing was changed.")
    if version is None:
        run.notice(f"{title}: nothing was changed{', so this cycle ends' if cycle else ''}.")
    return version is not None


async def review(programmer: Agent, reviewer: Agent, prompt: Prompt) -> list[str]:
    """What the reviewer finds wrong; empty when nothing is."""
    reviewer.turn_to(programmer, prompt)
    found = await reviewer.fill(programmer.path, CodeReview)
    return [finding.strip() for finding in found.findings if finding.strip()]


async def ask_for_a_review(run: Run, programmer: Agent) -> str:
    """What the user wants changed; empty when they are content, or when nobody answers."""
    answer = await run.ask_user(
        programmer,
        "Look at the program: what should be changed? Leave it empty when you are content.",
        purpose="review",
    )
    return "" if answer.by == "team" else answer.text.strip()


async def commit_tests(run: Run, instructor: Agent, tester: Agent, message: str) -> bool:
    """The tester's files as a version; a tester changes tests only. True when something changed."""
    files = await tester.write_files(instructor.path, existing=run.files, required=False)
    tests = {path: text for path, text in files.items() if is_test(path)}
    if others := sorted(set(files) - set(tests)):
        run.notice(f"The {tester.role} may change tests only; left as it was: {', '.join(others)}.")
        tester.forget()  # it would believe that it had changed them
    if not tests:
        run.notice(f"The {tester.role} wrote no tests.", "warning")
    return run.commit(tests, tester.path, message) is not None


async def write_tests(run: Run, instructor: Agent, tester: Agent, prompt: Prompt) -> None:
    """A phase in which the tester writes tests, which are then really run [ours]."""
    async with run.phase("tests", "Writing tests", instructor=instructor, assistant=tester):
        tester.turn_to(instructor, prompt)
        await commit_tests(run, instructor, tester, "Tests")


async def mend_tests(run: Run, instructor: Agent, tester: Agent, prompt: Prompt) -> bool:
    """A phase in which the tester mends tests that ask for something wrong; True when something changed."""
    async with run.phase("test_repair", "Mending tests", instructor=instructor, assistant=tester):
        tester.turn_to(instructor, prompt)
        return await commit_tests(run, instructor, tester, "Mended tests")


async def write_requirements(
    run: Run, instructor: Agent, programmer: Agent, ask: Callable[[str], Prompt]
) -> list[str]:
    """requirements.txt, held against what the program really imports; the packages listed.

    `ask` makes the prompt from the names of these modules; nothing is asked when there are none. A program in
    another language needs no such file.
    """
    if language_of(run.files) is not PYTHON and not any(map(PYTHON.owns, run.files)):
        return []
    imported = sorted(imports(run.files))
    listed: list[str] = []
    if imported:
        programmer.turn_to(instructor, ask(", ".join(imported)))
        files = await programmer.write_files(
            instructor.path, existing={}, only="requirements.txt", required=False
        )
        listed = requirements(files.get("requirements.txt") or "", run.files) or [
            distribution(module) for module in imported
        ]
    text = "\n".join(listed) or "# Nothing beyond the language's own library is needed."
    run.commit({"requirements.txt": f"{text}\n"}, programmer.path, "Environment document")
    return listed


async def write_manual(run: Run, instructor: Agent, writer: Agent, prompt: Prompt) -> None:
    """manual.md, a reply in Markdown."""
    writer.turn_to(instructor, prompt)
    text = await writer.say(instructor.path)
    run.commit({"manual.md": read_document(text, "manual.md")}, writer.path, "Manual")
