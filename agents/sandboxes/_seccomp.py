"""A seccomp filter: the system calls that no generated program needs, refused by the kernel itself.

Namespaces hide what a program may not reach; this takes away the tools for breaking out of them, and with
them most of the kernel's surface that such breaks have used. It is a classic BPF program as the kernel wants
it (`struct sock_filter`), assembled here for x86-64 and AArch64 without a library. What it refuses follows
the lists of Docker and systemd-nspawn; the choice is [ours].

Refused with EPERM, so that a program can say so: looking into other processes, mounting, keys of the kernel,
BPF, tracing, loading of modules and kernels, file handles, entering or making namespaces, time and names of
the machine, files that run as their owner (setuid), typing into a terminal (TIOCSTI, TIOCLINUX). Sockets are
of the local, IPv4 and IPv6 families only. `clone3`, `openat2` and io_uring hide their arguments from a
filter, so they are said not to exist (ENOSYS), and every library then takes the older call. A call of another
architecture ends the program.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ALLOW, ERROR = 0x80000000, 0x7FFF0000, 0x00050000
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16  # offsets in `struct seccomp_data`
X32 = 0x40000000  # the bit of x86-64's calls with short pointers

NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET
NEW_TIME = 0x80  # only for `unshare`: in `clone` it is a part of a signal's number
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
AS_OWNER = 0o4000  # S_ISUID
CREATING = 0o100 | 0o20000000  # O_CREAT, __O_TMPFILE

# name → its number on x86-64 and on AArch64; None where the architecture has no such call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "create_module": (174, None),
    "query_module": (178, None), "get_kernel_syms": (177, None),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "setns": (308, 268),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
    "uselib": (134, None), "_sysctl": (156, None), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "lookup_dcookie": (212, 18), "nfsservctl": (180, 42), "vhangup": (153, 58), "syslog": (103, 116),
    "fanotify_init": (300, 262),
}  # fmt: skip
ABSENT: dict[str, tuple[int | None, int | None]] = {
    "clone3": (435, 435), "openat2": (437, 437),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip
# Calls that are judged by their arguments.
JUDGED: dict[str, tuple[int | None, int | None]] = {
    "clone": (56, 220), "unshare": (272, 97), "socket": (41, 198), "socketpair": (53, 199), "ioctl": (16, 29),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "creat": (85, None), "mknod": (133, None), "mknodat": (259, 33), "open": (2, None), "openat": (257, 56),
}  # fmt: skip

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


@dataclass(frozen=True, slots=True)
class Architecture:
    """`audit` is the kernel's name of it (AUDIT_ARCH_…), `column` its place in the tables above."""

    audit: int
    column: int


ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, 0),
    "aarch64": Architecture(0xC00000B7, 1),
}


def seccomp_filter(machine: str = "") -> bytes:
    """The filter for `machine` (this one), ready for the kernel; empty where there is none for it."""
    architecture = ARCHITECTURES.get(machine or platform.machine())
    return _assembled(architecture) if architecture else b""


@cache
def _assembled(architecture: Architecture) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _program(architecture))


def _program(architecture: Architecture) -> list[Instruction]:
    program = [
        _load(ARCHITECTURE_AT),
        (EQUAL, 1, 0, architecture.audit),
        _return(KILL),
        _load(NUMBER_AT),
    ]
    if architecture.column == 0:
        program += [(AT_LEAST, 0, 1, X32), _return(_error(errno.ENOSYS))]
    for name, checks in _JUDGEMENTS.items():
        number = JUDGED[name][architecture.column]
        if number is not None:
            body = list(checks)
            program += [(EQUAL, 0, len(body) + 1, number), *body, _return(ALLOW)]
    program += _listed(REFUSED, architecture, errno.EPERM)
    program += _listed(ABSENT, architecture, errno.ENOSYS)
    return [*program, _return(ALLOW)]


def _listed(
    calls: dict[str, tuple[int | None, int | None]], architecture: Architecture, code: int
) -> Iterator[Instruction]:
    """Answer each of `calls` with the error `code`."""
    numbers = [row[architecture.column] for row in calls.values()]
    known = [number for number in numbers if number is not None]
    for left, number in zip(reversed(range(len(known))), known, strict=True):
        # To the error, behind the others; the last jumps over it when it is none of them.
        yield (EQUAL, left, 0 if left else 1, number)
    yield _return(_error(code))


def _load(offset: int) -> Instruction:
    return (LOAD, 0, 0, offset)


def _argument(index: int) -> Instruction:
    """The lower half of an argument: the kernel takes these as 32 bits as well."""
    return _load(ARGUMENTS_AT + 8 * index)


def _return(value: int) -> Instruction:
    return (RETURN, 0, 0, value)


def _error(code: int) -> int:
    return ERROR | code


def _with_bits(index: int, mask: int) -> list[Instruction]:
    """Refuse a call whose argument has a bit of `mask`; go on otherwise."""
    return [_argument(index), (ANY_BIT, 0, 1, mask), _return(_error(errno.EPERM))]


def _creating(flags: int, mode: int) -> list[Instruction]:
    """Refuse to open a file that is made by it and would run as its owner."""
    return [_argument(flags), (ANY_BIT, 0, 3, CREATING), *_with_bits(mode, AS_OWNER)]


def _among(index: int, values: Iterable[int]) -> list[Instruction]:
    """Refuse a call whose argument is one of `values`."""
    found = [step for value in values for step in ((EQUAL, 0, 1, value), _return(_error(errno.EPERM)))]
    return [_argument(index), *found]


def _only_among(index: int, values: Iterable[int], code: int) -> list[Instruction]:
    """Answer with the error `code` unless the argument is one of `values`."""
    found = [step for value in values for step in ((EQUAL, 0, 1, value), _return(ALLOW))]
    return [_argument(index), *found, _return(_error(code))]


_JUDGEMENTS: dict[str, list[Instruction]] = {
    "clone": _with_bits(0, NEW_NAMESPACES),
    "unshare": _with_bits(0, NEW_NAMESPACES | NEW_TIME),
    "socket": _only_among(0, FAMILIES, errno.EAFNOSUPPORT),
    "socketpair": _only_among(0, FAMILIES, errno.EAFNOSUPPORT),
    "ioctl": _among(1, TERMINAL),
    "chmod": _with_bits(1, AS_OWNER),
    "fchmod": _with_bits(1, AS_OWNER),
    "fchmodat": _with_bits(2, AS_OWNER),
    "fchmodat2": _with_bits(2, AS_OWNER),
    "creat": _with_bits(1, AS_OWNER),
    "mknod": _with_bits(1, AS_OWNER),
    "mknodat": _with_bits(2, AS_OWNER),
    "open": _creating(1, 2),
    "openat": _creating(2, 3),
}
