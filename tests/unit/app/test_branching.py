from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.branching import changes_between, version_before
from app.state.all import RunState
from app.state.entries import CommandEntry, FilesEntry, MessageEntry
from tests.support.story import gomoku

FILES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.md"]), st.text(max_size=3))


@given(FILES, FILES)
def test_changes_lead_from_what_is_to_what_is_wanted(now: dict[str, str], wanted: dict[str, str]) -> None:
    files = dict(now)
    for path, text in changes_between(now, wanted).items():
        if text is None:
            del files[path]
        else:
            assert files.get(path) != text
            files[path] = text
    assert files == wanted


def test_the_version_before_an_entry_and_each_entrys_event() -> None:
    state = RunState.replayed(gomoku().events)
    entries = state.transcript.entries
    first = next(index for index, entry in enumerate(entries) if isinstance(entry, FilesEntry))
    assert version_before(state, first - 1) == 0
    assert version_before(state, first) == 1
    assert version_before(state, len(entries) - 1) == 1
    assert len(state.transcript.seqs) == len(entries)
    kinds = {stamped.seq: stamped.event.kind for stamped in gomoku().events if stamped.seq}
    for entry, seq in zip(entries, state.transcript.seqs, strict=True):
        if isinstance(entry, MessageEntry) and entry.state == "complete":
            assert seq == entry.seq
            assert kinds[seq] == "message_completed"
        if isinstance(entry, CommandEntry):
            assert kinds[seq] == "command_finished"
