"""An agent's file: the same whether it is read at once or kept up to date."""

from __future__ import annotations

import pytest

from app.state.all import RunState
from app.state.dossier import Dossier
from app.state.entries import MessageEntry
from tests.support.story import TEAM, Story, gomoku


def test_what_an_agent_said_heard_and_cost() -> None:
    state = RunState.replayed(gomoku().events)
    file = Dossier("ceo/cto", state.transcript)
    entries = [state.transcript.entries[index] for index in file.messages]
    assert all(isinstance(entry, MessageEntry) and "ceo/cto" in entry.agents for entry in entries)
    assert len(entries) == 3
    assert file.spent.calls == 2
    assert file.last_step == "ceo/cto#2"
    assert file.last_host == "workstation"
    assert file.spent.tokens_per_second == pytest.approx(31)
    assert Dossier("ceo/cto/tester", state.transcript).spent.programs == 1
    assert Dossier("nobody", state.transcript).spent.tokens_per_second == 0


@pytest.mark.parametrize("agent", [agent for agent, _, _ in TEAM])
def test_kept_up_to_date_it_is_the_same_as_read_at_once(agent: str) -> None:
    state = RunState()
    kept = Dossier(agent, state.transcript)
    revisions = set()
    for stamped in gomoku().events:
        state.receive(stamped)
        kept.take()
        revisions.add(kept.revision)
    whole = Dossier(agent, state.transcript)
    assert (kept.messages, kept.spent, kept.last_step) == (whole.messages, whole.spent, whole.last_step)
    assert not kept.take()
    assert len(revisions) > 1 or not kept.messages


def test_what_streams_elsewhere_is_no_news() -> None:
    story = Story()
    message = story.begin("a", "b", "talk")
    state = RunState.replayed(story.events)
    kept = Dossier("c", state.transcript)
    since = len(story.events)
    story.stream(message, "some words")
    for stamped in story.events[since:]:
        state.receive(stamped)
    assert not kept.take()
