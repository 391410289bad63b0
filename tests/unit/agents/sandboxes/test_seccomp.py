"""The filter is run by a BPF machine of the tests' own, and its numbers are held to the kernel's headers."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from agents.sandboxes._seccomp import (
    ABSENT,
    ALLOW,
    ARCHITECTURES,
    ERROR,
    JUDGED,
    KILL,
    REFUSED,
    seccomp_filter,
)
from tests.support.bpf import verdict

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),  # AArch64 has the generic numbers
}
EVERY = {**REFUSED, **ABSENT, **JUDGED}
REFUSAL, ABSENCE = ERROR | errno.EPERM, ERROR | errno.ENOSYS


def answer(machine: str, name: str, *arguments: int) -> int:
    architecture = ARCHITECTURES[machine]
    number = EVERY[name][architecture.column]
    assert number is not None
    return verdict(seccomp_filter(machine), number, arguments, architecture.audit)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_what_is_on_the_list_is_refused(machine: str) -> None:
    column = ARCHITECTURES[machine].column
    for name in (name for name, row in REFUSED.items() if row[column] is not None):
        assert answer(machine, name) == REFUSAL, name
    for name in ABSENT:
        assert answer(machine, name) == ABSENCE, name


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_every_other_call_is_allowed(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    listed = {row[architecture.column] for row in EVERY.values()}
    for number in set(range(500)) - listed:
        assert verdict(seccomp_filter(machine), number, (2**64 - 1,) * 6, architecture.audit) == ALLOW


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("clone", (0x11,), ALLOW),  # a fork
        ("clone", (0x3D0F00,), ALLOW),  # a thread
        ("clone", (0x10000011,), REFUSAL),  # a user namespace
        ("clone", (0x20011,), REFUSAL),  # a mount namespace
        ("unshare", (0x400,), ALLOW),  # file descriptors
        ("unshare", (0x40000000,), REFUSAL),  # a network namespace
        ("unshare", (0x80,), REFUSAL),  # a time namespace
        ("socket", (1, 1), ALLOW),
        ("socket", (2, 1), ALLOW),
        ("socket", (10, 2), ALLOW),
        ("socket", (16, 3), ERROR | errno.EAFNOSUPPORT),  # netlink
        ("socket", (17, 3), ERROR | errno.EAFNOSUPPORT),  # packets
        ("socket", (40, 1), ERROR | errno.EAFNOSUPPORT),  # the host of a virtual machine
        ("socketpair", (1, 1), ALLOW),  # asyncio needs it
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), REFUSAL),
        ("ioctl", (0, 0x1_0000_5412), REFUSAL),  # the kernel looks at 32 bits only
        ("ioctl", (0, 0x541C), REFUSAL),
        ("fchmodat", (0, 0, 0o755), ALLOW),
        ("fchmodat", (0, 0, 0o4755), REFUSAL),
        ("fchmod", (0, 0o4755), REFUSAL),
        ("openat", (0, 0, 0, 0o4755), ALLOW),  # opens what is there: the mode is not looked at
        ("openat", (0, 0, 0o100, 0o644), ALLOW),
        ("openat", (0, 0, 0o100, 0o4755), REFUSAL),
        ("mknodat", (0, 0, 0o104755), REFUSAL),
    ],
)
def test_some_calls_are_judged_by_their_arguments(
    machine: str, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    assert answer(machine, name, *arguments) == expected


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_a_call_of_another_architecture_ends_the_program(machine: str) -> None:
    assert verdict(seccomp_filter(machine), 0, (), 0x40000003) == KILL  # 32-bit x86


def test_calls_with_short_pointers_do_not_exist() -> None:
    audit = ARCHITECTURES["x86_64"].audit
    assert verdict(seccomp_filter("x86_64"), 0x40000000 + 101, (), audit) == ABSENCE


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"needs {header}: apt install linux-libc-dev")
    found = dict(re.findall(r"define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    column = ARCHITECTURES[machine].column
    for name, row in EVERY.items():
        if name in found:
            assert row[column] == int(found[name]), name
    missing = {name for name, row in EVERY.items() if row[column] is not None} - set(found)
    assert missing <= {"quotactl_fd", "fchmodat2", "process_madvise"}  # newer than some headers


def test_elsewhere_there_is_no_filter() -> None:
    assert seccomp_filter("riscv64") == b""
    assert 0 < len(seccomp_filter("x86_64")) < 4096 * 8  # the kernel's bound
