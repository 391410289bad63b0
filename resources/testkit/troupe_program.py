"""A process of the program that is tried out: it loads the program and calls it when its judge asks.

It is forked from a process that knows the program's text and nothing of the cases, so that whatever the
program reads of its own memory, there is no expected value in it. See `troupe_trials`. This file is copied
into the test kit and imports nothing of Troupe.
"""

from __future__ import annotations

import ast
import ctypes
import io
import json
import linecache
import os
import sys
import types
from collections.abc import Iterator
from typing import Any, NoReturn

from troupe_judging import MODULE, carry_out, told_of
from troupe_values import Elsewhere, packed, unpacked

PRINTED = 2000
MEMORY = 1024**3
DUMPABLE = 4
PIECE = 1 << 16


def _control() -> Any:
    """Linux's `prctl`, found before anything is forked; None elsewhere."""
    try:
        return ctypes.CDLL(None).prctl
    except (AttributeError, OSError, TypeError):
        return None


CONTROL = _control()


class _Printed(io.TextIOBase):
    """Standard output: the first characters are kept, the rest counts for nothing."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        if len(self.text) < PRINTED:
            self.text += text[: PRINTED - len(self.text)]
        return len(text)


def serve(connection: int, known: tuple[str, str] | None = None) -> NoReturn:
    """Load the program when asked to, and call it; never returns.

    `connection` is an open socket; each request and each answer is a line of JSON, an answer with what was
    printed so far. `known` is the program's text and the name of the function; when None both come first, as
    a line of their own.
    """
    try:
        printed = _enclose(connection)
        lines = _lines(connection)
        code, entry = known or json.loads(next(lines))
        module = types.ModuleType(MODULE)
        for line in lines:
            kind, *request = json.loads(line)
            answer = _answer(module, (code, entry), kind, request)
            if printed.text:
                answer["printed"] = printed.text
            _say(connection, answer)
    finally:
        os._exit(0)


# Open files are read and written as they are: each page of memory that a new process touches is copied first,
# and streams would touch more of them than all of the rest.


def _lines(source: int) -> Iterator[bytes]:
    parts: list[bytes] = []
    while piece := os.read(source, PIECE):
        first, *others = piece.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts)
            parts = [other]


def _say(to: int, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(to, data) :]


def _enclose(keep: int) -> _Printed:
    """Let go of everything but the connection; what is printed is kept."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.closerange(3, keep)
    os.closerange(keep + 1, 1024)
    try:
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass
    if CONTROL is not None:
        CONTROL(DUMPABLE, 1, 0, 0, 0)
    printed = _Printed()
    sys.stdin, sys.stdout = io.StringIO(), printed
    return printed


def _answer(
    module: types.ModuleType, program: tuple[str, str], kind: str, request: list[Any]
) -> dict[str, Any]:
    code, entry = program
    try:
        match kind, request:
            case "load", []:
                _load(module, code)
                if not callable(getattr(module, entry, None)):
                    return {"raised": _missing(entry)}
                return {}
            case "call", [name, arguments, named]:
                given = unpacked(arguments)
                value = getattr(module, name)(*given, **unpacked(named))
                return {"value": packed(value), "arguments": packed(given)}
            case "judge", [source, observe]:
                result = carry_out(ast.parse(source), vars(module), observe)
                return {"value": json.dumps(result)}
            case _:
                return {}
    except Elsewhere:
        return {"elsewhere": True}
    except BaseException as error:  # noqa: BLE001 - the program may raise anything
        return {"raised": told_of(error)}


def _load(module: types.ModuleType, code: str) -> None:
    linecache.cache[f"{MODULE}.py"] = (len(code), None, code.splitlines(True), f"{MODULE}.py")
    sys.modules[MODULE] = module
    exec(compile(code, f"{MODULE}.py", "exec"), vars(module))


def _missing(entry: str) -> dict[str, Any]:
    return {"type": "NameError", "text": f"There is no function {entry}.", "line": "", "bases": []}
