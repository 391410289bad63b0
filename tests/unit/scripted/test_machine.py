"""The simulated machine reckons as a person would with paper and pencil."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.replies import read_files
from tests.benchmarks.machine.exchanges import Exchange
from tests.benchmarks.machine.forms import as_asked, blocks, files_in
from tests.benchmarks.machine.reckoning import Hardware, reckon
from tests.benchmarks.machine.table import HEAD, compared, expensive, figures, line
from tests.support.ollama.scripted import ChatCall, Scripted
from tests.support.team import rendered

HARDWARE = Hardware(reads=400, writes=35, loads=12)


def asked(
    prompt: str, reply: str, began: float, ended: float, model: str = "a", context: int = 1, host: int = 0
) -> Exchange:
    return Exchange(model, context, prompt, reply, began, ended, host=host)


def test_one_call_loads_reads_and_writes() -> None:
    told = reckon([asked("x" * 1600, "y" * 1400, 0, 0.1)], HARDWARE)
    assert (told.loading, told.reading, told.writing, told.ours) == pytest.approx((12, 1, 10, 0))


def test_a_talk_that_goes_on_reads_only_what_is_new_and_waits_for_us_in_between() -> None:
    first = asked("x" * 1600, "y" * 400, 0, 0.1)
    told = reckon([first, asked("x" * 1600 + "y" * 400 + "z" * 400, "y" * 140, 3.1, 3.2)], HARDWARE)
    assert (told.cached_tokens, told.loads) == (500, {"a": 1})
    assert told.reading == pytest.approx(1.25)
    assert told.ours == pytest.approx(3)


def test_requests_at_once_share_the_rates_where_there_are_slots() -> None:
    pair = [asked("x" * 1600, "y" * 1400, 0, 1), asked("z" * 1600, "y" * 1400, 0, 1)]
    told = reckon(pair, Hardware(slots=4))
    assert told.whole == pytest.approx(12 + 2 + 20)
    assert reckon(pair, Hardware(slots=1)).whole == pytest.approx(12 + 2 + 20)


def test_a_model_that_must_make_room_or_has_other_options_is_loaded_again() -> None:
    calls = [asked("x" * 40, "y", n, n + 0.1, "ab"[n % 2]) for n in range(4)]
    assert reckon(calls, Hardware(models=1)).loads.total() == 4
    assert reckon(calls, Hardware(models=2)).loads == {"a": 1, "b": 1}
    assert reckon([asked("x", "y", 0, 0.1), asked("x", "y", 1, 1.1, context=2)], HARDWARE).loads.total() == 2


def test_in_a_row_ollama_takes_the_first_slot_unless_it_is_told_to_share() -> None:
    def call(role: str, at: int) -> Exchange:
        return asked(f"<system>You are {role}." + role * 400, "done", at, at + 0.1)

    turns = [call("ABAB"[at], at) for at in range(4)]
    apart = reckon(turns, Hardware(slots=4))
    shared = reckon(turns, Hardware(slots=4, multiuser=True))
    assert apart.cached < 0.1
    assert shared.cached > 0.45


@given(st.lists(st.tuples(st.text("ab", min_size=1), st.integers(0, 9), st.booleans()), max_size=8))
def test_every_call_is_answered_and_no_second_is_lost(calls: list[tuple[str, int, bool]]) -> None:
    exchanges = [asked(prompt * 9, "y" * 40, at, at + 0.5, "ab"[swap]) for prompt, at, swap in calls]
    told = reckon(exchanges, Hardware(slots=2))
    assert told.calls == len(calls)
    assert told.written_tokens == 10 * len(calls)
    assert told.cached_tokens <= told.prompt_tokens


def test_hosts_work_side_by_side_each_at_its_own_rates() -> None:
    pair = [asked("x" * 1600, "y" * 1400, 0, 1), asked("z" * 1600, "y" * 1400, 0, 1, host=1)]
    told = reckon(pair, HARDWARE, Hardware(reads=200, writes=17.5, loads=24))
    assert told.whole == pytest.approx(24 + 2 + 20)
    assert told.idle == pytest.approx(told.whole - (12 + 1 + 10))
    assert told.queued == 0


def test_who_waits_for_a_slot_is_in_the_queue() -> None:
    pair = [asked("x" * 1600, "y" * 1400, 0, 1), asked("z" * 1600, "y" * 1400, 0, 1)]
    assert reckon(pair, HARDWARE).queued == pytest.approx(1 + 10)
    assert reckon(pair, Hardware(slots=2)).queued == 0


def test_the_user_takes_their_time_and_a_model_may_load_meanwhile() -> None:
    talk = [
        asked("x" * 400, "y" * 140, 0, 0.1),
        Exchange("", 0, "", "", 0.1, 0.2, takes=90),
        asked("z" * 400, "y" * 140, 0.2, 0.3, "b"),
    ]
    ahead = asked("", "", 0.15, 0.16, "b")
    assert reckon(talk, HARDWARE).answering == 90
    assert reckon(talk, HARDWARE).loading == pytest.approx(24)
    told = reckon([*talk, ahead], HARDWARE)
    assert (told.loading, told.loads) == (pytest.approx(12), {"a": 1, "b": 1})


def test_what_a_role_was_sent_before_is_told_from_what_a_slot_still_has() -> None:
    brief, code = "The task is long enough.\n" * 20, "A line of the program here\n" * 20

    def call(role: str, text: str, at: float) -> Exchange:
        return asked(f"<system>You are {role}.<user>{text}", "done", at, at + 0.1)

    told = reckon(
        [call("Able", brief, 0), call("Baker", brief, 1), call("Able", f"{brief}{code}", 2)], HARDWARE
    )
    last = told.reads[-1]
    assert last.role == "Able"
    assert told.sent_before == pytest.approx(len(brief) / 4, abs=16)
    assert told.found < 0.1
    assert last.again == pytest.approx(len(brief) / 4, abs=16)


def test_a_line_of_the_table_has_110_columns_and_names_the_loads_of_each_model() -> None:
    calls = [asked("x" * 40, "y", n, n + 0.1, f"scripted:{'7b' if n % 2 else '14b'}") for n in range(4)]
    shown = line("4 at once, 4 slots", reckon(calls, HARDWARE))
    assert len(HEAD) == len(shown) <= 110
    assert "14b:2 7b:2" in shown


def test_the_most_expensive_prompts_come_first() -> None:
    told = reckon([asked("x" * 400, "y", 0, 0.1), asked("z" * 1600, "y", 1, 1.1)], HARDWARE)
    first, second = expensive(("a run", read) for read in told.reads)
    assert first.split()[:5] == ["1.0", "s", "400", "of", "400"]
    assert second.split()[2] == "100"


def test_figures_are_compared_with_earlier_ones() -> None:
    before = figures(reckon([asked("x" * 1600, "y" * 1400, 0, 0.1)], HARDWARE))
    after = figures(reckon([asked("x" * 1600, "y" * 700, 0, 0.1)], HARDWARE))
    told = compared({"run | 1 slot": before}, {"run | 1 slot": after, "new | 1 slot": after})
    assert told[0] == "run, 1 slot"
    assert told[3].split()[:4] == ["difference", "-22%", "+0%", "-50%"]
    assert told[4] == "new, 1 slot: there was none before"


LONG = "".join(f"line {number} of a file\n" for number in range(60))


def test_a_team_answers_in_blocks_where_its_prompt_asks_for_them() -> None:
    changed = LONG.replace("line 30 of", "line thirty of")
    team = as_asked(lambda call: Scripted(rendered({"a/b.py": changed, "new.py": "x = 1\n"})))
    shown = rendered({"a/b.py": LONG})
    plain = ChatCall("m", [{"role": "user", "content": shown}])
    asked_for = ChatCall("m", [{"role": "user", "content": f"{shown}\nUse <<<<<<< SEARCH blocks."}])
    assert team(plain).content == rendered({"a/b.py": changed, "new.py": "x = 1\n"})
    assert len(team(asked_for).content) < len(LONG) / 2
    read = read_files(team(asked_for).content, existing={"a/b.py": LONG})
    assert (read.files, read.problems) == ({"a/b.py": changed, "new.py": "x = 1\n"}, [])


@given(
    st.lists(st.sampled_from(["a = 1", "b = 2", "", "    return c", "d"]), min_size=1, max_size=30),
    st.integers(0, 29),
    st.sampled_from(["new = 3", ""]),
)
def test_blocks_say_the_change_that_they_stand_for(lines: list[str], at: int, new: str) -> None:
    before = "\n".join([*lines, "end"]) + "\n"
    after = "\n".join([*lines[: at % len(lines)], new, *lines[at % len(lines) + 1 :], "end"]) + "\n"
    read = read_files(blocks("a.py", before, after), existing={"a.py": before})
    assert read.files.get("a.py", before) == after


def test_the_files_of_a_prompt_are_found() -> None:
    assert files_in(f"Task.\n\n{rendered({'a.py': 'x = 1'})}\n\nDo it.") == {"a.py": "x = 1\n"}


TIMES = st.integers(0, 40).map(lambda tenths: tenths / 10)
REQUESTS = st.lists(
    st.tuples(TIMES, st.integers(1, 900), st.integers(1, 400), st.sampled_from("ab"), st.integers(0, 1)),
    max_size=8,
)


@given(REQUESTS, st.integers(1, 4), st.integers(1, 2), st.booleans())
def test_no_time_is_negative_and_none_is_lost(
    requests: list[tuple[float, int, int, str, int]], slots: int, models: int, multiuser: bool
) -> None:
    exchanges = [
        asked(f"{number}{'x' * read}", "y" * write, at, at + 0.3, model, host=host)
        for number, (at, read, write, model, host) in enumerate(requests)
    ]
    machine = Hardware(slots=slots, models=models, multiuser=multiuser)
    told = reckon(exchanges, machine, machine)
    parts = (told.reading, told.writing, told.loading, told.answering, told.ours, told.queued, told.idle)
    assert min(parts) >= 0
    assert told.found_tokens <= min(told.sent_before, told.cached_tokens)
    assert told.sent_before <= told.prompt_tokens
    assert told.idle <= 2 * told.whole + 1e-6
    if models == 2:
        assert all(count <= 2 for count in told.loads.values())  # once on each of both hosts


@given(st.lists(st.tuples(TIMES, st.integers(1, 900), st.integers(1, 400)), max_size=6), st.integers(2, 4))
def test_more_slots_never_make_independent_requests_slower(
    requests: list[tuple[float, int, int]], slots: int
) -> None:
    exchanges = [
        asked(f"{number}{'x' * read}", "y" * write, at, 99, context=1)
        for number, (at, read, write) in enumerate(requests)
    ]
    assert reckon(exchanges, Hardware(slots=slots)).whole <= reckon(exchanges, HARDWARE).whole + 1e-6
