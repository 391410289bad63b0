"""What Troupe is made of, pinned and looked up: `python -m tests.supply_chain pin|audit`.

- `pin` writes the version of everything that Troupe depends on, directly or not, on any platform and any
  supported Python, into `[tool.uv] constraint-dependencies` of pyproject.toml. After a change of the
  dependencies; with `--upgrade` the newest versions that fit.
- `audit` asks the OSV database for known vulnerabilities of exactly these versions, with pip-audit. The exit
  code is 1 when there are some, 2 when the database cannot be reached (which is said: it is no pass).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.uv import ROOT, SECONDS, called, uv

PROJECT = ROOT / "pyproject.toml"
PINS = re.compile(r"constraint-dependencies = \[\n?.*?\]\n", re.DOTALL)
OF_PYTHON = re.compile(r"python_(?:full_)?version [<>=!]+ '[\d.]+'")
UNREACHABLE = ("ConnectionError", "ConnectTimeout", "Max retries", "Name or service", "ProxyError")


def pinned() -> list[str]:
    """Everything at its version, as one requirement each; of markers only Python's version counts."""
    exported = uv(
        *("export", "-q", "--all-groups", "--no-hashes", "--no-emit-project"), "--no-header", "--no-annotate"
    )
    found: list[str] = []
    for line in exported.splitlines():
        requirement, _, marker = (part.strip() for part in line.partition(";"))
        if "==" in requirement:
            asked = OF_PYTHON.search(marker)
            found.append(f"{requirement} ; {asked[0]}" if asked else requirement)
    return sorted(set(found))


def pin(upgrade: bool) -> int:
    """Write the pins."""
    text = PROJECT.read_text("utf-8")
    if upgrade:  # the old pins would hold everything where it is
        PROJECT.write_text(PINS.sub("constraint-dependencies = []\n", text), "utf-8")
    uv("lock", "-q", *(["--upgrade"] if upgrade else []))
    lines = "".join(f'    "{requirement}",\n' for requirement in pinned())
    PROJECT.write_text(PINS.sub(lambda _: f"constraint-dependencies = [\n{lines}]\n", text), "utf-8")
    uv("lock", "-q")
    say(f"{lines.count(chr(10))} pins written to {PROJECT.name}.")
    return 0


def audit() -> int:
    """Ask for known vulnerabilities."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "pinned.txt")
        listed.write_text("\n".join(line for line in pinned()), "utf-8")
        try:
            done = called(
                *("run", "-q", "--group", "supply", "pip-audit", "-r", str(listed), "--no-deps"),
                *("--disable-pip", "-s", "osv", "--progress-spinner", "off"),
            )
        except subprocess.TimeoutExpired:
            return _unknown(f"it did not answer within {SECONDS} s")
    told = f"{done.stdout}{done.stderr}".strip()
    if done.returncode and any(word in told for word in UNREACHABLE):
        return _unknown(told.splitlines()[-1])
    say(told)
    return 1 if done.returncode else 0


def _unknown(why: str) -> int:
    say(f"NOT AUDITED: the vulnerability database cannot be reached from here ({why[:300]}).")
    return 2


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Carry out what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("deed", choices=("pin", "audit"))
    parser.add_argument("--upgrade", action="store_true", help="pin the newest versions that fit")
    chosen = parser.parse_args()
    return pin(chosen.upgrade) if chosen.deed == "pin" else audit()


if __name__ == "__main__":
    sys.exit(main())
