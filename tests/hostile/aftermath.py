"""Hostile programs that end well and leave something behind: processes, files for the next run, sequences."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from agents.contracts import Command, Sandbox
from agents.judging import judge
from agents.planted import planted, traps, warning
from tests.hostile.running import PYTHON, Told
from tests.support.sandboxes import processes_with, run, write

OUTLIVING = """\
import os, subprocess, sys
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
wait = [sys.executable, "-c", deaf, "{token}"]
quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
subprocess.Popen(wait, **quiet)
subprocess.Popen(["nohup", *wait], start_new_session=True, **quiet)
if not os.fork():
    os.setsid()
    if not os.fork():
        subprocess.Popen(wait, env={{}}, process_group=0, **quiet)
    os._exit(0)
os.wait()
"""

PLANTING = """\
import os, site, sys
say = "print('PLANTED')\\n"
for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "os.py", "json.py"):
    open(name, "w").write(say)
open("evil.pth", "w").write("import sys; print('PLANTED')\\n")
for folder in (site.getusersitepackages(), os.path.expanduser("~"), "/tmp", "/dev/shm"):
    os.makedirs(folder, exist_ok=True)
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", ".pythonrc.py", ".profile"):
        open(os.path.join(folder, name), "w").write(say)
os.makedirs(".git/hooks")
for hook in ("pre-commit", "post-checkout", "post-index-change"):
    open(f".git/hooks/{hook}", "w").write("#!/bin/sh\\ntouch PLANTED\\n")
    os.chmod(f".git/hooks/{hook}", 0o755)
print("done")
"""

SEQUENCES = r"""
import sys
for stream in (sys.stdout, sys.stderr):
    print("\x1b]0;title\x07\x1b[2J\x1b[1;1Hover\x1b[31mwritten\x1b[0m", end="", file=stream)
    print("\x1b]52;c;eA==\x07\x9b6n\x00\x08", file=stream)
"""


def outlive(sandbox: Sandbox, folder: Path) -> Told:
    """Leave processes running."""
    token = secrets.token_hex(8)
    write(folder, {"main.py": OUTLIVING.format(token=token)})
    command = Command(PYTHON)
    verdict = judge(command, run(sandbox, folder, command)).reason
    left = len(processes_with(token))
    return Told(not left, f"{verdict} {left} of its processes are left.")


def plant(sandbox: Sandbox, folder: Path) -> Told:
    """Leave files for the user's next command, and for the next program."""
    before = traps(write(folder, {"main.py": PLANTING}))
    run(sandbox, folder, Command(PYTHON))
    said = warning("python main.py", planted(before, traps(folder), ("main.py",)))
    (folder / "os.py").unlink(missing_ok=True)
    write(folder, {"main.py": "print('next')"})
    following = run(sandbox, folder, Command(PYTHON))
    ran = following.output != "next\n" or (folder / "PLANTED").exists()
    return Told(not ran and "conftest.py" in said, said)


def obey(sandbox: Sandbox, folder: Path) -> Told:
    """Print what a terminal would obey."""
    write(folder, {"main.py": SEQUENCES})
    output = run(sandbox, folder, Command(PYTHON)).output
    obeyed = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", output)
    return Told(not obeyed, f"It is shown as: {output.splitlines()[0]}")


AFTERMATHS = {
    "leave processes running": ("processes", outlive),
    "plant files for the next command": ("warning", plant),
    "command the terminal": ("output", obey),
}
