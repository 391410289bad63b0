from __future__ import annotations

import pytest

from agents.containment import containment
from agents.contracts import PLACES, Command

COMMAND = Command(("python", "main.py"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("ConnectionRefusedError: [Errno 111] Connection refused", "no network here"),
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution", "no network here"),
        ("OSError: [Errno 30] Read-only file system: '/usr/x'", "only in its own folder"),
        ("OSError: [Errno 27] File too large", "at most 64 MiB"),
        ("MemoryError", "2,048 MiB of memory"),
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", "128 processes"),
        ("RuntimeError: can't start new thread", "128 processes"),
        ("OSError: [Errno 24] Too many open files: 'x'", "256 files"),
        ("PermissionError: [Errno 1] Operation not permitted", "no program may do this"),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/etc/shadow'", "nothing outside"),
        ("FileNotFoundError: [Errno 2] No such file or directory: '../secret'", "nothing outside"),
        ("OSError: [Errno 97] Address family not supported by protocol", "local, IPv4 and IPv6"),
        ("OSError: [Errno 38] Function not implemented", "no program may do this"),
        ("OSError: [Errno 28] No space left on device", "little room in /tmp"),
        ("/usr/bin/python: No module named pip", "the user's consent"),
    ],
)
def test_a_wall_of_the_sandbox_is_explained(error: str, told: str) -> None:
    assert told in containment(COMMAND, error)
    assert containment(COMMAND, error).startswith(" (")


@pytest.mark.parametrize(
    "error",
    [
        "",
        "ValueError: wrong",
        "FileNotFoundError: [Errno 2] No such file or directory: 'data.txt'",
        *(f"FileNotFoundError: [Errno 2] No such file or directory: '{place}/data.txt'" for place in PLACES),
        *(f"FileNotFoundError: [Errno 2] No such file or directory: '{place}'" for place in PLACES),
        "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/x'",
        "ModuleNotFoundError: No module named 'pipes'",
        "AssertionError: EPERMANENT",
    ],
)
def test_a_fault_of_the_programs_own_is_not(error: str) -> None:
    assert containment(COMMAND, error) == ""


def test_where_there_is_network_its_faults_are_the_worlds() -> None:
    assert containment(Command(("python",), network=True), "ConnectionRefusedError: refused") == ""
