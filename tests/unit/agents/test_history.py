"""What a continued run knows of its past, also where a part of that is taken back."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from agents.events import QuestionAnswered, RoleTaken, UserStepped
from agents.history import past_of
from agents.store.store import Store
from agents.studio import _discard_useless
from tests.unit.agents.store.helpers import new_run, notice, step


def test_what_the_user_did_stays_when_useless_replies_are_forgotten(tmp_path: Path) -> None:
    later = QuestionAnswered(question="a?1", answer="", by="later")
    again = QuestionAnswered(question="a?2", answer="", by="later")
    answers = [QuestionAnswered(question=key, answer="Blue.", by="user") for key in ("a?1", "a?2")]
    roles = [RoleTaken(agent="a", taken=True, phase=""), RoleTaken(agent="b", taken=True, phase="")]
    said = UserStepped(remark="user#1", to="everyone", text="Hurry.")

    async def failed() -> None:
        log = store.log(run)
        log.emit(roles[0])
        await log.record(step("a?1"), [(later, "answered:a?1")])
        await log.record(step("a?2"), [(again, "answered:a?2")])
        log.emit(answers[0], "late:a?1")
        log.emit(answers[1], "late:a?2")
        log.emit(roles[1])
        log.emit(said, "user#1")
        log.emit(notice("useless"))
        await log.close()

    async def forgotten() -> None:
        log, past = store.log(run), past_of(store, run)
        past.useless = "a?2"
        await _discard_useless(log, past)
        await log.close()

    with closing(Store.open(tmp_path / "troupe.db")) as store:
        run = new_run(store)
        asyncio.run(failed())
        asyncio.run(forgotten())
        events = [stamped.event for stamped in store.events(run)]
        past = past_of(store, run)
    assert events == [roles[0], later, said, answers[0], roles[1]]
    assert past.late == {"a?1": answers[0]}
    assert list(past.roles.values()) == roles
