"""Every fault of a server at every call of a run: `python -m tests.campaigns.faults [--hosts 2]`.

Prints a matrix with a row for each fault and a column for each call: `.` the run went on by itself, `e`
it ended with a sentence that says what to do and was continued once the server was well, `X` anything
else. In the first half a fault happens once, in the second from that call on. All times are hundredths
(see `tests.support.faulty`). The exit code is 1 when there is an `X`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from agents.errors import ServerUnreachable
from agents.plan import Plan
from agents.studio import Studio
from tests.support.carrying_out import carry_out
from tests.support.faulty import ALWAYS, MODEL, ONCE, course, undisturbed_calls
from tests.support.ollama_server import OllamaServer, ServedModel
from tests.support.team import GREETER, ROMAN, company

PROJECTS = {"greeter": GREETER, "roman": ROMAN}


def down_at_start(folder: Path) -> str:
    """A server that is away when a run is begun: said at once, nothing stored; `.` or what is wrong."""
    with OllamaServer(company(GREETER), [ServedModel(MODEL)]) as server:
        plan = Plan(idea=GREETER.idea, host=server.address, model=MODEL, out=str(folder / "out"))
        server.down = True
        begun = time.monotonic()
        try:
            carry_out(plan, folder / "home")
        except ServerUnreachable as error:
            seconds = time.monotonic() - begun
            studio = Studio.open(folder / "home")
            left = studio.store.runs()
            asyncio.run(studio.close())
            if left or not error.hint or seconds > 5:
                return f"X {left} {error} {seconds:.1f} s"
        else:
            return "X it began"
        server.down = False
        return "." if carry_out(plan, folder / "home").outcome.passed else "X it cannot be begun later"


def main() -> int:
    """Print the matrix, row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", choices=sorted(PROJECTS), default="greeter")
    parser.add_argument("--only", default="", help="one fault")
    parser.add_argument("--hosts", type=int, default=1, help="servers, of which one has the fault")
    parser.add_argument("--minutes", type=float, default=20.0, help="no new row is begun after so long")
    chosen = parser.parse_args()
    project, until = PROJECTS[chosen.project], time.monotonic() + chosen.minutes * 60
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        calls = undisturbed_calls(folder / "calls", project)
        print(f"{'call':<28} {' '.join(str(at % 10) for at in range(1, calls + 1))}", flush=True)  # noqa: T201
        if not chosen.only:
            found = down_at_start(folder / "start")
            print(f"{'down, at the start':<28} {found}", flush=True)  # noqa: T201
            wrong += [found] if found != "." else []
        for always, faults in ((False, ONCE), (True, ALWAYS)):
            for fault in faults:
                if (chosen.only and fault != chosen.only) or time.monotonic() > until:
                    continue
                begun = time.monotonic()
                name = f"{fault}, {'from then on' if always else 'once'}"
                courses = [
                    course(folder / f"{fault}{at}{always}", fault, at, always, project, chosen.hosts)
                    for at in range(1, calls + 1)
                ]
                marks = " ".join(told.mark for told in courses)
                print(f"{name:<28} {marks}   {time.monotonic() - begun:4.0f} s", flush=True)  # noqa: T201
                for at, told in enumerate(courses, 1):
                    wrong += [f"{name}, call {at}: {problem}" for problem in told.wrong]
    for problem in wrong:
        print(problem)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
