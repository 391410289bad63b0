from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.known import KNOWN
from agents.memory import Memory
from agents.prompts import Prompt, Prompts


def talked(exchanges: int, size: int = 100) -> Memory:
    memory = Memory("You are Programmer.")
    memory.take_in(Prompt("Write it.", "Write it."))
    for number in range(exchanges):
        memory.answer(f"answer {number} ".ljust(size, "a"))
        memory.remember(f"and {number} ".ljust(size, "b"))
    return memory


def test_what_is_heard_without_an_answer_in_between_is_one_message() -> None:
    memory = talked(0)
    memory.remember("In Python.")
    assert [message.role for message in memory.messages] == ["system", "user"]
    assert memory.latest == "Write it.\n\nIn Python."


def test_only_the_last_answer_of_several_attempts_is_kept() -> None:
    memory = talked(0)
    memory.mark()
    for text in ("bad", "good"):
        memory.answer(text)
        memory.remember("again")
    memory.settle("good")
    assert [message.content for message in memory.messages[1:]] == ["Write it.", "good"]


def test_a_summary_takes_the_place_of_the_oldest_exchanges() -> None:
    memory = talked(6)
    oldest = memory.oldest(memory.characters // 2)
    memory.sum_up(len(oldest), "We tried a and b.")
    assert memory.messages[1].content.startswith("Write it.")
    assert memory.messages[1].content.endswith("We tried a and b.")
    assert memory.summary == "We tried a and b."
    assert memory.latest.startswith("and 5")


def test_a_second_summary_takes_the_place_of_the_first() -> None:
    memory = talked(6)
    memory.sum_up(2, "first")
    memory.sum_up(2, "second")
    assert memory.summary == "second"
    assert "first" not in memory.messages[1].content


def test_a_summary_that_failed_does_not_lose_the_one_before() -> None:
    memory = talked(6)
    memory.sum_up(2, "first")
    memory.sum_up(2, "")
    assert memory.summary == "first"


@given(st.integers(0, 12), st.integers(0, 4000), st.booleans())
def test_roles_alternate_and_opening_and_latest_exchange_stay(
    exchanges: int, most: int, answered: bool
) -> None:
    memory = talked(exchanges)
    if answered:
        memory.answer("done")
    latest = memory.latest
    oldest = memory.oldest(most)
    memory.sum_up(len(oldest), "in short")
    roles = [message.role for message in memory.messages]
    assert roles == ["system", *(["user", "assistant"] * len(roles))[: len(roles) - 1]]
    assert memory.messages[1].content.startswith("Write it.")
    assert memory.latest.startswith(latest)


@given(st.integers(0, 8), st.integers(0, 8))
def test_a_mark_holds_when_the_talk_is_summed_up_behind_it(exchanges: int, count: int) -> None:
    memory = talked(exchanges)
    memory.mark()
    memory.answer("attempt")
    memory.remember("again")
    cut = min(2 * count, 2 * exchanges)
    memory.sum_up(cut, "in short")
    memory.settle("good")
    assert memory.messages[-1].content == "good"
    assert memory.messages[-2].role == "user"
    assert "attempt" not in [message.content for message in memory.messages]


def going_on() -> Memory:
    """A talk that goes on with a second prompt about the same long brief, and an attempt at it."""
    prompts = Prompts.of("chatdev")
    memory = Memory("You are Programmer.")
    for name in ("coding", "coding_questions"):
        memory.take_in(prompts.prompt(name, brief="A ledger for a club. " * 20, files="Write."), whole=True)
        memory.answer(f"{name} done")
    memory.remember("Your reply was cut off.")
    return memory


def test_a_talk_that_is_too_long_begins_with_the_latest_prompt_which_is_told_whole_then() -> None:
    memory = going_on()
    assert KNOWN in memory.messages[3].content
    assert memory.begin_with_prompt()
    first, answer, last = (message.content for message in memory.messages[1:])
    assert first.startswith("A ledger for a club.")
    assert "Before you write" in first
    assert (answer, last) == ("coding_questions done", "Your reply was cut off.")
    assert not memory.begin_with_prompt()


def test_what_was_asked_with_the_latest_prompt_stays_with_it() -> None:
    memory = going_on()
    memory.take_in(Prompts.of("chatdev").prompt("coding_questions", brief="A ledger. " * 20), whole=True)
    memory.remember("Reply with JSON.")
    memory.mark()
    memory.begin_with_prompt()
    assert memory.latest.endswith("Reply with JSON.")
    memory.settle("{}")
    assert [message.role for message in memory.messages] == ["system", "user", "assistant"]


def test_a_prompt_that_leans_on_the_talk_keeps_it() -> None:
    memory = going_on()
    memory.take_in(Prompt("Once more.", "Once more."))
    assert not memory.begin_with_prompt()


def test_what_the_user_said_to_an_attempt_outlasts_it() -> None:
    memory = talked(0)
    memory.mark()
    memory.remark("In Python.")
    memory.answer("bad")
    memory.remember("again")
    memory.remark("With tests.")
    memory.settle("good")
    opening, answer = (message.content for message in memory.messages[1:])
    assert opening.count("The user says: In Python.") == opening.count("The user says: With tests.") == 1
    assert answer == "good"
