"""Starts one program in namespaces of its own: a small bubblewrap that needs nothing but Python and Linux.

`python -I -S launcher.pyc WORDS STATUS RULES`, which are open files: the words that describe what the program
sees (as for bubblewrap, each ended by a zero byte; after `--` the program itself with its arguments), a pipe
on which to tell the number of the first process and the program's exit code, and a seccomp filter (or -1).
It is started like this where it is tried out; for programs `zygote.py` forks it.

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

sys.path.insert(0, os.path.dirname(__file__))  # an isolated interpreter does not look there by itself

from mounts import View, checked, control, libc, syscall

TYPE_CHECKING = False  # `typing` would cost more time than all of the rest
if TYPE_CHECKING:
    from collections.abc import Iterator

    from mounts import Action

NEW_NAMESPACES = 0x10000000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x02000000 | 0x20000
NEW_NETWORK = 0x40000000
CREATE_RULES, ADD_RULE, RESTRICT_SELF = 444, 445, 446

# Landlock's rights: of a file; of a folder; and what a program may do where it may only read.
OF_FILES = 1 | 2 | 4 | 1 << 14 | 1 << 15  # execute, write, read, truncate, ioctl on devices
READING = 1 | 4 | 8
DEVICE_NODES = 1 << 6 | 1 << 11
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # by version; then 16 bits
SCOPES = 3  # abstract sockets and signals of others, since version 6


def die_with_parent() -> None:
    """End when the process that started this one ends (PR_SET_PDEATHSIG, SIGKILL)."""
    control("die with the parent", 1, 9)


class Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class Beneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class Wish:
    """What the words ask for."""

    def __init__(self, text: str) -> None:
        self.environment: dict[str, str] = {}
        self.folder = "/"
        self.limits: list[tuple[int, int, int]] = []
        self.program: list[str] = []
        self.network = False
        self.actions: list[Action] = []
        words = iter(text.split("\0")[:-1])
        for word in words:
            if word == "--":
                self.program = list(words)
            else:
                self._take(word, words)

    def _take(self, word: str, words: Iterator[str]) -> None:
        if word == "--share-net":
            self.network = True
        elif word == "--chdir":
            self.folder = next(words)
        elif word == "--setenv":
            name = next(words)
            self.environment[name] = next(words)
        elif word == "--limit":
            self.limits.append((int(next(words)), int(next(words)), int(next(words))))
        elif word in ("--ro-bind", "--bind", "--symlink"):
            self.actions.append((word, next(words), next(words)))
        elif word in ("--dir", "--proc", "--dev", "--tmpfs", "--remount-ro", "--size"):
            self.actions.append((word, next(words), ""))
        else:
            raise ValueError(f"unknown word {word}")


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


def limit(limits: list[tuple[int, int, int]]) -> None:
    """Limits of the kernel: which, the soft one, the hard one. One that is already stricter stays."""
    for number, soft, hard in limits:
        libc.setrlimit(number, (ctypes.c_uint64 * 2)(soft, hard))


def become(wish: Wish) -> None:
    """Turn into the program, with the signals that a Python at its start had changed."""
    for number in (13, 25):  # SIGPIPE, SIGXFSZ
        _signal.signal(number, _signal.SIG_DFL)
    os.setsid()
    limit(wish.limits)
    try:
        os.execve(wish.program[0], wish.program, wish.environment)
    except OSError:  # a shell knows what a text may be good for, and how to say that something is not
        os.execve("/bin/sh", ["/bin/sh", "-c", 'exec "$@"', "program", *wish.program], wish.environment)


def still_wanted(parent: int) -> None:
    """End if the parent, which holds the other end of a pipe, ended before it was agreed to die with it."""
    try:
        if not os.read(parent, 1):
            os._exit(1)
    except BlockingIOError:
        return


def be_first(wish: Wish, rules: bytes, status: int, parent: int) -> None:
    """The first process: build the view, start the program, collect what ends, and tell how it ended."""
    die_with_parent()
    if os.read(parent, 1) != b".":
        os._exit(1)  # the one above ended before it could be noticed
    os.set_blocking(parent, False)
    still_wanted(parent)
    if not wish.network:
        bring_up_loopback()
    checked("name the machine", libc.sethostname(b"sandbox", 7))
    view = View(wish.actions)
    view.build()
    os.chdir(wish.folder)
    give_up_capabilities()
    control("hide the first process", 4, 0)  # PR_SET_DUMPABLE
    die_with_parent()  # the kernel had forgotten it with the capabilities
    still_wanted(parent)
    reading, failing = os.pipe()
    program = os.fork()
    if not program:
        try:
            restrict_files(view.writable)
            restrict_calls(rules)
            become(wish)
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


def launch(words: int, status: int, rules: int) -> None:
    """Start the program and wait for its end; does not come back."""
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


def tell(problem: Exception) -> None:
    """Say what went wrong, for who started this."""
    os.write(2, f"{problem.args[-1]}\n".encode())


if __name__ == "__main__":
    try:
        die_with_parent()
        launch(*map(int, sys.argv[1:4]))
    except (OSError, ValueError) as problem:
        tell(problem)
        os._exit(1)
