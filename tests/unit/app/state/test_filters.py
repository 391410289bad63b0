"""The filter of the conversation: agents, phases, kinds."""

from __future__ import annotations

import pytest

from app.state.all import RunState
from app.state.entries import (
    CommandEntry,
    Entry,
    FilesEntry,
    MessageEntry,
    NoticeEntry,
    PhaseEntry,
    QuestionEntry,
    RemarkEntry,
    RunEntry,
    TestsEntry,
)
from app.state.filters import Kind, Sieve, Wanted
from tests.support.story import gomoku


def sifted(wanted: Wanted) -> list[Entry]:
    state = RunState.replayed(gomoku().events)
    sieve = Sieve(wanted, state.chain)
    return [entry for entry in state.transcript.entries if sieve.passes(entry)]


def test_nothing_wanted_is_everything() -> None:
    assert Wanted().everything
    state = RunState.replayed(gomoku().events)
    assert len(sifted(Wanted())) == len(state.transcript.entries)


def test_an_agent() -> None:
    found = sifted(Wanted(agent="ceo/cto/tester"))
    assert [type(entry) for entry in found] == [CommandEntry, TestsEntry]


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        ("messages", {MessageEntry, QuestionEntry, RemarkEntry}),
        ("notices", {NoticeEntry, RunEntry}),
        ("programs", {CommandEntry, TestsEntry}),
        ("files", {FilesEntry}),
    ],
)
def test_a_kind(kind: Kind, kinds: set[type[Entry]]) -> None:
    assert {type(entry) for entry in sifted(Wanted(kind=kind))} == kinds


def test_a_phase_with_its_heading_and_what_names_no_phase() -> None:
    found = sifted(Wanted(phase="coding"))
    assert isinstance(found[0], PhaseEntry)
    assert {type(entry) for entry in found} == {PhaseEntry, MessageEntry, FilesEntry, RemarkEntry}


def test_all_rounds_of_a_cycle() -> None:
    found = sifted(Wanted(phase="review"))
    headings = [entry.phase for entry in found if isinstance(entry, PhaseEntry)]
    assert headings == ["review/1", "review/1/comment", "review/2", "review/2/modification"]


def test_all_of_them_together() -> None:
    found = sifted(Wanted("ceo/cto/programmer", "coding", "files"))
    assert [type(entry) for entry in found] == [FilesEntry]
    assert sifted(Wanted("ceo/counselor", "coding")) == []
