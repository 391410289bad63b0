from __future__ import annotations

from agents.events import (
    MessageBegun,
    MessageCut,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    TextStreamed,
)
from app.state.entries import (
    CommandEntry,
    FilesEntry,
    MessageEntry,
    NoticeEntry,
    PhaseEntry,
    QuestionEntry,
    RemarkEntry,
    RunEntry,
    TestsEntry,
)
from app.state.transcript import INTERRUPTED, TranscriptState
from tests.support.story import Story, gomoku


def folded(story: Story) -> TranscriptState:
    state = TranscriptState()
    for stamped in story.events:
        state.receive(stamped)
    return state


def messages(state: TranscriptState) -> list[MessageEntry]:
    return [entry for entry in state.entries if isinstance(entry, MessageEntry)]


def test_everything_that_a_reader_wants_is_there_in_order() -> None:
    state = folded(gomoku())
    kinds = [type(entry) for entry in state.entries]
    assert kinds[:5] == [RunEntry, PhaseEntry, MessageEntry, MessageEntry, QuestionEntry]
    assert {FilesEntry, RemarkEntry, NoticeEntry, CommandEntry, TestsEntry} <= set(kinds)
    times = [entry.at for entry in state.entries]
    assert times == sorted(times)


def test_phases_are_found_and_nested() -> None:
    state = folded(gomoku())
    heading = state.entries[state.phases["review/2/modification"]]
    assert isinstance(heading, PhaseEntry)
    assert (heading.title, heading.depth) == ("Modification", 1)


def test_a_message_streams_and_is_completed() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    story.stream(message, "Hm", thinking=True)
    assert messages(folded(story))[0].state == "thinking"
    story.stream(message, "Hello")
    entry = messages(folded(story))[0]
    assert (entry.state, entry.thinking, entry.text, entry.live) == ("writing", "Hm", "Hello", True)
    story.say("b", "a", "p", "Whole text", thinking="because")
    entry = messages(folded(story))[1]
    assert (entry.state, entry.text, entry.thinking, entry.live) == (
        "complete",
        "Whole text",
        "because",
        False,
    )
    assert entry.tokens_per_second > 0


def test_of_a_typed_reply_its_words_stream() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    for piece in (' {"mess', 'age": "Let', ' us begin", "options": ["One', '"]}'):
        story.stream(message, piece)
    assert messages(folded(story))[0].text == "Let us begin\n- One"
    story.tell(MessageCut(message=message, text='{"message": "Let us', reason="stopped"))
    assert messages(folded(story))[0].text == "Let us"


def test_a_cut_message_says_why() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    story.tell(MessageCut(message=message, text="Hel", reason="stopped"))
    entry = messages(folded(story))[0]
    assert (entry.state, entry.text, entry.reason) == ("cut", "Hel", "stopped")


def test_begun_again_after_a_crash_is_another_line() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    story.stream(message, "lost")
    story.tell(RunContinued(finished_steps=1))
    story.tell(MessageBegun(message=message, speaker="a", to="b", phase="p"))
    state = folded(story)
    first, second = messages(state)
    assert (first.state, first.text, first.reason) == ("cut", "", INTERRUPTED)
    assert second.state == "waiting"
    assert isinstance(state.entries[1], RunEntry)
    assert state.entries[1].text == "1 finished step kept"


def test_a_question_stays_open_over_a_crash() -> None:
    story = Story()
    asked = QuestionAsked(question="a?1", agent="a", phase="p", text="Which?")
    story.tell(asked, RunContinued(), asked)
    state = folded(story)
    questions = [entry for entry in state.entries if isinstance(entry, QuestionEntry)]
    assert len(questions) == 1
    story.tell(QuestionAnswered(question="a?1", answer="This", by="user"))
    answered = folded(story).entries[0]
    assert isinstance(answered, QuestionEntry)
    assert (answered.answer, answered.by) == ("This", "user")


def test_changes_name_the_entry() -> None:
    story = Story()
    message = story.begin("a", "b", "p")
    state = folded(story)
    seen = state.changes.revision
    story.tell(TextStreamed(message=message, text="x"))
    state.receive(story.events[-1])
    assert state.changes.since(seen) == [0]


def test_pieces_of_unknown_messages_are_ignored() -> None:
    story = Story()
    story.tell(TextStreamed(message="nobody#1", text="x"))
    assert folded(story).entries == []
