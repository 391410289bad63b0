"""One agent from near: its messages, its prompt, its cost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.state.all import RunState
from app.state.entries import MessageEntry
from app.state.exchange import Exchange, Sent
from app.theme import ThemeSource
from app.views.team import TeamPane
from tests.support.story import Story, company, gomoku


@pytest.fixture
def pane(qtbot: QtBot) -> TeamPane:
    made = TeamPane(ThemeSource("light"), clock=lambda: 0.0)
    qtbot.addWidget(made)
    made.resize(280, 640)
    made.show()
    return made


def shown(pane: TeamPane, story: Story) -> RunState:
    state = RunState.replayed(story.events)
    pane.show_state(state)
    return state


def click(pane: TeamPane, agent: str) -> None:
    where = pane.hierarchy.box(agent).center().toPoint()
    QTest.mouseClick(pane.hierarchy, Qt.MouseButton.LeftButton, pos=where)


def test_a_click_opens_the_panel_and_the_picture_stays_as_it_is(pane: TeamPane, qtbot: QtBot) -> None:
    shown(pane, gomoku())
    scale = pane.hierarchy.scale
    click(pane, "ceo/counselor")
    panel = pane.panel
    assert not panel.isHidden()
    assert panel.role.text() == "Counselor"
    assert panel.facts.text() == "Idle · qwen3-coder:30b"
    assert pane.hierarchy.scale == scale
    card = pane.hierarchy.box("ceo/counselor")
    assert pane.hierarchy.rect().contains(card.toAlignedRect())
    pane.grab()
    QTest.keyClick(panel.tabs, Qt.Key.Key_Escape)
    assert panel.isHidden()
    assert pane.hierarchy.selected == ""
    qtbot.waitUntil(lambda: pane.hierarchy.scale == scale)


def test_messages_are_listed_and_lead_to_the_conversation(pane: TeamPane, qtbot: QtBot) -> None:
    state = shown(pane, gomoku())
    pane.show_agent("ceo/cto")
    messages = pane.panel.messages
    model = messages.model()
    assert model.rowCount() == 3
    assert model.index(0, 0).data() == (
        "→ Chief Executive Officer · Language\nPython with `tkinter`; nothing has to be installed."
    )
    with qtbot.waitSignal(pane.panel.entry_clicked) as told:
        messages.clicked.emit(model.index(1, 0))
    entry = state.transcript.entries[told.args[0]]
    assert isinstance(entry, MessageEntry)
    assert entry.text.startswith("Implement the board")


def test_new_messages_and_costs_appear(pane: TeamPane) -> None:
    story = gomoku()
    state = shown(pane, story)
    pane.show_agent("ceo/cto")
    assert pane.panel.costs["Model calls"].text() == "2"
    since = len(story.events)
    story.say("ceo/cto", "ceo/cto/programmer", "coding", "Go on, " * 40)
    for stamped in story.events[since:]:
        state.receive(stamped)
        pane.refresh()
    assert pane.panel.messages.model().rowCount() == 4
    assert pane.panel.costs["Model calls"].text() == "3"
    assert pane.panel.costs["Speed"].text() == "31 tok/s"
    pane.panel.tabs.setCurrentIndex(2)
    pane.grab()


def test_the_last_prompt_is_asked_for_once_it_can_be_seen(pane: TeamPane, qtbot: QtBot) -> None:
    shown(pane, gomoku())
    panel = pane.panel
    with qtbot.assertNotEmitted(panel.prompt_wanted):
        pane.show_agent("ceo/cto")
    with qtbot.waitSignal(panel.prompt_wanted) as told:
        panel.tabs.setCurrentIndex(1)
    assert told.args == ["ceo/cto#2"]
    panel.show_prompt("another#1", Exchange(messages=(Sent("user", "Other"),)))
    assert panel.prompt.toPlainText() == ""
    panel.show_prompt("ceo/cto#2", Exchange(messages=(Sent("user", "Build it."),)))
    assert panel.prompt.toPlainText() == "# user\n\nBuild it."
    with qtbot.waitSignal(panel.exchange_wanted) as told:
        panel.whole.click()
    assert told.args == ["ceo/cto#2"]
    pane.grab()


def test_who_says_nothing_has_an_empty_list_that_says_so(pane: TeamPane) -> None:
    shown(pane, gomoku())
    pane.show_agent("ceo/counselor")
    assert pane.panel.stack.empty.isVisible()
    assert not pane.panel.whole.isEnabled()


def test_its_filter_button_names_the_agent(pane: TeamPane, qtbot: QtBot) -> None:
    shown(pane, gomoku())
    pane.show_agent("ceo/cto")
    with qtbot.waitSignal(pane.panel.only_wanted) as told:
        pane.panel.only.click()
    assert told.args == ["ceo/cto"]


def test_another_run_without_that_agent_closes_it(pane: TeamPane) -> None:
    shown(pane, gomoku())
    pane.show_agent("ceo/cto")
    shown(pane, gomoku())
    assert pane.panel.agent == "ceo/cto"
    shown(pane, company(3))
    assert pane.panel.isHidden()
    pane.show_agent("nobody")
    assert pane.panel.isHidden()
    pane.show_agent("head")
    pane.show_agent("")
    assert pane.panel.isHidden()
    pane.show_state(None)
    assert pane.tools.isHidden()


def test_a_message_without_words_says_why(pane: TeamPane) -> None:
    story = gomoku()
    story.begin("ceo", "ceo/cto", "coding")
    shown(pane, story)
    pane.show_agent("ceo")
    model = pane.panel.messages.model()
    assert str(model.index(model.rowCount() - 1, 0).data()).endswith("Nothing written yet")
