"""Starts one program in namespaces of its own: a small bubblewrap that needs nothing but Python and Linux.

`python -I -S launcher.py WORDS STATUS RULES -- PROGRAM ARGUMENT...`, where the first three are open files:
the words that describe what the program sees (as for bubblewrap, each ended by a zero byte), a pipe on which
to tell the number of the first process and the program's exit code, and a seccomp filter (or -1).

Three processes: this one waits and dies with Troupe; the first process of the namespaces builds the view,
dies with this one, and with it the kernel ends everything in there; the third becomes the program. Layers,
in their order: user, PID, network, IPC, host name, control group and mount namespaces; no capabilities and
none to gain; Landlock, so that even a mistake in the mounts opens nothing for writing; the filter.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` would bring `enum`, and cost milliseconds
import ctypes
import os
import sys

TYPE_CHECKING = False  # `typing` would cost more time than all of the rest
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Action: TypeAlias = tuple[str, str, str]

NEW_NAMESPACES = 0x10000000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x02000000 | 0x20000
NEW_NETWORK = 0x40000000
REC, PRIVATE, NOSUID, NODEV, NOEXEC, DETACH = 0x4000, 0x40000, 2, 4, 8, 2
OPEN_TREE, MOVE_MOUNT, SET_ATTRIBUTES = 428, 429, 442
CREATE_RULES, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CLONE_TREE, HERE, EMPTY_PATH, RECURSIVE, CLOEXEC = 1, -100, 0x1000, 0x8000, 0o2000000
READ_ONLY, NO_SETUID, NO_DEVICES = 1, 2, 4  # MOUNT_ATTR_…
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
OLD = "/.old"

# Landlock's rights: of a file; of a folder; and what a program may do where it may only read.
OF_FILES = 1 | 2 | 4 | 1 << 14 | 1 << 15  # execute, write, read, truncate, ioctl on devices
READING = 1 | 4 | 8
DEVICE_NODES = 1 << 6 | 1 << 11
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # by version; then 16 bits
SCOPES = 3  # abstract sockets and signals of others, since version 6

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


def die_with_parent() -> None:
    """End when the process that started this one ends (PR_SET_PDEATHSIG, SIGKILL)."""
    control("die with the parent", 1, 9)


def mount(kind: str, place: str, flags: int, options: str = "") -> None:
    """Mount a new file system of a kind."""
    done = libc.mount(
        kind.encode(), os.fsencode(place), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    checked(f"mount {place}", done)


class Attributes(ctypes.Structure):
    """`struct mount_attr`."""

    _fields_ = (("set", ctypes.c_uint64), ("clear", ctypes.c_uint64), ("rest", ctypes.c_uint64 * 2))


class Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class Beneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


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


class Wish:
    """What the words ask for."""

    def __init__(self, text: str) -> None:
        self.environment: dict[str, str] = {}
        self.folder = "/"
        self.network = False
        self.actions: list[Action] = []
        words = iter(text.split("\0")[:-1])
        for word in words:
            self._take(word, words)

    def _take(self, word: str, words: Iterator[str]) -> None:
        if word == "--share-net":
            self.network = True
        elif word == "--chdir":
            self.folder = next(words)
        elif word == "--setenv":
            name = next(words)
            self.environment[name] = next(words)
        elif word in ("--ro-bind", "--bind", "--symlink"):
            self.actions.append((word, next(words), next(words)))
        elif word in ("--dir", "--proc", "--dev", "--tmpfs", "--remount-ro", "--size"):
            self.actions.append((word, next(words), ""))
        else:
            raise ValueError(f"unknown word {word}")


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


def enter_namespaces(network: bool) -> None:
    """Have namespaces of one's own, in which this user is who it was."""
    user, group = os.geteuid(), os.getegid()
    flags = NEW_NAMESPACES | (0 if network else NEW_NETWORK)
    checked("make namespaces", libc.unshare(flags))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        file = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(file, text.encode())
        os.close(file)


def bring_up_loopback() -> None:
    """Let the program talk to itself: an interface of its own, which leads nowhere else."""
    plug = checked("open a socket", libc.socket(2, 2 | 0o2000000, 0))
    request = b"lo".ljust(16, b"\0") + (0x41).to_bytes(2, sys.byteorder) + bytes(22)
    checked("use the loopback", libc.ioctl(plug, ctypes.c_ulong(0x8914), request))
    os.close(plug)


def give_up_capabilities() -> None:
    """Have no capability, and no way to any."""
    for number in range(64):
        if libc.prctl(24, ctypes.c_ulong(number), 0, 0, 0) < 0:  # PR_CAPBSET_DROP
            break
    control("gain no privileges", 38, 1)  # PR_SET_NO_NEW_PRIVS
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    checked("give up capabilities", libc.capset(header, (ctypes.c_uint32 * 6)()))


def restrict_files(writable: list[str]) -> None:
    """Landlock: read what is there, write only to `writable`. A kernel without it does without."""
    version = libc.syscall(ctypes.c_long(CREATE_RULES), None, ctypes.c_long(0), ctypes.c_long(1))
    if version < 1:
        return
    handled = RIGHTS.get(version, (1 << 16) - 1)
    rules = Ruleset(handled, 0, SCOPES)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = syscall("make rules", CREATE_RULES, ctypes.byref(rules), size, 0)
    for place in ("/", *writable):
        allowed = handled & (READING if place == "/" else ~DEVICE_NODES)
        parent = os.open(place, 0o10000000 | os.O_CLOEXEC)  # O_PATH
        if not os.path.isdir(place):
            allowed &= OF_FILES
        rule = Beneath(allowed, parent)
        syscall(f"allow {place}", ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
        os.close(parent)
    syscall("restrict files", RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def restrict_calls(rules: bytes) -> None:
    """The seccomp filter."""
    if not rules:
        return
    text = ctypes.create_string_buffer(rules, len(rules))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.c_void_p))

    program = Program(len(rules) // 8, ctypes.addressof(text))
    control("filter system calls", 22, 2, ctypes.addressof(program))  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def become(program: list[str], environment: dict[str, str]) -> None:
    """Turn into the program, with the signals that a Python at its start had changed."""
    for number in (13, 25):  # SIGPIPE, SIGXFSZ
        _signal.signal(number, _signal.SIG_DFL)
    os.setsid()
    os.execve(program[0], program, environment)


def be_first(wish: Wish, rules: bytes, status: int, parent: int) -> None:
    """The first process: build the view, start the program, collect what ends, and tell how it ended."""
    die_with_parent()
    if os.read(parent, 1) != b".":
        os._exit(1)  # the one above ended before it could be noticed
    if not wish.network:
        bring_up_loopback()
    checked("name the machine", libc.sethostname(b"sandbox", 7))
    view = View(wish.actions)
    view.build()
    os.chdir(wish.folder)
    give_up_capabilities()
    control("hide the first process", 4, 0)  # PR_SET_DUMPABLE
    die_with_parent()
    reading, failing = os.pipe()
    program = os.fork()
    if not program:
        try:
            restrict_files(view.writable)
            restrict_calls(rules)
            become(sys.argv[5:], wish.environment)
        finally:  # it did not become the program
            os.write(failing, b"!")
    os.close(failing)
    ended = code = 0
    while ended != program:
        ended, code = os.wait()
    if os.read(reading, 1):
        os._exit(1)
    number = os.waitstatus_to_exitcode(code)
    os.write(status, b'{"exit-code": %d}\n' % (number if number >= 0 else 128 - number))
    os._exit(0)


def content(descriptor: int) -> bytes:
    """Everything in a file."""
    if descriptor < 0:
        return b""
    text = b""
    while piece := os.read(descriptor, 65536):
        text += piece
    os.close(descriptor)
    return text


def main() -> None:
    """Start the program and wait for its end."""
    words, status, rules = map(int, sys.argv[1:4])
    die_with_parent()
    os.set_inheritable(status, False)
    wish = Wish(os.fsdecode(content(words)))
    filter_ = content(rules)
    enter_namespaces(wish.network)
    reading, writing = os.pipe()
    first = os.fork()
    if not first:
        os.close(writing)
        be_first(wish, filter_, status, reading)
    os.write(status, b'{"child-pid": %d}\n' % first)
    os.write(writing, b".")
    os.waitpid(first, 0)
    os._exit(0)  # tidying up would cost milliseconds


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as problem:
        os.write(2, f"{problem.args[-1]}\n".encode())
        os._exit(1)
