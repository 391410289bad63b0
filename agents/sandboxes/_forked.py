"""A program that a zygote has started, as asyncio shows one that it starts itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from agents.sandboxes._zygote import Zygote


class Forked:
    """A launcher with its program's standard streams; like `asyncio.subprocess.Process`.

    `returncode` is 0 once it has ended: what the program's own is, the launcher tells on its status pipe.
    """

    def __init__(self, pid: int, stdin: asyncio.StreamWriter, *streams: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout, self.stderr = streams
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    def watch(self, zygote: Zygote) -> None:
        """Notice the end, and let the number go then."""
        loop = asyncio.get_running_loop()
        try:
            process = os.pidfd_open(self.pid)
        except ProcessLookupError:  # the zygote has ended, and its launchers with it
            self._over()
            return

        def over() -> None:
            loop.remove_reader(process)
            os.close(process)
            zygote.release(self.pid)
            self._over()

        loop.add_reader(process, over)

    def _over(self) -> None:
        self.returncode = 0
        self._ended.set()

    async def wait(self) -> int:
        """Wait for the end."""
        await self._ended.wait()
        return self.returncode or 0

    async def communicate(self) -> tuple[bytes, bytes]:
        """Read both streams to their end, and wait for that of the program."""
        output, errors, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return output, errors


async def forked(zygote: Zygote, files: tuple[int, int, int]) -> Forked:
    """A new launcher with `files`: words, status pipe, filter. `SandboxError` when there is none."""
    with _pipe() as stdin, _pipe() as stdout, _pipe() as stderr:
        pid = zygote.fork((*files, stdin.reading, stdout.writing, stderr.writing))
        writer = await _writer(stdin.kept(stdin.writing))
        streams = [await _reader(pipe.kept(pipe.reading)) for pipe in (stdout, stderr)]
    process = Forked(pid, writer, *streams)
    process.watch(zygote)
    return process


class _Pipe:
    """Both ends; `kept` are those that are not closed here."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        self._kept: set[int] = set()

    def kept(self, end: int) -> int:
        self._kept.add(end)
        return end

    def close(self) -> None:
        for end in {self.reading, self.writing} - self._kept:
            os.close(end)


@contextmanager
def _pipe() -> Iterator[_Pipe]:
    pipe = _Pipe()
    try:
        yield pipe
    finally:
        pipe.close()


async def _reader(end: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    file = os.fdopen(end, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    return reader


async def _writer(end: int) -> asyncio.StreamWriter:
    loop, file = asyncio.get_running_loop(), os.fdopen(end, "wb", buffering=0)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), file
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)
