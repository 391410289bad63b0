"""The clerk of a warm worker: it reads the jobs, and settles those itself that are nothing but data.

It holds cases and secrets, so no process of a program is ever forked from it, and it runs no code but this: a
case is *plain* when it calls the function asked for with literals and compares what it gives with a literal.
Then nothing needs a process of its own but the program, which the worker forks on its order. Any other job,
and one whose program answers at length, it hands over to a trial as `troupe_trials` describes it.

Orders to the worker, each one byte with one open file: `s` fork a process of the program for this connection;
`t` fork a whole trial, which reads its job from here. Without a file: `e` end what was started, `c` clean up.
All but `e` are answered, `s` is waited for only when its process has been asked what it was forked for. Where
no answer comes the clerk ends, and with it the worker.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any, NoReturn

import troupe_judging as judging
import troupe_trials as trials

JOB = b"j"
LENGTH = 12
START, TRIAL, END, CLEAN, DONE = b"s", b"t", b"e", b"c", b"d"
CASE, APART = b"case\n", b"apart\n"  # signs of life: a case begins; a trial does, which has limits of its own
ANSWER_SECONDS = 3.0  # in which the worker forks
LONGEST_CASE = 4000  # characters
DEEPEST = 20
LONGEST_ANSWER = 1 << 16


class NotPlain(Exception):
    """This job is not for the clerk."""


def serve(worker: socket.socket, report: str) -> NoReturn:
    """Serve jobs from standard input until it ends."""
    code, parent = 1, os.getppid()
    try:
        trials._control(trials.DUMPABLE, 0)
        worker.settimeout(ANSWER_SECONDS)
        while os.read(0, 1) == JOB:
            text = _exactly(0, int(_exactly(0, LENGTH))).decode()
            try:
                lines, result = _settled(worker, text)
            except NotPlain:
                lines, result = _handed_over(worker, report, text)
            trials._write(1, f"\n{lines}\ndone {result}\n".encode())
            _order(worker, CLEAN)
        code = 0
    finally:
        if code and os.getppid() == parent:
            os.kill(parent, signal.SIGKILL)  # a program may have stopped it
        os._exit(code)


def _settled(worker: socket.socket, text: str) -> tuple[str, int]:
    """The signed lines of a plain job and its exit code; `NotPlain` for any other."""
    secret, _, written = text.partition("\n")
    job = json.loads(written)
    if not all(
        is_plain(case, job["entry"], place < job["asserts"]) for place, case in enumerate(job["cases"])
    ):
        raise NotPlain
    told = [json.dumps(said) for said in trials.carried_out(job, lambda index: _case(worker, job, index))]
    passed = sum(json.loads(line)["kind"] == "passed" for line in told)
    lines = "\n".join(trials.signed(secret, line) for line in told)
    return lines, 1 if job["asserts"] > passed else 0


def _case(worker: socket.socket, job: dict[str, Any], index: int) -> dict[str, Any]:
    trials._write(1, CASE)
    here, there = socket.socketpair()
    with here:
        try:
            with there:
                _tell(worker, START, there.fileno())
            program = Bounded(here, (job["code"], job["entry"]), time.monotonic() + job["seconds"])
            said: dict[str, Any] = judging.judge(job, index, program)
        except TimeoutError:
            said = trials.timeout(job)
        except (NotPlain, ConnectionResetError):
            raise
        except Exception as error:
            raise NotPlain from error
        finally:
            worker.sendall(END)
            _answered(worker)  # that it was started: else no program is to blame for anything
    return said


def _handed_over(worker: socket.socket, report: str, text: str) -> tuple[str, int]:
    """A whole trial's lines, which it writes into the report, and its exit code."""
    trials._write(1, APART)
    begun = os.stat(report).st_size
    reading, writing = os.pipe()
    socket.send_fds(worker, [TRIAL], [reading])
    os.close(reading)
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "wb") as to:
        to.write(text.encode())
    worker.settimeout(None)  # it takes as long as it takes: its limits are its own
    answer = worker.recv(16)
    worker.settimeout(ANSWER_SECONDS)
    if not answer.startswith(DONE):
        raise ConnectionResetError
    with open(report, encoding="utf-8", errors="replace") as file:
        file.seek(begun)
        return file.read().rstrip(), int(answer[1:])


def _exactly(source: int, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(source, size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _order(worker: socket.socket, order: bytes, *files: int) -> None:
    """Give an order and wait until it was followed; `OSError` when it was not."""
    _tell(worker, order, *files)
    _answered(worker)


def _tell(worker: socket.socket, order: bytes, *files: int) -> None:
    if files:
        socket.send_fds(worker, [order], list(files))
    else:
        worker.sendall(order)


def _answered(worker: socket.socket) -> None:
    try:
        answer = worker.recv(16)
    except TimeoutError as error:  # no case is to blame for that
        raise ConnectionResetError from error
    if not answer.startswith(DONE):
        raise ConnectionResetError


class Bounded(judging.Program):  # type: ignore[misc]  # the kit is no package
    """A process of the program that gets a bounded time for all that it is asked, and a bounded answer.

    What it has to know goes with the first request.
    """

    def __init__(self, connection: socket.socket, known: tuple[str, str], deadline: float) -> None:
        self._connection, self._deadline, self._rest = connection, deadline, b""
        self._unsent = json.dumps(known).encode() + b"\n"

    def _answered(self, request: bytes) -> bytes:
        """See `judging.Program.ask`; `NotPlain` for a long answer."""
        self._send(self._unsent + request)
        self._unsent = b""
        while b"\n" not in self._rest:
            if len(self._rest) > LONGEST_ANSWER:
                raise NotPlain
            self._connection.settimeout(self._left())
            piece = self._connection.recv(LONGEST_ANSWER)
            if not piece:
                raise EOFError
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _send(self, data: bytes) -> None:
        self._connection.settimeout(self._left())
        self._connection.sendall(data)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


# --- what is plain ---------------------------------------------------------------------------------


def is_plain(source: str, entry: str, judged: bool) -> bool:
    """Whether a case is one assertion (observed: one call) of the function, and all else in it literals."""
    if len(source) > LONGEST_CASE:
        return False
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if len(body) != 1:
        return False
    match body[0]:
        case ast.Assert(test=test) if judged:
            return _compares(test, entry)
        case ast.Expr(value=value) if not judged:
            return _calls(value, entry)
        case _:
            return False


def _compares(test: ast.expr, entry: str) -> bool:
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in judging.COMPARISONS:
            return (_calls(left, entry) and _is_literal(right)) or (
                _is_literal(left) and _calls(right, entry)
            )
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _calls(inner, entry)
        case _:
            return _calls(test, entry)


def _calls(node: ast.expr, entry: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=named) if name == entry:
            return all(map(_is_literal, [*arguments, *(one.value for one in named)])) and all(
                one.arg for one in named
            )
        case _:
            return False


def _is_literal(node: ast.expr, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    match node:
        case ast.Constant():
            return node.value is not Ellipsis
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float())):
            return True
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return all(_is_literal(inner, depth + 1) for inner in _parts(node))
        case _:
            return False


def _parts(node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> Iterator[ast.expr]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield key or node  # `**` is no literal, and neither is what is endlessly deep
            yield value
    else:
        yield from node.elts
