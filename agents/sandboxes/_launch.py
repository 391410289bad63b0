"""What every sandbox sets up in the same way: search path, environment variables, limits of the kernel."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from agents.contracts import Command, Limits
from agents.errors import SandboxError

SEARCH_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
BLOCK = 512  # the unit of `ulimit -f` in a POSIX shell
# Threads and libraries reserve far more address space than they use; what is used is watched.
ADDRESS_SPACE = 2
# The kernel holds a little more than is allowed, so that the watch can see that there were too many.
PROCESSES_MORE = 8
QUIET = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "PYTHONNOUSERSITE": "1",
    "LANG": "C.UTF-8",
    "LOGNAME": "user",
    "USER": "user",
    # Programs with a window run without a screen.
    "QT_QPA_PLATFORM": "offscreen",
    "SDL_VIDEODRIVER": "dummy",
    "SDL_AUDIODRIVER": "dummy",
    "MPLBACKEND": "Agg",
}
NETWORK = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def environment_variables(command: Command, python: Path, home: Path) -> dict[str, str]:
    """The whole environment of a program; nothing of Troupe's own but what the platform cannot do without."""
    kept = [name for name in ("SYSTEMROOT", "PATHEXT", "COMSPEC") if name in os.environ]
    if command.network:
        kept += [name for name in NETWORK if name in os.environ]
    folders = (str(python.parent), *(SEARCH_PATH if os.name == "posix" else [os.environ.get("PATH", "")]))
    scratch = {"HOME": str(home), "TMPDIR": str(home), "TEMP": str(home), "TMP": str(home)}
    return {
        **{name: os.environ[name] for name in kept},
        **QUIET,
        "PATH": os.pathsep.join(folders),
        **scratch,
        **command.env,
    }


def resolved(command: Command, python: Path) -> tuple[str, ...]:
    """The command with its program found: `python` is `python`, anything else is looked for.

    A program inside the project (`./run.sh`) is left as it is. `SandboxError` when nothing is found.
    """
    if not command.argv:
        raise SandboxError("There is no program to run: the command is empty.")
    name, *arguments = command.argv
    if name in ("python", "python3"):
        return (str(python), *arguments)
    if "/" in name:
        return command.argv
    found = shutil.which(name, path=os.pathsep.join(SEARCH_PATH) if os.name == "posix" else None)
    found = found or shutil.which(name)
    if found is None:
        raise SandboxError(f"The program '{name}' is not installed.", f"Install '{name}' and try again.")
    return (found, *arguments)


def limited(argv: Sequence[str], limits: Limits, *, processes: bool, first: str = "") -> tuple[str, ...]:
    """`argv` behind a shell that sets the kernel's limits and then becomes the program.

    A shell starts in a millisecond, exists on every POSIX system, and needs no code of ours to run between
    fork and exec. A limit that is already stricter stays. `processes` limits these as well: only where the
    kernel counts those of the sandbox alone. `first` is shell code that is run before.
    """
    values: Mapping[str, int] = {
        "-c": 0,
        "-n": limits.open_files,
        "-f": limits.file_size // BLOCK,
        "-v": ADDRESS_SPACE * limits.memory // 1024,
        "-S -t": limits.cpu_seconds,
        "-H -t": limits.cpu_seconds + 1,
    }
    lines = [f"ulimit {flag} {value} 2>/dev/null" for flag, value in values.items()]
    if processes:  # the flag has two names
        most = limits.processes + PROCESSES_MORE
        lines.append(f"ulimit -u {most} 2>/dev/null || ulimit -p {most} 2>/dev/null")
    script = "\n".join([*filter(None, [first]), *lines, 'exec "$@"'])
    return ("/bin/sh", "-c", script, "program", *argv)


def kernel_limits(limits: Limits, *, processes: bool) -> Iterator[tuple[int, int, int]]:
    """The same limits for who sets them without a shell: which, the soft one, the hard one. Linux alone."""
    import resource  # noqa: PLC0415 - not everywhere

    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_AS, ADDRESS_SPACE * limits.memory),
    ):
        yield which, most, most
    if processes:
        yield resource.RLIMIT_NPROC, limits.processes + PROCESSES_MORE, limits.processes + PROCESSES_MORE
    yield resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1
