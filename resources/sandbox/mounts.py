"""What a program sees: a root of its own, put together from copies of what is mounted here.

A part of the launcher, see `launcher.py`.
"""

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False  # `typing` would cost more time than all of the rest
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Action: TypeAlias = tuple[str, str, str]

REC, PRIVATE, NOSUID, NODEV, NOEXEC, DETACH = 0x4000, 0x40000, 2, 4, 8, 2
OPEN_TREE, MOVE_MOUNT, SET_ATTRIBUTES = 428, 429, 442
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CLONE_TREE, HERE, EMPTY_PATH, RECURSIVE, CLOEXEC = 1, -100, 0x1000, 0x8000, 0o2000000
READ_ONLY, NO_SETUID, NO_DEVICES = 1, 2, 4  # MOUNT_ATTR_…
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
OLD = "/.old"

libc = ctypes.CDLL(None, use_errno=True)


def checked(what: str, result: int) -> int:
    """The result of a call, or the error that it met, with `what` it was for."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def syscall(what: str, number: int, *arguments: Any) -> int:
    """A system call for which the C library may have no function."""
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    return checked(what, libc.syscall(ctypes.c_long(number), *words))


def control(what: str, *arguments: int) -> int:
    """`prctl`."""
    words = [ctypes.c_ulong(word) for word in (*arguments, 0, 0, 0, 0)[1:5]]
    return checked(what, libc.prctl(arguments[0], *words))


def mount(kind: str, place: str, flags: int, options: str = "") -> None:
    """Mount a new file system of a kind."""
    done = libc.mount(
        kind.encode(), os.fsencode(place), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    checked(f"mount {place}", done)


class Attributes(ctypes.Structure):
    """`struct mount_attr`."""

    _fields_ = (("set", ctypes.c_uint64), ("clear", ctypes.c_uint64), ("rest", ctypes.c_uint64 * 2))


def set_attributes(what: str, folder: int, path: bytes, flags: int, attributes: int) -> None:
    """Make a mount read-only and the like."""
    wanted = Attributes(attributes)
    syscall(what, SET_ATTRIBUTES, folder, path, flags, ctypes.byref(wanted), ctypes.sizeof(wanted))


def tree(path: str, writable: bool, devices: bool = False) -> int:
    """A copy of what is mounted at `path` and below, ready to be put somewhere else."""
    found = syscall(f"open {path}", OPEN_TREE, HERE, os.fsencode(path), CLONE_TREE | CLOEXEC | RECURSIVE)
    attributes = NO_SETUID | (0 if devices else NO_DEVICES) | (0 if writable else READ_ONLY)
    set_attributes(f"protect {path}", found, b"", EMPTY_PATH | RECURSIVE, attributes)
    return found


def put(found: int, place: str) -> None:
    """Mount a tree at `place`."""
    syscall(f"show {place}", MOVE_MOUNT, found, b"", HERE, os.fsencode(place), 4)  # MOVE_MOUNT_F_EMPTY_PATH
    os.close(found)


def place_for(path: str, is_folder: bool) -> None:
    """Make an empty folder or file to mount something on, when there is none."""
    if not os.path.lexists(path):
        os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
        if not is_folder:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))


class View:
    """Builds what the program sees."""

    def __init__(self, actions: list[Action]) -> None:
        self._actions = actions
        self._trees: dict[Action, tuple[int, bool]] = {}
        self._devices: dict[str, int] = {}
        self._size = ""
        self.writable = ["/dev"]

    def build(self) -> None:
        """Take copies of what is wanted, make an empty root, and put them there; then let go of the old."""
        for action in self._actions:
            word, source, _ = action
            if word in ("--ro-bind", "--bind"):
                self._trees[action] = (tree(source, word == "--bind"), os.path.isdir(source))
        for name in DEVICES:
            self._devices[name] = tree(f"/dev/{name}", True, devices=True)
        checked("separate the mounts", libc.mount(b"none", b"/", None, ctypes.c_ulong(REC | PRIVATE), None))
        mount("tmpfs", "/tmp", NOSUID | NODEV, "mode=0755")
        os.mkdir("/tmp" + OLD)
        syscall("change the root", PIVOT_ROOT[os.uname().machine], b"/tmp", os.fsencode("/tmp" + OLD))
        os.chdir("/")
        last = [action for action in self._actions if action[0] == "--remount-ro"]
        for action in self._actions:
            if action not in last:
                self._do(*action)
        checked("leave the old root", libc.umount2(OLD.encode(), DETACH))
        os.rmdir(OLD)
        for _, place, _ in last:
            set_attributes(f"protect {place}", HERE, os.fsencode(place), 0, READ_ONLY)

    def _do(self, word: str, first: str, second: str) -> None:
        if word in ("--ro-bind", "--bind"):
            found, is_folder = self._trees.pop((word, first, second), (-1, False))
            if found < 0:
                return  # said twice
            place_for(second, is_folder)
            put(found, second)
            if word == "--bind":
                self.writable.append(second)
        elif word == "--symlink":
            os.symlink(first, second)
        elif word == "--size":
            self._size = f",size={first}"
        else:
            os.makedirs(first, exist_ok=True)
            getattr(self, word[2:])(first)

    def dir(self, place: str) -> None:
        """An empty folder, which is there by now."""

    def proc(self, place: str) -> None:
        """A `/proc` of the program's own processes."""
        mount("proc", place, NOSUID | NODEV | NOEXEC)

    def dev(self, place: str) -> None:
        """A `/dev` with what every program may use."""
        mount("tmpfs", place, NOSUID | NOEXEC, "mode=0755")
        for name, found in self._devices.items():
            path = os.path.join(place, name)
            place_for(path, False)
            put(found, path)
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            os.symlink(f"/proc/self/fd/{number}", os.path.join(place, name))
        os.symlink("/proc/self/fd", os.path.join(place, "fd"))
        os.mkdir(os.path.join(place, "pts"))
        os.mkdir(os.path.join(place, "shm"))
        mount("devpts", os.path.join(place, "pts"), NOSUID | NOEXEC, "newinstance,ptmxmode=0666,mode=620")
        os.symlink("pts/ptmx", os.path.join(place, "ptmx"))

    def tmpfs(self, place: str) -> None:
        """Scratch space in memory, as large as was said before."""
        mount("tmpfs", place, NOSUID | NODEV, "mode=1777" + self._size)
        self._size = ""
        self.writable.append(place)
