"""How long it takes from the command to the first painted window, beside an empty window of PySide6's.

Run it with `python -m tests.benchmarks.bench_start`; it ends with 1 when a figure is over its limit.
"Cold" means that the system was asked to forget the files that a start reads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from tests.benchmarks.bench_window import report

WARM, COLD = 9, 3
LIMITS = {"warm": 300.0, "cold": 600.0}
WATCH = """
import os, sys
from time import monotonic
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWindow():
            os.write(1, str(monotonic()).encode())
            os._exit(0)
        return False

app = QApplication(["troupe"])
watch = Watch()
app.installEventFilter(watch)
"""
EMPTY = f"{WATCH}\nwindow = QMainWindow()\nwindow.resize(1280, 800)\nwindow.show()\napp.exec()\n"
TROUPE = f"{WATCH}\nfrom app.__main__ import main\nsys.argv = ['troupe']\nmain()\n"
ROOT = Path(__file__).parents[2]


def first_paint(program: str, home: str) -> float:
    """Milliseconds from the start of a Python program to its first painted window."""
    own = ("TROUPE_HOME", "XDG_DATA_HOME")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in own},
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "HOME": home,
        "PYTHONPATH": str(ROOT),
    }
    begun = monotonic()
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=True,
    )
    return (float(told.stdout) - begun) * 1000


def read_files() -> Iterator[Path]:
    """The files that a start may read: Python's, Qt's, Troupe's."""
    for folder in {sysconfig.get_path("stdlib"), sysconfig.get_path("platlib")}:
        yield from Path(folder).rglob("*")
    for name in ("app", "agents", "resources"):
        yield from (ROOT / name).rglob("*")


def forget_files() -> None:
    """Ask the system to drop those files from its memory."""
    for path in read_files():
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def measure(program: str, home: str, cold: bool) -> float:
    """The median of several starts in milliseconds."""
    taken = []
    if not cold:
        first_paint(program, home)
    for _ in range(COLD if cold else WARM):
        if cold:
            forget_files()
        taken.append(first_paint(program, home))
    return sorted(taken)[len(taken) // 2]


def main() -> int:
    """Measure and print."""
    good = True
    with tempfile.TemporaryDirectory() as home:
        for name, limit in LIMITS.items():
            empty = measure(EMPTY, home, name == "cold")
            ours = measure(TROUPE, home, name == "cold")
            good &= report(f"first window, {name}", ours, limit, "ms")
            print(f"     an empty window of PySide6's, {name:36}{empty:9.2f} ms  ({ours / empty:.1f} x)")  # noqa: T201
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
