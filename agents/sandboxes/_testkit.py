"""The test kit: a folder with pytest, what pytest needs, and our runners; nothing else of Troupe's packages.

It is made once from Troupe's own environment and kept in the cache, and programs see it only while tests are
run. A packed Troupe brings these packages as source files (`build.spec`). Where one of them is missing, the
kit is the runners alone; the one of tests then uses unittest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from agents.errors import SandboxError
from agents.sandboxes._interpreter import MAKING, base_interpreter, cache_folder
from agents.sandboxes._report import test_variables

PACKAGES = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py")
RUNNER = "troupe_tests"
TRIAL = "def test_trial():\n    assert [1] == [2]\n"
TRIAL_SECONDS = 120.0


def test_kit(folder: Path | None = None) -> Path:
    """The test kit below `folder` (the cache), made when it is not there. Takes seconds the first time."""
    runners = _runners()
    found = _package_folders()
    content = [sys.version, *runners.values(), *(f"{path} {path.stat().st_mtime_ns}" for path in found)]
    key = hashlib.sha256("\n".join(content).encode()).hexdigest()[:12]
    kit = (folder or cache_folder()) / f"testkit-{key}"
    with MAKING:
        if not kit.exists():
            _make(kit, runners, found)
    return kit


def _runners() -> dict[str, str]:
    """Our own files of the kit, the runners of all languages: their names and texts."""
    folder = resources.files("resources").joinpath("testkit")
    found = [file for file in folder.iterdir() if file.name.endswith((".py", ".mjs"))]
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)}


def _package_folders() -> list[Path]:
    """Where the packages are as files or folders; empty when one of them is packed away."""
    folders: list[Path] = []
    for name in PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None or not Path(spec.origin).is_file():
            return []
        folders.append(Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin))
    return folders


def _make(kit: Path, runners: dict[str, str], packages: list[Path]) -> None:
    """Make the kit beside its place, compile what a test run imports by running one, and move it there."""
    try:
        kit.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kit.parent, prefix="making-") as making:
            made = Path(making) / "kit"
            made.mkdir()
            for package in packages:
                _copy(package, made / package.name)
            for name, text in runners.items():
                (made / name).write_text(text, encoding="utf-8")
            _compile(made)
            _try_out(made, Path(making))
            made.rename(kit)
    except OSError as error:
        if not kit.exists():  # otherwise another Troupe was faster
            raise SandboxError(
                f"The folder {kit} for running tests could not be made: {error.strerror or error}.",
                "Free some space or set TROUPE_HOME to a folder that can be written.",
            ) from error


def _copy(package: Path, to: Path) -> None:
    if package.is_dir():
        shutil.copytree(package, to, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(package, to)


def _compiling(kit: Path, report: Path) -> dict[str, str]:
    """The variables for the trial, without any that would keep Python from compiling the kit."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**own, **test_variables(kit, report), "PYTHONNOUSERSITE": "1"}


def _compile(kit: Path) -> None:
    """Compile our own modules; those that a test run imports are compiled by the trial."""
    subprocess.run(
        [str(base_interpreter().executable), "-I", "-m", "compileall", "-q", "-l", str(kit)],
        capture_output=True,
        timeout=TRIAL_SECONDS,
        check=False,
    )


def _try_out(kit: Path, folder: Path) -> None:
    project = folder / "project"
    project.mkdir()
    (project / "test_trial.py").write_text(TRIAL, encoding="utf-8")
    report = folder / "report"
    done = subprocess.run(
        [str(base_interpreter().executable), "-m", RUNNER],
        cwd=project,
        env=_compiling(kit, report),
        capture_output=True,
        text=True,
        timeout=TRIAL_SECONDS,
        check=False,
    )
    if done.returncode != 1 or "failed" not in report.read_text(encoding="utf-8"):
        raise SandboxError(
            "The test kit does not work with this machine's Python.",
            "Reinstall Troupe.",
            done.stdout + done.stderr,
        )
