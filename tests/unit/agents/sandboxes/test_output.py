from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from agents.sandboxes._escapes import tamed
from agents.sandboxes._output import Transcript


async def followed(cap: int, *chunks: bytes) -> tuple[Transcript, list[str]]:
    pieces: list[str] = []
    transcript = Transcript(cap, lambda text, _error: pieces.append(text))
    stream = asyncio.StreamReader()
    for chunk in chunks:
        stream.feed_data(chunk)
    stream.feed_eof()
    await transcript.follow(stream, False)
    transcript.close()
    return transcript, pieces


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_what_is_shown_is_what_is_kept(text: str, cap: int) -> None:
    content = text.encode()
    transcript, pieces = asyncio.run(
        followed(cap, content[: len(content) // 2], content[len(content) // 2 :])
    )
    assert "".join(pieces) == transcript.output
    assert transcript.output.startswith(tamed(content[:cap].decode(errors="replace")))
    left_out = max(0, len(content) - cap)
    assert (f"[{left_out:,} more bytes" in transcript.output) or not left_out


def test_many_times_the_cap_is_endless() -> None:
    transcript, _ = asyncio.run(followed(10, b"x" * 160))
    assert not transcript.endless
    transcript, _ = asyncio.run(followed(10, b"x" * 161))
    assert transcript.endless
