"""What a program prints: shown as it comes without escape sequences, kept up to a cap, counted beyond it."""

from __future__ import annotations

import asyncio
import codecs

from agents.contracts import OnOutput
from agents.sandboxes._escapes import Tamer

CHUNK = 65536
ENDLESS = 16  # times the cap: a program that prints more than this is ended


class Transcript:
    """The output of one program on both streams, in the order in which it arrived."""

    def __init__(self, cap: int, on_output: OnOutput) -> None:
        self._cap = cap
        self._on_output = on_output
        self._received = 0
        self._kept = 0
        self._pieces: list[tuple[str, bool]] = []

    @property
    def endless(self) -> bool:
        """The program has printed many times what is kept, and will hardly stop."""
        return self._received > ENDLESS * self._cap

    @property
    def output(self) -> str:
        """Both streams."""
        return "".join(text for text, _ in self._pieces)

    @property
    def errors(self) -> str:
        """Standard error alone."""
        return "".join(text for text, is_error in self._pieces if is_error)

    async def follow(self, stream: asyncio.StreamReader, is_error: bool) -> None:
        """Take everything from `stream` until its end."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        tamer = Tamer()
        while chunk := await stream.read(CHUNK):
            kept = chunk[: self._cap - self._kept]
            self._received += len(chunk)
            self._kept += len(kept)
            self._add(tamer.feed(decoder.decode(kept)), is_error)
        self._add(tamer.feed(decoder.decode(b"", final=True), final=True), is_error)

    def close(self) -> None:
        """Say at the end how much was left out."""
        left_out = self._received - self._kept
        if left_out:
            start = "" if self.output.endswith("\n") else "\n"
            self._add(f"{start}[{left_out:,} more bytes of output were left out]\n", False)

    def _add(self, text: str, is_error: bool) -> None:
        if text:
            self._pieces.append((text, is_error))
            self._on_output(text, is_error)
