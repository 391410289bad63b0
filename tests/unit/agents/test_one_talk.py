"""A team's one talk: every member is spoken to by name, and told only what nobody was told yet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.context import show
from agents.known import KNOWN_CODE
from agents.memory import Memory
from agents.one_talk import ANSWER, OneTalk
from agents.prompts import Code, Prompt

SYSTEM = "You are Software Team. "
PROGRAMMER = "You are Programmer. You write programs."
REVIEWER = "You are Code Reviewer. You read them."
FILES = {"main.py": "print('hello')\n"}


def pair() -> tuple[Memory, Memory]:
    talk = OneTalk()
    return talk.member("m", "Programmer", PROGRAMMER), talk.member("m", "Code Reviewer", REVIEWER)


def code(files: dict[str, str]) -> Code:
    return show(files, 10_000).code


def about(files: dict[str, str], words: str) -> Prompt:
    shown = code(files)
    return Prompt(f"{shown}\n\n{words}", words, code=shown)


def test_each_message_says_who_is_spoken_to_and_all_stand_in_one_talk() -> None:
    programmer, reviewer = pair()
    programmer.take_in(Prompt("Write it.", "Write it."), whole=True)
    programmer.answer("Written.")
    reviewer.take_in(Prompt("Read it.", "Read it."), whole=True)
    reviewer.answer("Read.")
    programmer.take_in(Prompt("Mend it.", "Mend it."), whole=True)
    programmer.remember("Now.")
    system, *said = (message.content for message in programmer.messages)
    assert system.startswith(SYSTEM)
    assert said == [
        f"{PROGRAMMER}\n\nWrite it.",
        "Written.",
        f"{REVIEWER}\n\nRead it.",
        "Read.",
        "You are Programmer again.\n\nMend it.\n\nNow.",
    ]
    assert reviewer.messages == programmer.messages


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.booleans(), st.lists(st.text(min_size=1), min_size=1, max_size=3))
    )
)
def test_a_talk_that_goes_on_begins_as_it_was_sent_before(turns: list[tuple[int, bool, list[str]]]) -> None:
    members, names = pair(), ("Programmer", "Code Reviewer")
    before, speaker = members[0].messages, None
    for who, anew, heard in turns:
        member = members[who]
        if anew:
            member.forget()
        first, *more = heard
        member.take_in(Prompt(first, first), whole=anew)
        for text in more:
            member.remember(text)
        sent = member.messages
        assert sent[: len(before)] == before
        assert sent[-1].content.startswith(f"You are {names[who]}") == (who != speaker)
        assert sent[-1].content.endswith(heard[-1])
        member.answer("Done.")
        before, speaker = member.messages, who


def test_what_one_member_wrote_the_others_know() -> None:
    programmer, reviewer = pair()
    programmer.take_in(Prompt("Write it.", "Write it."), whole=True)
    programmer.answer(f"main.py\n```python\n{FILES['main.py']}```")
    programmer.known.wrote(FILES, programmer.latest, {})
    reviewer.take_in(about(FILES, "Read it."), whole=True)
    assert reviewer.latest == f"{REVIEWER}\n\n{KNOWN_CODE}\n\nRead it."


def test_a_talk_that_is_cleared_is_told_whole_to_whom_it_speaks_next() -> None:
    programmer, reviewer = pair()
    programmer.take_in(about(FILES, "Write it."), whole=True)
    programmer.answer("Written.")
    reviewer.clear()
    reviewer.take_in(about(FILES, "Read it."), whole=True)
    assert len(reviewer.messages) == 2
    assert reviewer.latest.startswith(f"{REVIEWER}\n\n")
    assert FILES["main.py"] in reviewer.latest
    programmer.answer("Read.")
    programmer.take_in(Prompt("Mend it.", "Mend it."))
    assert programmer.latest.startswith(PROGRAMMER)


def test_a_prompt_that_needs_no_talk_before_it_can_begin_the_talk() -> None:
    programmer, reviewer = pair()
    programmer.take_in(about(FILES, "Write it."), whole=True)
    programmer.answer("Written.")
    reviewer.forget()
    reviewer.take_in(about(FILES, "Read it."))
    reviewer.remember("Be quick.")
    assert reviewer.begin_with_prompt()
    (told,) = (message.content for message in programmer.messages[1:])
    assert told.startswith(REVIEWER)
    assert FILES["main.py"] in told
    assert told.endswith("Read it.\n\nBe quick.")
    assert not reviewer.begin_with_prompt()


def test_a_talk_begins_with_the_prompt_of_whom_it_was_said_to() -> None:
    programmer, reviewer = pair()
    programmer.take_in(Prompt("Wait.", "Wait."), whole=True)
    programmer.answer("I wait.")
    programmer.take_in(about(FILES, "Write it."), whole=True)
    programmer.answer("Which one?")
    reviewer.remember("The Programmer asks: which one?")
    assert reviewer.begin_with_prompt()
    first, _, last = (message.content for message in programmer.messages[1:])
    assert first.startswith(PROGRAMMER)
    assert last.startswith(REVIEWER)
    reviewer.answer("Both.")
    programmer.remember("Both.")
    assert programmer.latest == f"{PROGRAMMER}\n\n{ANSWER}"


def test_words_that_lean_on_the_talk_do_not_begin_it() -> None:
    programmer, reviewer = pair()
    programmer.take_in(Prompt("Write it.", "Write it."), whole=True)
    programmer.answer("Written.")
    reviewer.forget()
    reviewer.remember("Go on.")
    reviewer.take_in(Prompt("And now?", "And now?"))
    assert not reviewer.begin_with_prompt()


def test_what_a_colleague_said_last_is_not_repeated() -> None:
    programmer, reviewer = pair()
    reviewer.remember("What do you think?")
    reviewer.answer("It is good.")
    programmer.remember("It is good.")
    assert programmer.latest == f"{PROGRAMMER}\n\n{ANSWER}"


def test_who_speaks_after_a_summary_is_told_again_who_they_are() -> None:
    programmer, reviewer = pair()
    for number in range(3):
        for member in (programmer, reviewer):
            member.take_in(Prompt(f"Do {number}.", f"Do {number}."))
            member.answer("Done.")
    reviewer.sum_up(2, "All went well.")
    programmer.take_in(Prompt("Go on.", "Go on."))
    assert programmer.latest.startswith(PROGRAMMER)
    assert programmer.summary == "All went well."


def test_models_have_talks_of_their_own() -> None:
    talk = OneTalk()
    programmer, reviewer = talk.member("m", "Programmer", PROGRAMMER), talk.member("n", "Reviewer", REVIEWER)
    programmer.take_in(Prompt("Write it.", "Write it."))
    assert len(reviewer) == 0


def test_a_summary_is_asked_of_the_member_alone() -> None:
    programmer, _ = pair()
    programmer.take_in(Prompt("Write it.", "Write it."))
    assert [message.content for message in programmer.begun_anew().messages] == [PROGRAMMER]
