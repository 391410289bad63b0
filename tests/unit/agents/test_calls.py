"""What waits for a model server, and how it is ended."""

from __future__ import annotations

import asyncio

from agents.calls import Calls, CallStopped


def test_stopping_ends_every_call_that_is_open_and_then_nothing_is_going() -> None:
    async def work() -> None:
        calls = Calls()
        assert not calls.going
        assert not calls.stop()
        three = [
            asyncio.create_task(calls.until_done(asyncio.sleep(60), speaker))
            for speaker in ("programmer", "reviewer", "tester")
        ]
        await asyncio.sleep(0)
        assert calls.going
        assert calls.stop()
        ends = await asyncio.gather(*three, return_exceptions=True)
        assert [type(end) for end in ends] == [CallStopped] * 3
        assert not calls.going

    asyncio.run(work())
