"""Why a program met a wall of the sandbox, in words: for the user, and for the model that repairs it."""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.contracts import PLACES, Command

OWN = "|".join(f"{re.escape(place[1:])}[/']" for place in PLACES)
MEBIBYTE = 1024**2
Said = Callable[[Command], str]

# The last line of an error → what it means in here. The first that fits is taken.
WALLS: tuple[tuple[re.Pattern[str], Said], ...] = (
    (
        re.compile(r"No module named '?(pip|ensurepip)\b"),
        lambda _: "packages are only installed with the user's consent",
    ),
    (
        re.compile(
            r"ConnectionRefusedError|gaierror|Network is unreachable|[Nn]ame resolution|URLError"
            r"|Name or service not known|\bE(?:CONNREFUSED|NETUNREACH|AI_AGAIN)\b"
        ),
        lambda command: "" if command.network else "there is no network here, only the program itself",
    ),
    (
        re.compile(r"Read-only file system|\bEROFS\b"),
        lambda _: "a program may write only in its own folder and in /tmp",
    ),
    (
        re.compile(r"File too large|\bEFBIG\b"),
        lambda command: f"a file may hold at most {command.limits.file_size // MEBIBYTE:,} MiB",
    ),
    (
        re.compile(r"MemoryError|Cannot allocate memory|\bENOMEM\b|out of memory"),
        lambda command: f"a program may use at most {command.limits.memory // MEBIBYTE:,} MiB of memory",
    ),
    (
        re.compile(r"BlockingIOError.*Resource temporarily unavailable|can't start new thread|\bEAGAIN\b"),
        lambda command: f"a program may have at most {command.limits.processes} processes and threads",
    ),
    (
        re.compile(r"Too many open files|\bEMFILE\b"),
        lambda command: f"at most {command.limits.open_files} files may be open at once",
    ),
    (
        re.compile(r"No space left on device|\bENOSPC\b"),
        lambda _: "there is little room in /tmp; a program may write more in its own folder",
    ),
    (
        re.compile(r"Address family not supported|\bEAFNOSUPPORT\b"),
        lambda _: "only local, IPv4 and IPv6 sockets may be made here",
    ),
    (
        re.compile(
            r"Function not implemented|\bENOSYS\b"
            r"|PermissionError: \[Errno 1\]|Operation not permitted|\bEPERM\b"
        ),
        lambda _: "no program may do this here",
    ),
    (
        re.compile(rf"(?:FileNotFoundError|\bENOENT\b).*'(?:/(?!{OWN}|tmp/|usr/)[^']*|\.\./[^']*)'"),
        lambda _: "nothing outside the project can be seen",
    ),
)


def containment(command: Command, error: str) -> str:
    """What `error`, the last line of a program's error output, has to do with the sandbox; empty if nothing.

    In parentheses after a space, so that it can follow the line itself.
    """
    for pattern, said in WALLS:
        if pattern.search(error):
            reason = said(command)
            return f" ({reason})" if reason else ""
    return ""
