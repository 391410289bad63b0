from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from agents.contracts import Answer, Question
from agents.events import NoticeGiven, RunRewound, Stamped
from agents.store.store import Store
from app.session import Session
from app.state.all import RunState
from app.user import WindowUser
from tests.support.past import store_run
from tests.support.qtloop import drive
from tests.support.story import gomoku

ASKED = Question(key="a?1", agent="a", text="?")


def test_after_a_rewind_only_what_remains_is_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def play() -> None:
        store = Store.open(tmp_path / "troupe.db")
        number = await store_run(store, "Gomoku", (stamped.event for stamped in gomoku().events))
        events = list(store.events(number))
        session = Session(store, RunState.replayed(events), number)
        replaced: list[RunState] = []
        session.replaced.connect(lambda: replaced.append(session.state))
        session.receive(Stamped(number, 0, 0.0, RunRewound(to_seq=12)))
        session.receive(Stamped(number, 13, 1.0, NoticeGiven(text="anew")))
        expected = RunState.replayed(events[:12])
        expected.receive(Stamped(number, 13, 1.0, NoticeGiven(text="anew")))
        assert replaced == [session.state]
        assert session.state == expected
        assert session.continuable
        store.close()

    drive(play())


def test_a_question_waits_until_it_is_answered(qapp: QApplication) -> None:
    async def play() -> None:
        user = WindowUser()
        told: list[str] = []
        user.asked.connect(lambda question: told.append(question.key))
        user.settled.connect(told.append)
        task = asyncio.create_task(user.answer(ASKED))
        await asyncio.sleep(0)
        assert user.waiting() == [ASKED]
        assert user.give("a?1", Answer("yes"))
        assert not user.give("a?1", Answer("no")), "it was answered already"
        assert await task == Answer("yes")
        assert told == ["a?1", "a?1"]
        assert user.waiting() == []

    drive(play())


def test_a_stopped_run_takes_its_question_back(qapp: QApplication) -> None:
    async def play() -> None:
        user = WindowUser()
        task = asyncio.create_task(user.answer(ASKED))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert user.waiting() == []
        assert not user.give("a?1", Answer("late"))

    drive(play())
