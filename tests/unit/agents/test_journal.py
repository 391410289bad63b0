"""Steps are performed once, recorded, and returned in every replay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agents.contracts import Json
from agents.events import NoticeGiven, RunRewound
from agents.journal import Journal, Performed, fingerprint
from agents.store.store import Store
from tests.support.carrying_out import Recorder


class Counted:
    """Something that costs: it counts how often it was performed."""

    def __init__(self) -> None:
        self.performed: list[str] = []

    def __call__(self, name: str) -> Callable[[], Awaitable[Performed]]:
        async def perform() -> Performed:
            self.performed.append(name)
            return Performed({"name": name}, [(NoticeGiven(text=name), f"notice:{name}")])

        return perform


async def nothing() -> None:
    """Never pauses."""


def in_run(home: Path, work: Callable[[Journal, Recorder], Awaitable[None]]) -> Recorder:
    """Open the one run in `home` (made at first) and let `work` use its journal."""
    recorder = Recorder()

    async def opened() -> None:
        store = Store.open(home / "troupe.db")
        try:
            if not store.runs():
                project = store.create_project("Project", str(home))
                store.create_run(project, idea="i", workflow="chatdev", model="m", settings="{}")
            with store.lease(1):
                log = store.log(1)
                log.subscribe(recorder)
                await work(Journal(log, nothing), recorder)
                await log.close()
        finally:
            store.close()

    asyncio.run(opened())
    return recorder


def test_a_finished_step_is_never_performed_again(tmp_path: Path) -> None:
    costly = Counted()

    async def work(journal: Journal, _: Recorder) -> None:
        for name in ("a", "b"):
            result = await journal.step(name, "value", {"ask": name}, costly(name))
            assert result == {"name": name}

    in_run(tmp_path, work)
    again = in_run(tmp_path, work)
    assert costly.performed == ["a", "b"]
    assert again.seen == []


def test_a_changed_input_discards_the_step_and_all_after_it(tmp_path: Path) -> None:
    costly = Counted()

    async def first(journal: Journal, _: Recorder) -> None:
        for name in ("a", "b", "c"):
            await journal.step(name, "value", {"ask": name}, costly(name))

    async def changed(journal: Journal, _: Recorder) -> None:
        for name, ask in (("a", "a"), ("b", "other"), ("c", "c")):
            await journal.step(name, "value", {"ask": ask}, costly(name))

    in_run(tmp_path, first)
    recorder = in_run(tmp_path, changed)
    assert costly.performed == ["a", "b", "c", "b", "c"]
    assert [event.to_seq for event in recorder.of(RunRewound)] == [1]


def test_what_stands_aside_is_recorded_but_no_part_of_the_identity(tmp_path: Path) -> None:
    costly = Counted()

    async def first(journal: Journal, _: Recorder) -> None:
        await journal.step("a", "value", {"ask": 1}, costly("a"), aside={"remarks": ["hello"]})

    async def again(journal: Journal, _: Recorder) -> None:
        await journal.step("a", "value", {"ask": 1}, costly("a"))
        assert journal.recorded("a") == {"ask": 1, "remarks": ["hello"]}
        assert journal.recorded("b") is None

    in_run(tmp_path, first)
    in_run(tmp_path, again)
    assert costly.performed == ["a"]


def test_only_what_counts_is_the_identity_of_a_step(tmp_path: Path) -> None:
    costly = Counted()

    def asking(request: Json) -> Json:
        return {"ask": request["ask"]}

    async def first(journal: Journal, _: Recorder) -> None:
        for name in ("a", "b"):  # everything counts as yet
            await journal.step(name, "value", {"ask": name, "most": 1}, costly(name), aside={"remarks": []})

    async def again(journal: Journal, _: Recorder) -> None:
        await journal.step("a", "value", {"ask": "a", "most": 2}, costly("a"), counting=asking)
        await journal.step("b", "value", {"ask": "other", "most": 1}, costly("b"), counting=asking)

    async def once_more(journal: Journal, _: Recorder) -> None:
        await journal.step("b", "value", {"ask": "other", "most": 3}, costly("b"), counting=asking)

    in_run(tmp_path, first)
    in_run(tmp_path, again)
    assert costly.performed == ["a", "b", "b"]
    in_run(tmp_path, once_more)
    assert costly.performed == ["a", "b", "b"]


def test_it_is_live_from_the_first_step_that_is_performed(tmp_path: Path) -> None:
    costly = Counted()

    async def first(journal: Journal, _: Recorder) -> None:
        await journal.step("a", "value", {}, costly("a"))

    async def again(journal: Journal, _: Recorder) -> None:
        await journal.step("a", "value", {}, costly("a"))
        assert not journal.live
        await journal.step("b", "value", {}, costly("b"))
        assert journal.live

    in_run(tmp_path, first)
    in_run(tmp_path, again)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), plain_values))
def test_a_fingerprint_does_not_depend_on_the_order_of_fields(request: Json) -> None:
    turned = dict(reversed(list(request.items())))
    assert fingerprint(turned) == fingerprint(request)


@given(st.dictionaries(st.text(), plain_values), st.text())
def test_a_fingerprint_tells_inputs_apart(request: Json, added: str) -> None:
    changed = request | {f"{added}!": added}
    assert (fingerprint(changed) == fingerprint(request)) == (changed == request)
