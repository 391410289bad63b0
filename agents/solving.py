"""What every method for a function-sized task shares: the task as models see it, the code of a reply, the
trial on the public examples, and the end."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from agents.agent import Agent
from agents.contracts import USUAL, Outcome, Sampling, Task
from agents.enough import complete_module
from agents.events import AnswerJudged
from agents.figures import figures_of
from agents.run import Run
from agents.syntax import module_of
from agents.trials import Trials, try_asserts

SOLUTION = "solution.py"
SCRIPT = """\
SOURCE = {source!r}


def {name}():
    import contextlib, io

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(SOURCE, "solution.py", "exec"), {{"__name__": "__main__"}})
    return printed.getvalue().strip()
"""


def brief(task: Task) -> str:
    """The task as a prompt shows it: its words, the code it begins with, its examples."""
    parts: list[str] = []
    if task.idea.strip() and not _says(task.starter, task.idea):
        parts.append(task.idea.strip())
    if task.script:
        parts.append("Write a script that prints the result, and nothing else.")
    elif task.starter.strip():
        parts.append(f"Begin with this code:\n```python\n{task.starter.strip()}\n```")
    else:
        parts.append(f"The function is called `{task.entry_point}`.")
    shown = [example for example in task.examples if example not in task.idea]
    if shown:
        lines = "\n".join(shown)
        parts.append(f"It must keep these examples:\n```python\n{lines}\n```")
    return "\n\n".join(parts)


async def write_solution(
    agent: Agent, to: str, task: Task, *, sampling: Sampling = USUAL, given: str | None = None
) -> str:
    """The module that `agent` writes for the task, with what it left out of the starter put before it.

    What was asked must have been said before (`agent.hear`). The reply is ended once it holds the module. It
    is a piece of a program where that is `given` so far: it need not define the function then. Raises
    `ReplyDoesNotFit` when no code comes.
    """
    name = task.entry_point if given is None and not task.script else ""
    known = f"{task.starter}\n{given or ''}"

    def enough(text: str) -> str | None:
        return complete_module(text, name, path=SOLUTION, talk=agent.talk, given=known)

    files = await agent.write_files(
        to, existing={}, only=SOLUTION, main=SOLUTION, sampling=sampling, enough=enough
    )
    programs = {path: text for path, text in files.items() if text is not None}
    defining = [text for text in programs.values() if defines(text, task.entry_point)]
    code = programs.get(SOLUTION) or next(iter(defining or programs.values()), "")
    if defining and not defines(code, task.entry_point):
        code = defining[0]
    return completed(code, task)


def completed(code: str, task: Task) -> str:
    """`code` with the imports and helpers of the task's starter that it does not have itself."""
    module, starter = module_of(code), module_of(task.starter)
    if module is None or starter is None:
        return code
    has = set(defined(module))
    lacking = [
        node
        for node in starter.body
        if (names := set(defined(ast.Module([node], []))))
        and task.entry_point not in names
        and not names <= has
    ]
    lines = "\n\n".join(ast.get_source_segment(task.starter, node) or ast.unparse(node) for node in lacking)
    return f"{lines}\n\n\n{code}" if lines else code


def defines(code: str, name: str) -> bool:
    """Whether a module defines `name` at its top level."""
    module = module_of(code)
    return module is not None and name in defined(module)


async def try_examples(run: Run, agent: Agent, task: Task, code: str) -> Trials:
    """`code` on the task's public examples; without any, whether it loads and has the function."""
    cases = task.examples or (f"assert callable({task.entry_point})",)
    return await try_asserts(run, agent, runnable(code, task), cases, entry_point=task.entry_point)


async def trial(run: Run, agent: Agent, task: Task, code: str) -> Trials:
    """A phase in which `code` is tried on the public examples."""
    async with run.phase("trial", "Trial", assistant=agent) as phase:
        trials = await try_examples(run, agent, task, code)
        phase.conclude(trials.summary)
    return trials


def runnable(code: str, task: Task) -> str:
    """The module that tests of the task can be run on: a script is wrapped as its function `program`."""
    if not task.script:
        return code
    return SCRIPT.format(source=code, name=task.entry_point)


def usable_checks(run: Run, written: Sequence[str], task: Task) -> tuple[str, ...]:
    """The `assert` statements among what a model wrote that call the function asked for, each once.

    What is none of these is left out, which is said.
    """
    checks: dict[str, None] = {}
    unusable = 0
    for text in written:
        module = module_of(text.strip())
        statements = module.body if module else []
        asserts = [node for node in statements if isinstance(node, ast.Assert)]
        fitting = [ast.unparse(node) for node in asserts if _calls(node, task.entry_point)]
        checks.update(dict.fromkeys(fitting))
        unusable += not fitting
    if unusable:
        run.notice(
            f"{unusable} of {len(written)} checks are no assertion about {task.entry_point}; left out."
        )
    return tuple(checks)


async def answer(
    run: Run, task: Task, author: Agent, code: str, trials: Trials, message: str = "The answer"
) -> Outcome:
    """The end of a method: the answer becomes `solution.py`, the figures are reported.

    Where the run has hidden tests, they are run now, once, and decide; no prompt has ever held them.
    """
    text = code if code.endswith("\n") else f"{code}\n"
    run.commit({SOLUTION: text}, author.path, message)
    run.report_figures(figures_of(run, reflections=0, starts=trials.passed))
    if not run.tests:
        return Outcome(trials.passed, trials.summary)
    async with run.phase("judgement", "Judgement", assistant=author) as phase:
        judged = await judge_answer(run, author, task, code)
        phase.conclude(judged.summary)
    run.stage.log.emit(AnswerJudged(passed=judged.passed, summary=judged.summary), "judged")
    return Outcome(judged.passed, f"Hidden tests: {judged.summary}")


async def judge_answer(run: Run, agent: Agent, task: Task, code: str) -> Trials:
    """`code` on the run's hidden tests."""
    title = "Run the hidden tests"
    return await try_asserts(
        run, agent, runnable(code, task), run.tests, entry_point=task.entry_point, title=title
    )


def _calls(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name
        for call in ast.walk(node)
    )


def _says(starter: str, idea: str) -> bool:
    """Whether the words of the task stand in its starter already."""
    return " ".join(idea.split()) in " ".join(starter.split())


def defined(module: ast.Module) -> list[str]:
    """The names that a module defines or imports at its top level."""
    names: list[str] = []
    for node in module.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.append(node.name)
            case ast.Import() | ast.ImportFrom():
                names += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
            case ast.Assign():
                names += [target.id for target in node.targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
    return names
