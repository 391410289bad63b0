"""What this machine has for models: Ollama's program, memory and graphics cards, and the models that fit."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 1024**2
GPU_SECONDS = 5.0
OFFERED = 4
DOWNLOAD_PAGE = "https://ollama.com/download"

_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_UNIFIED_SHARE = 0.7
"""Of the memory that an Apple chip's graphics shares with its processor, what a model may take."""
_PROCESSOR_SHARE = 0.6
"""Of the main memory, what a model may take without pushing everything else out."""
_UNKNOWN_BUDGET = 6e9


# --- Ollama's program ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Installing:
    """How Ollama is installed: a command, the program it is typed into, and the page with other ways."""

    command: str
    shell: str
    page: str = DOWNLOAD_PAGE


def installing(system: str = sys.platform) -> Installing:
    """Ollama's own installation command for a platform, named as in `sys.platform`."""
    if system == "win32":
        return Installing("irm https://ollama.com/install.ps1 | iex", "PowerShell")
    return Installing("curl -fsSL https://ollama.com/install.sh | sh", "a terminal")


def find_ollama(
    environment: Mapping[str, str] | None = None, places: Sequence[Path] | None = None
) -> Path | None:
    """Ollama's program; None when it is not installed.

    `TROUPE_OLLAMA` names it, else it is looked for on the search path and in its usual `places`.
    """
    known = os.environ if environment is None else environment
    if named := known.get("TROUPE_OLLAMA", "").strip():
        return _program(Path(named).expanduser())
    if found := shutil.which("ollama", path=known.get("PATH", os.defpath)):
        return Path(found)
    usual = _usual_places(known) if places is None else places
    return next((place for place in usual if _program(place)), None)


def _program(path: Path) -> Path | None:
    return path if path.is_file() and os.access(path, os.X_OK) else None


def _usual_places(environment: Mapping[str, str]) -> list[Path]:
    if sys.platform == "win32":
        folders = [environment.get("LOCALAPPDATA", ""), environment.get("PROGRAMFILES", "")]
        inside = (Path("Programs", "Ollama", "ollama.exe"), Path("Ollama", "ollama.exe"))
        return [Path(folder) / path for folder in folders if folder for path in inside]
    home = Path(environment.get("HOME", "~")).expanduser()
    if sys.platform == "darwin":
        inside_app = Path("Applications", "Ollama.app", "Contents", "Resources", "ollama")
        return [
            Path("/usr/local/bin/ollama"),
            Path("/opt/homebrew/bin/ollama"),
            Path("/") / inside_app,
            home / inside_app,
        ]
    folders = ["/usr/local/bin", "/usr/bin", "/opt/ollama/bin", "/snap/bin"]
    return [*(Path(folder) / "ollama" for folder in folders), home / ".local" / "bin" / "ollama"]


# --- memory --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card: its memory in bytes."""

    name: str
    memory: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Memory in bytes, 0 where unknown. `unified`: the graphics work in the main memory (Apple's chips)."""

    memory: int
    gpus: tuple[Gpu, ...] = ()
    unified: bool = False

    @property
    def fast_memory(self) -> float:
        """The bytes in which a model runs at the speed of the graphics; 0 without any.

        Ollama spreads a model over several cards.
        """
        cards = sum(gpu.memory for gpu in self.gpus)
        return cards or (self.memory * _UNIFIED_SHARE if self.unified else 0)

    @property
    def slow_memory(self) -> float:
        """The bytes that a model may take on the processor."""
        return self.memory * _PROCESSOR_SHARE if self.memory else _UNKNOWN_BUDGET


def look_at_machine() -> Machine:
    """This machine's memory and its NVIDIA cards; takes up to some seconds, so not for an event loop."""
    unified = sys.platform == "darwin" and platform.machine() == "arm64"
    return Machine(memory_size(), nvidia_cards(), unified)


def memory_size(limit_file: Path = _CGROUP_LIMIT) -> int:
    """The main memory in bytes, or what a container may use of it; 0 where that cannot be found out."""
    total = _windows_memory() if sys.platform == "win32" else _posix_memory()
    try:
        limit = int(limit_file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return total
    return min(total, limit) if total else limit


def _posix_memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


class _MemoryStatus(ctypes.Structure):
    """`MEMORYSTATUSEX` of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("others", ctypes.c_uint64 * 6),
    )


def _windows_memory() -> int:
    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return 0
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    return int(status.total) if windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else 0


def nvidia_cards(environment: Mapping[str, str] | None = None) -> tuple[Gpu, ...]:
    """The NVIDIA graphics cards; none where their driver's `nvidia-smi` is missing, fails or hangs."""
    known = os.environ if environment is None else environment
    program = shutil.which("nvidia-smi", path=known.get("PATH", os.defpath))
    if program is None:
        return ()
    asked = [program, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(
            asked,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=GPU_SECONDS,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return read_cards(done.stdout)


def read_cards(text: str) -> tuple[Gpu, ...]:
    """The cards in what `nvidia-smi` prints: a name and MiB a line. Lines without a size are left out."""
    cards = []
    for line in text.splitlines():
        name, _, size = line.rpartition(",")
        if name.strip() and size.strip().isascii() and size.strip().isdigit():
            cards.append(Gpu(name.strip(), int(size) * MIB))
    return tuple(cards)


# --- models --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of Ollama's library: the bytes of its download, and what it is good for.

    `light`: few of its parameters work for each word, so that it can be borne without graphics memory.
    """

    name: str
    size: int
    purpose: str
    light: bool = True

    @property
    def needed(self) -> float:
        """The bytes of memory that it takes to work: its weights, a context of 16k tokens, buffers."""
        return self.size * 1.2 + 1e9


KNOWN_MODELS = (
    KnownModel("qwen3-coder:30b", 19_000_000_000, "The best for whole programs, and quick for its size"),
    KnownModel("qwen2.5-coder:32b", 20_000_000_000, "Thorough with code, but slow", light=False),
    KnownModel("gpt-oss:20b", 14_000_000_000, "Thinks before it answers; good at plans and at code"),
    KnownModel("qwen2.5-coder:14b", 9_000_000_000, "Good code for programs of several files", light=False),
    KnownModel("qwen2.5-coder:7b", 4_700_000_000, "Good code for small programs"),
    KnownModel("qwen3:8b", 5_200_000_000, "Thinks before it answers; for plans more than for code"),
    KnownModel("qwen2.5-coder:3b", 1_900_000_000, "Simple programs on a small machine"),
    KnownModel("llama3.2:3b", 2_000_000_000, "Talks well, writes simple code"),
    KnownModel("qwen2.5-coder:1.5b", 986_000_000, "The smallest that writes code; for a first try"),
)
"""From the most capable to the least; sizes as Ollama's library gives them for the 4-bit files."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model that fits a machine; `fast` when it fits the graphics memory as a whole."""

    model: KnownModel
    fast: bool


def suggested(machine: Machine | None) -> list[Suggestion]:
    """Up to four models that fit, the best first, each clearly smaller than the one before.

    Where nothing fits, the smallest model alone. None is a machine of which nothing is known.
    """
    offered: list[Suggestion] = []
    for model in KNOWN_MODELS:
        fast = machine is not None and model.needed <= machine.fast_memory
        fits = machine is None or fast or (model.light and model.needed <= machine.slow_memory)
        if fits and (not offered or model.size <= offered[-1].model.size * 0.75):
            offered.append(Suggestion(model, fast))
    # Half in the graphics memory a model is many times slower: one that fits comes first.
    offered.sort(key=lambda suggestion: not suggestion.fast)
    return offered[:OFFERED] or [Suggestion(KNOWN_MODELS[-1], fast=False)]
