"""How large a repair's prompt is in 40 files: `python -m tests.benchmarks.bench_context [--files N]`.

The project is generated with a fault, and its test really fails. The prompt of the repair is made as the
ChatDev workflow makes it, from what the test printed, and compared with sending every file, and with the way
of ChatDev itself, which sends every file to the summary of the error and again to the repair. Exit code 1
when the limit is missed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agents.cast import tokens_in
from agents.codegraph import CodeGraph
from agents.context import fenced, relevant
from agents.prompts import Prompts
from agents.shortening import shortened
from tests.benchmarks.rows import Row, shown

LIMIT = 0.25
ROOM = 24_000 * 3  # characters: a model with a context of about 24,000 tokens
_BODY = '''

class Part{n}:
    """What the step {n} of the calculation keeps."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.steps: list[int] = []

    def note(self, value: int) -> None:
        """Remember a value on the way."""
        if value < 0:
            raise ValueError(f"step {n} cannot note {{value}}")
        self.steps.append(value)

    def largest(self) -> int:
        """The largest value so far, the start when there is none."""
        return max([self.start, *self.steps])


def step{n}(value: int) -> int:
    """Carry out the step {n}."""
    part = Part{n}(value)
    result = value + {change}
{calls}    part.note(result)
    return part.largest()
'''


def project(count: int) -> dict[str, str]:
    """`count` modules of steps, each with up to two others below it; one step in the middle adds too much."""
    files = {
        "main.py": "from steps.m0 import step0\n\nprint(step0(1))\n",
        "steps/__init__.py": "",
        "tests/__init__.py": "",
    }
    for n in range(count - 4):
        below = [m for m in (2 * n + 1, 2 * n + 2) if m < count - 4]
        imports = "".join(f"from steps.m{m} import step{m}\n" for m in below)
        calls = "".join(f"    result = step{m}(result)\n" for m in below)
        change = 3 if n == 7 else 1
        body = _BODY.format(n=n, change=change, calls=calls)
        files[f"steps/m{n}.py"] = f'"""Step {n}."""\n\nfrom __future__ import annotations\n\n{imports}{body}'
    files["tests/test_seven.py"] = (
        "import unittest\n\nfrom steps.m7 import step7\n\n\nclass TestSeven(unittest.TestCase):\n"
        "    def test_it_adds_one_a_step(self):\n"
        f"        self.assertEqual(step7(1), {1 + _below(7, count - 4)})\n"
    )
    return files


def _below(n: int, count: int) -> int:
    """How many steps a step carries out, itself among them."""
    return 1 + sum(_below(m, count) for m in (2 * n + 1, 2 * n + 2) if m < count)


def failing_report(files: dict[str, str]) -> str:
    """What the tests print when they are really run."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "unittest", "tests.test_seven"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 0:
        raise SystemExit("The generated test does not fail.")
    return shortened(done.stderr.replace(folder, "").replace("/tests/", "tests/"))


def rows(quick: bool) -> Iterator[Row]:
    """The repair in a project of 40 files, however quick it has to be."""
    del quick
    yield from measured(40)


def measured(count: int) -> Iterator[Row]:
    """The share of what sending every file takes, for the repair alone and with the error's summary."""
    files = project(count)
    report = failing_report(files)
    graph = CodeGraph(files)
    tests = [path for path in re.findall(r"[\w/]+\.py", report) if path in files]
    focus = [*dict.fromkeys(tests), *sorted({target for path in tests for target in graph.imports(path)})]
    prompts = Prompts.of("chatdev")
    brief = prompts("brief", idea="A calculation in many steps", decisions="- Language: Python")

    def prompt(name: str, code: str, **fields: str) -> int:
        text = prompts(name, brief=brief, files=prompts("files"), code=code, report=report, **fields)
        return tokens_in(len(text))

    everything = "\n\n".join(fenced(path, text) for path, text in files.items())
    said = {"summary": "step7 adds three instead of one."}
    shown_code = relevant(graph, files, focus, ROOM).text
    ours, whole = prompt("repair", shown_code, **said), prompt("repair", everything, **said)
    both, chatdev = (
        repair + prompt("error_summary", code) for repair, code in ((ours, shown_code), (whole, everything))
    )
    for what, one, other, peer in (
        ("a repair", ours, whole, "sending every file"),
        ("summary and repair", both, chatdev, "ChatDev's way"),
    ):
        name = f"prompt of {what} in {len(files)} files"
        beside = f"{one:,} tokens; {peer} {other:,}"
        yield Row(name, one / other * 100, LIMIT * 100, "%", beside=beside)


def main() -> int:
    """Measure and print; 1 when the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40)
    return shown(measured(parser.parse_args().files))


if __name__ == "__main__":
    sys.exit(main())
