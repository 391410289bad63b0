"""`python -m tests.packaging`: packs Troupe and uses the program as on a machine without its Python.

Not part of the tests, since it takes a minute. It needs PyInstaller:
`python3 -m uv run --group package python -m tests.packaging`. Exit code 0, or 1 with a sentence.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from agents.models.demo import demo_plan
from agents.registry import workflows
from app.display import display_missing

ROOT = Path(__file__).parents[1]
UNWANTED = re.compile(r"tkinter|(^|/|lib)tcl8|(^|/|lib)tk8|Qt6?(Qml|Quick|WebEngine)", re.IGNORECASE)
SEARCH_PATH = "/usr/bin:/bin"
MINUTES = 60.0
START_SECONDS = 3.0
STARTS = 5


class Failed(Exception):
    """A sentence that says what is wrong with the packed program."""


@dataclass(frozen=True)
class Packed:
    """The packed program, with an empty home and next to nothing in its environment."""

    program: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": SEARCH_PATH, "HOME": str(self.home), "LANG": "C.UTF-8", "TROUPE_DEMO_SPEED": "0"}

    def __call__(self, *arguments: str) -> str:
        """What the program prints for `arguments`; `Failed` when its exit code is not 0."""
        return _output([str(self.program), *arguments], self.home, self.environment)

    @property
    def files(self) -> list[Path]:
        return [path for path in self.program.parent.rglob("*") if path.is_file()]


def _output(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=10 * MINUTES,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"`{' '.join(command)}` did not end.") from None
    if done.returncode:
        told = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise Failed(f"`{' '.join(command)}` ended with exit code {done.returncode}:\n{told}")
    return done.stdout


def build(folder: Path) -> Path:
    """Pack Troupe below `folder`; the packed program."""
    if find_spec("PyInstaller") is None:
        raise Failed(
            "PyInstaller is not installed. Run: python3 -m uv run --group package python -m tests.packaging"
        )
    places = ["--distpath", str(folder / "dist"), "--workpath", str(folder / "build")]
    _output([sys.executable, "-m", "PyInstaller", "--noconfirm", *places, "build.spec"], ROOT)
    return folder / "dist" / "troupe" / ("troupe.exe" if os.name == "nt" else "troupe")


def check_workflows(packed: Packed) -> str:
    """Every workflow that is registered here is listed there."""
    lines = [line for line in packed("workflows").splitlines() if line and not line[0].isspace()]
    listed = {line.split()[0] for line in lines if not line.endswith(":")}  # without the headings
    if listed != set(workflows()):
        raise Failed(f"It lists the workflows {sorted(listed)} instead of {sorted(workflows())}.")
    return f"lists {len(listed)} workflows"


def check_contents(packed: Packed) -> str:
    """All resources are in it, and nothing that Troupe does not use."""
    from PyInstaller.archive.readers import CArchiveReader

    inside = packed.program.parent / "_internal" / "resources"
    wanted = [path.relative_to(ROOT / "resources") for path in _resources()]
    if lost := [str(path) for path in wanted if not (inside / path).is_file()]:
        raise Failed(f"These resources are not in it: {', '.join(lost)}.")
    modules = CArchiveReader(str(packed.program)).open_embedded_archive("PYZ.pyz").toc
    names = [*modules, *(path.relative_to(packed.program.parent).as_posix() for path in packed.files)]
    if found := [name for name in names if UNWANTED.search(name)]:
        raise Failed(f"It should not contain {', '.join(found[:5])}.")
    size = sum(path.stat().st_size for path in packed.files if not path.is_symlink())
    return f"{size / 1e6:.0f} MB, {len(modules)} modules, {len(wanted)} resources"


def _resources() -> Iterator[Path]:
    """The files that are read at run time; modules of Troupe's own are none, the test kit's is one."""
    for path in (ROOT / "resources").rglob("*"):
        own_module = path.suffix == ".py" and path.parent.name != "testkit"
        if path.is_file() and path.parent.name != "__pycache__" and not own_module:
            yield path


def check_demo(packed: Packed) -> str:
    """The demo's team builds its project, tests it with pytest, and the result works."""
    out = packed.home / "built"
    told = packed("demo", "--headless", "--answers", "auto", "--out", str(out))
    if "$ python -m troupe_tests" not in told:
        raise Failed(f"The demo ran no tests:\n{told}")
    if not list(packed.home.rglob("testkit-*/_pytest/__init__.py")):
        raise Failed("The demo's tests ran without pytest.")
    shares = _output(["python3", "main.py", "10.00", "Ann", "Bob", "Cem"], out, packed.environment)
    if sum(float(line.split()[-1]) for line in shares.splitlines()) != 10:
        raise Failed(f"The demo's program printed:\n{shares}")
    return f"the demo's program was built and works: {' '.join(shares.split())}"


def check_window(packed: Packed) -> str:
    """The window opens without a screen, begins the demo and stays open."""
    offscreen = {**packed.environment, "QT_QPA_PLATFORM": "offscreen"}
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if missing := display_missing():
        return f"the window was not tried: {missing}"
    errors = packed.home / "window.log"
    with errors.open("w") as log:
        window = subprocess.Popen([str(packed.program), "demo"], env=offscreen, cwd=packed.home, stderr=log)
        try:
            begun = any(_runs(packed) > 1 for _ in _waiting(window))
        finally:
            window.kill()
            window.wait()
    told = errors.read_text()
    if not begun or "Traceback" in told:
        raise Failed(f"The window did not begin the demo:\n{told}")
    return "the window opens and begins the demo"


def _runs(packed: Packed) -> int:
    return sum(demo_plan().title() in line for line in packed("runs").splitlines())


def _waiting(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Once a second as long as the process lives, for a minute."""
    for _ in range(60):
        time.sleep(1)
        if process.poll() is not None:
            return
        yield


def check_start(packed: Packed) -> str:
    """`--help` is quick."""
    times = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        packed("--help")
        times.append(time.perf_counter() - begun)
    middle = sorted(times)[STARTS // 2]
    if middle > START_SECONDS:
        raise Failed(f"`troupe --help` takes {middle:.2f} s; at most {START_SECONDS} s are allowed.")
    return f"`troupe --help` takes {1000 * middle:.0f} ms"


CHECKS = (check_workflows, check_contents, check_start, check_demo, check_window)


def main() -> int:
    """Build, check, and say what was found; the exit code."""
    with tempfile.TemporaryDirectory(prefix="troupe-packing-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        try:
            packed = Packed(build(folder), home)
            for check in CHECKS:
                sys.stdout.write(f"ok  {check(packed)}\n")
                sys.stdout.flush()
        except Failed as failure:
            sys.stderr.write(f"The packed program is not right. {failure}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
