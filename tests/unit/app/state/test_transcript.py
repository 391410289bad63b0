from __future__ import annotations

from agents.events import (
    MessageBegun,
    MessageCut,
    NoticeGiven,
    PhaseBegun,
    PhaseEnded,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    Stamped,
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


def test_what_belongs_to_another_open_phase_stands_under_its_own_heading() -> None:
    state = TranscriptState()
    told = (
        PhaseBegun(phase="review", title="Code review"),
        MessageBegun(message="r#1", speaker="r", to="p", phase="review"),
        PhaseBegun(phase="tests", title="Writing tests"),
        MessageBegun(message="t#1", speaker="t", to="c", phase="tests"),
        NoticeGiven(text="Cut off.", level="warning", phase="review"),
        PhaseBegun(phase="review/mending", title="Modification", parent="review"),
        PhaseEnded(phase="review/mending"),
        NoticeGiven(text="Nothing was changed.", phase="review"),
        NoticeGiven(text="No tests.", phase="tests"),
    )
    for seq, event in enumerate(told, 1):
        state.receive(Stamped(1, seq, float(seq), event))
    shown = [
        (entry.phase, entry.again) if isinstance(entry, PhaseEntry) else type(entry).__name__
        for entry in state.entries
    ]
    assert shown == [
        *(("review", False), "MessageEntry", ("tests", False), "MessageEntry"),
        *(("review", True), "NoticeEntry", ("review/mending", False), "NoticeEntry"),
        *(("tests", True), "NoticeEntry"),
    ]
    assert state.phases == {"review": 0, "tests": 2, "review/mending": 6}
    assert state.seqs == [1, 2, 3, 4, 5, 5, 6, 8, 9, 9]
