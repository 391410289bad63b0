"""What must hold for every text from outside, however hostile: one function for each thing that reads it.

Each takes a source of chance, makes an input, and fails by an assertion when something is lost or gets where
it must not, or by whatever exception escapes that is none of ours.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from random import Random

from pydantic import BaseModel, Field

from agents.bench import load_problems
from agents.companies import files_of, problems, read_company
from agents.companies.folder import bundled
from agents.companies.model import FILES
from agents.contracts import ToolCall
from agents.enough import complete_module
from agents.errors import (
    CompanyRefused,
    DatabaseDamaged,
    PathRefused,
    ReplyDoesNotFit,
    UsageError,
    WorkspaceError,
)
from agents.events import CommandOutput, MessageCut, NoticeGiven, QuestionAnswered
from agents.paths import checked
from agents.plan import Plan
from agents.replies import (
    as_markdown,
    join,
    read_document,
    read_files,
    read_tool_calls,
    read_value,
    without_thinking,
)
from agents.replies.search_blocks import read_search_blocks
from agents.store import codec
from agents.tasks import load_task, load_tests, read_task
from agents.workspace import Workspace
from tests.support import hostile_text as hostile
from tests.support.broken_blocks import FORMS, REFUSED
from tests.support.changed_files import LANGUAGES
from tests.support.changed_files import change as changed

PLANTED = "def kept():\n    return 'byte for byte'  # \t é\n"


class Form(BaseModel):
    """A form as agents ask for them."""

    title: str
    count: int = 0
    weight: float = 0.0
    steps: list[str] = Field(default_factory=list)
    more: dict[str, str] = Field(default_factory=dict)


def reply_with_files(random: Random) -> None:
    """A file that stands whole before all noise is read byte for byte; no path leads out."""
    noise = hostile.text(random)
    existing = {"main.py": PLANTED, "pkg/util.py": "x = 1\n"}
    for reply, is_planted in ((noise, False), (f"kept_file.py\n```python\n{PLANTED}```\n\n{noise}", True)):
        found = read_files(reply, existing=existing, only=random.choice(("", "main.py")))
        for path, content in found.files.items():
            assert checked(path) == path
            content.encode()
        assert all(isinstance(problem, str) for problem in found.problems)
        if is_planted and "think>" not in noise.lower() and "kept_file" not in noise:
            assert found.files.get("kept_file.py") == PLANTED


def reply_with_blocks(random: Random) -> None:
    """A change in blocks, as weak models write it, is made byte for byte or not at all."""
    form = random.choice(list(FORMS))
    change = changed(random, random.choice(LANGUAGES), random.randint(5, 60))
    reply = FORMS[form](change, random)
    found = read_files(reply, existing=change.files)
    assert found.files in ({}, {change.path: change.meant}), form
    if form in REFUSED:
        assert not found.files, form
    broken = _broken(random, reply)
    read_search_blocks(broken, ended=random.random() < 0.5)
    for text in (broken, f"{broken}\n{hostile.text(random)}", broken[: random.randrange(len(broken) + 1)]):
        found = read_files(text, existing=change.files, ended=random.random() < 0.5)
        for path, content in found.files.items():
            assert checked(path) == path
            content.encode()
        complete_module(text, "main", path="main.py")


def _broken(random: Random, text: str) -> str:
    """A text with a few lines lost, doubled, moved, or cut."""
    lines = text.splitlines(keepends=True)
    for _ in range(random.randint(1, 4)):
        if lines:
            at = random.randrange(len(lines))
            line = lines.pop(at)
            kept = ([], [line, line], [line[: len(line) // 2]], [line.strip()], [f"> {line}"])
            lines[at:at] = random.choice(kept)
            if random.random() < 0.2:
                lines.insert(random.randrange(len(lines) + 1), line)
    return "".join(lines)


def reply_with_value(random: Random) -> None:
    """A value fits the form, or the reply is refused with words that can be sent back."""
    data = {"title": hostile.letters(random), "count": hostile.value(random), "more": hostile.value(random)}
    for reply in (
        hostile.text(random),
        hostile.json_text(random, data),
        f"So: {hostile.json_text(random)} Ok?",
    ):
        try:
            value = read_value(reply, Form)
        except ReplyDoesNotFit as refusal:
            assert refusal.detail
            refusal.detail.encode("utf-8", "backslashreplace")
        else:
            assert isinstance(value, Form)


def good_value_survives(random: Random) -> None:
    """What is wholly right is read whole, whatever its texts say."""
    words = hostile.letters(random).encode("utf-8", "replace").decode() + random.choice(hostile.PIECES)
    form = Form(title=words, count=random.randint(-9, 9), steps=[words, ""], more={words: words})
    assert read_value(form.model_dump_json(), Form) == form


def reply_with_calls(random: Random) -> None:
    """Calls name known tools and have arguments by name."""
    call = {"name": "search", "arguments": {"query": hostile.value(random)}}
    text = f"{hostile.text(random, 6)}<tool_call>{hostile.json_text(random, call)}</tool_call>"
    for found in read_tool_calls(text, {"search"}):
        assert isinstance(found, ToolCall)
        assert found.name == "search"
        assert isinstance(found.arguments, dict)


def reply_in_pieces(random: Random) -> None:
    """Thinking, documents, continuations: always a text, and the first piece is never lost."""
    first, rest = hostile.text(random, 20), hostile.text(random, 10)
    answer, thinking = without_thinking(first)
    assert len(answer) + len(thinking) <= len(first) + 2 * first.count(">")
    assert read_document(first, "README.md")
    join(first, rest)
    as_markdown(Form(title=first, steps=[rest], more={first: rest}))


def paths(random: Random) -> None:
    """A path is refused by name, or lies in the project under the very same spelling."""
    given = hostile.path(random)
    try:
        path = checked(given)
    except PathRefused as refusal:
        assert "\u202e" not in refusal.message and "\n" not in refusal.message
        return
    assert checked(path) == path
    assert not PurePosixPath(path).is_absolute()
    assert ".." not in PurePosixPath(path).parts
    assert os.path.normpath(path) == path


def workspace(random: Random) -> None:
    """All that was committed is in the folder byte for byte, and nothing is beside it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "project")
        space = Workspace(folder)
        for _ in range(random.randint(1, 3)):
            files = {
                hostile.path(random): None if random.random() < 0.2 else hostile.text(random, 3)
                for _ in range(random.randint(1, 3))
            }
            with suppress(WorkspaceError):
                space.commit(files, author="a", message=hostile.letters(random))
        with suppress(WorkspaceError):
            space.write_out()
            on_disk = {
                found.relative_to(folder).as_posix(): found.read_bytes()
                for found in folder.rglob("*")
                if found.is_file()
            }
            assert on_disk == {path: content.encode() for path, content in space.files.items()}
        assert {found.name for found in Path(temporary).iterdir()} <= {"project"}
        if space.versions:
            assert space.at(len(space.versions)) == dict(space.files)


def company(random: Random) -> None:
    """A company's files are refused by name, or come out byte for byte."""
    files = dict(bundled().read)
    for name in random.sample(FILES, random.randint(1, 3)):
        data = _mutated(random, json.loads(files[name]))
        files[name] = hostile.json_text(random, data).encode("utf-8", "surrogatepass")
        if random.random() < 0.1:
            files[name] = random.randbytes(200)
    try:
        found = read_company("Hostile", files, {})
    except CompanyRefused as refusal:
        assert refusal.file in files
        return
    assert all(problem.sentence for problem in problems(found))
    assert files_of(found) == files


def _mutated(random: Random, data: object) -> object:
    """Data with one place of it replaced by something hostile."""
    if isinstance(data, dict) and data and random.random() < 0.85:
        key = random.choice(list(data))
        if random.random() < 0.1:
            return {**{name: held for name, held in data.items() if name != key}, hostile.letters(random): 1}
        return {**data, key: _mutated(random, data[key])}
    if isinstance(data, list) and data and random.random() < 0.85:
        place = random.randrange(len(data))
        return [*data[:place], _mutated(random, data[place]), *data[place + 1 :]]
    return hostile.value(random)


def event_decoder(random: Random) -> None:
    """Stored text is an event or a damage with its name; an event comes back as it was, but for no text."""
    words = hostile.letters(random)
    events = (
        NoticeGiven(level="info", text=hostile.text(random, 4), agent=words),
        MessageCut(message=words, text=hostile.text(random, 4), reason=words),
        CommandOutput(command=words, text=hostile.text(random, 4)),
        QuestionAnswered(question=words, answer=words, by="user"),
    )
    event = random.choice(events)
    stored = codec.encode(event)
    assert "\n" not in stored
    again = codec.decode(stored)
    assert type(again) is type(event)
    assert codec.encode(again) == stored
    for text in (hostile.json_text(random, _mutated(random, json.loads(stored))), hostile.text(random, 5)):
        with suppress(DatabaseDamaged):
            codec.decode(text)


def plan(random: Random) -> None:
    """Stored settings are a plan, or a damage with its name."""
    stored = json.loads(Plan(idea="x", roles={"a": "b"}, examples=("assert f(1)",)).to_json())
    with suppress(DatabaseDamaged):
        Plan.from_json(hostile.json_text(random, _mutated(random, stored)))


def task(random: Random) -> None:
    """A task is read from any text, or refused in a sentence; its examples are assertions that parse."""
    for code in (False, True):
        with suppress(UsageError):
            found = read_task(hostile.text(random, 15), code=code, entry_point=random.choice(("", "f")))
            for example in found.examples:
                compile(example, "example", "exec")


def task_file(random: Random) -> None:
    """The same for files."""
    stored = {
        "task": "Write f.",
        "entry_point": "f",
        "examples": ["assert f(1) == 2"],
        "tests": ["assert f(2)"],
    }
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary, f"task{random.choice(('.json', '.py', '.md', '.txt'))}")
        content = hostile.json_text(random, _mutated(random, stored))
        file.write_bytes(content.encode("utf-8", random.choice(("surrogatepass", "replace"))))
        with suppress(UsageError):
            load_task(str(file))
            load_tests(str(file))


SETS: tuple[Mapping[str, object], ...] = (
    {
        "id": "a",
        "task": "Write f.",
        "entry_point": "f",
        "starter": "",
        "examples": ["assert f(1) == 2"],
        "tests": [],
    },
    {
        "task_id": "H/0",
        "prompt": 'def f(x):\n    """Add.\n    >>> f(1)\n    2\n    """\n',
        "entry_point": "f",
        "test": "def check(c):\n    assert c(1) == 2\n",
    },
    {"task_id": 3, "text": "Write f.", "test_list": ["assert f(1) == 2"], "test_setup_code": ""},
    {"id": 1, "prompts": ["Take {a}.", "Add 1."], "inputs": [{"a": 1}], "outputs": [2]},
)


def problem_file(random: Random) -> None:
    """A set of problems is read, or refused with the number of the line."""
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary, "set.jsonl")
        lines = [
            hostile.json_text(random, _mutated(random, random.choice(SETS)))
            for _ in range(random.randint(1, 3))
        ]
        file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        with suppress(UsageError):
            load_problems(file)


def quixbugs_folder(random: Random) -> None:
    """The same for a folder of QuixBugs."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        (root / "python_programs").mkdir()
        (root / "json_testcases").mkdir()
        (root / "python_programs" / "gcd.py").write_bytes(
            hostile.text(random, 4).encode("utf-8", "surrogatepass")
        )
        rows = [hostile.json_text(random, _mutated(random, [[1, 2], 3])) for _ in range(2)]
        (root / "json_testcases" / "gcd.json").write_bytes("\n".join(rows).encode("utf-8", "surrogatepass"))
        with suppress(UsageError):
            load_problems(root)


TARGETS: Mapping[str, Callable[[Random], None]] = {
    "reply with files": reply_with_files,
    "reply with blocks": reply_with_blocks,
    "reply with a value": reply_with_value,
    "a good value": good_value_survives,
    "reply with tool calls": reply_with_calls,
    "thinking, documents, continuations": reply_in_pieces,
    "paths": paths,
    "workspace": workspace,
    "company": company,
    "event decoder": event_decoder,
    "stored plan": plan,
    "task": task,
    "task file": task_file,
    "problem set": problem_file,
    "QuixBugs folder": quixbugs_folder,
}
