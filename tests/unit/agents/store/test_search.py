from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.store.search import query
from agents.store.store import Store
from tests.unit.agents.store.helpers import message, new_run, notice


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with some messages, read by all tests of this module."""
    store = Store.open(tmp_path_factory.mktemp("search") / "troupe.db")
    run = new_run(store)

    async def session() -> None:
        log = store.log(run)
        log.emit(message("A Calculator with buttons and a *display*.", "ceo", 1))
        log.emit(notice("calculator, but no message"))
        log.emit(message('The reviewer\'s remark: `a+b` AND (c OR d) NEAR "quotes"', "cto", 1))
        log.emit(message("Ein Würfelspiel für die Küche", "ceo", 2))
        log.emit(message("nul \x00 inside, and \\u0000 spelled", "ceo", 3))
        for number in range(60):
            log.emit(message(f"the same again {number}", "programmer", number))
        await log.close()

    asyncio.run(session())
    return store


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("calculator", [1]),
        ("CALCULATOR display", [1]),
        ("calc", [1]),
        ("calculator wur", []),
        ("wurfelspiel", [4]),
        ("wür", [4]),
        ('"quotes"', [3]),
        ("a+b", [3]),
        ("reviewer's", [3]),
        ("NEAR", [3]),
        ("c OR d", [3]),
        ("buttons OR remark", []),
        ("text : calculator", []),
        ("inside spelled", [5]),
        ("display*", [1]),
        ("nothing", []),
        ("", []),
        (" ", []),
        ('"', []),
        ("* ^ - ( )", []),
        ("\x00", []),
        ("calculator\x00display", [1]),
    ],
)
def test_what_is_typed_is_looked_for_word_by_word(filled: Store, words: str, found: list[int]) -> None:
    assert [hit.seq for hit in filled.search(words)] == found


def test_a_hit_says_where_and_shows_the_words(filled: Store) -> None:
    (hit,) = filled.search("buttons")
    assert (hit.run, hit.seq, hit.speaker) == (1, 1, "ceo")
    assert hit.snippet == "A Calculator with ‹buttons› and a *display*."


def test_the_newest_come_first_up_to_the_limit(filled: Store) -> None:
    assert [hit.seq for hit in filled.search("same again", limit=3)] == [65, 64, 63]
    assert len(filled.search("same")) == 50


@settings(deadline=None)
@given(words=st.text(), unfinished=st.booleans())
def test_any_text_is_safe(words: str, unfinished: bool, filled: Store) -> None:
    filled.search(words)
    assert "\x00" not in query(words, unfinished=unfinished)


def test_messages_of_discarded_steps_are_not_found(tmp_path: Path) -> None:
    from tests.unit.agents.store.helpers import step

    with closing(Store.open(tmp_path / "troupe.db")) as store:
        run = new_run(store)

        async def session() -> None:
            log = store.log(run)
            await log.record(step("a"), [(message("apple"), "m a")])
            await log.record(step("b"), [(message("banana"), "m b")])
            await log.discard_from("b")
            await log.record(step("b"), [(message("cherry"), "m b")])
            await log.close()

        asyncio.run(session())
        assert [len(store.search(word)) for word in ("apple", "banana", "cherry")] == [1, 0, 1]


def test_hidden_runs_are_not_searched(tmp_path: Path) -> None:
    async def session() -> None:
        log = store.log(run)
        log.emit(message("A calculator"))
        await log.close()

    with closing(Store.open(tmp_path / "troupe.db")) as store:
        run = new_run(store)
        asyncio.run(session())
        store.hide_run(run)
        assert store.search("calculator") == []
        store.show_run(run)
        assert [hit.run for hit in store.search("calculator")] == [run]
