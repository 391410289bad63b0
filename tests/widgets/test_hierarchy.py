"""The team's picture: it fits, it can be reached by mouse and keyboard, and it moves only when it may."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agents.events import RunEnded
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.hierarchy import HierarchyView
from app.views.hierarchy_folds import busy_inside, mark_box
from app.views.hierarchy_map import READABLE
from app.views.hierarchy_tools import HierarchyTools
from app.views.marks import initials
from tests.support.story import TEAM, Story, company, gomoku


@pytest.fixture
def themes(qtbot: QtBot) -> ThemeSource:
    return ThemeSource("light")


@pytest.fixture
def view(qtbot: QtBot, themes: ThemeSource) -> HierarchyView:
    made = HierarchyView(themes, clock=lambda: 0.0)
    qtbot.addWidget(made)
    made.resize(420, 480)
    made.show()
    return made


def shown(view: HierarchyView, story: Story) -> RunState:
    state = RunState.replayed(story.events)
    view.show_state(state)
    return state


def receive(state: RunState, story: Story, since: int) -> None:
    for stamped in story.events[since:]:
        state.receive(stamped)


@pytest.mark.parametrize("agents", [2, 8, 60, 300])
@pytest.mark.parametrize("size", [(220, 500), (900, 300)])
def test_the_whole_team_is_seen(view: HierarchyView, agents: int, size: tuple[int, int]) -> None:
    view.resize(*size)
    state = shown(view, company(agents))
    view.grab()
    for agent in state.hierarchy.agents:
        shown_by = view._map.outline.shown(agent)
        assert view.rect().adjusted(-1, -1, 1, 1).contains(view.box(shown_by).toAlignedRect())


def test_a_small_team_is_not_folded_and_a_large_one_only_as_far_as_it_must_be(view: HierarchyView) -> None:
    shown(view, gomoku())
    assert not any(view.folded(agent) for agent in view._team.agents)
    view.resize(900, 700)
    shown(view, company(1000, 9))
    assert view.scale >= READABLE
    assert 9 < view._map.outline.count < 300
    assert sum(view._map.outline.hidden.values()) + view._map.outline.count == 1000


def test_a_click_on_the_mark_folds_a_team_and_brings_it_back(view: HierarchyView, qtbot: QtBot) -> None:
    shown(view, gomoku())
    with qtbot.assertNotEmitted(view.agent_clicked):
        where = mark_box(view.box("ceo/cto")).center().toPoint()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=where)
    assert view.folded("ceo/cto")
    assert view.hides("ceo/cto/programmer")
    assert view.box("ceo/cto/programmer").isEmpty()
    view.grab()
    assert "3 agents below" in view._told_fold("ceo/cto")
    where = mark_box(view.box("ceo/cto"), "3 · 1").center().toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=where)
    assert not view.box("ceo/cto/programmer").isEmpty()
    assert view._told_fold("ceo/cto") == "Fold the team away (Space)"


def test_the_keyboard_folds_teams_and_levels(view: HierarchyView) -> None:
    shown(view, gomoku())
    view.select("ceo/cto")
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.folded("ceo/cto")
    assert "3 agents folded away" in view.accessibleDescription()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.selected == "ceo/cto/programmer"
    assert not view.folded("ceo/cto")
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    assert view.folded("ceo/cto")
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    assert view.folded("ceo")
    assert view._map.outline.count == 1
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_BracketRight)
    assert view._map.outline.hidden == {}


def test_what_is_chosen_elsewhere_is_unfolded(view: HierarchyView) -> None:
    shown(view, company(300))
    hidden = next(iter(view._map.outline.inside))
    view.select(hidden)
    assert not view.box(hidden).isEmpty()
    assert view.selected == hidden


def test_who_talks_in_a_folded_team_lights_its_manager(view: HierarchyView) -> None:
    shown(view, gomoku())
    view.fold("ceo/cto", folded=True)
    assert view._ways() == []  # within one card
    assert busy_inside(view._team, view._map.outline) == {"ceo/cto": 1}
    view.grab()


def test_the_tools_do_what_they_say(view: HierarchyView, themes: ThemeSource, qtbot: QtBot) -> None:
    tools = HierarchyTools(view, themes)
    qtbot.addWidget(tools)
    shown(view, gomoku())
    tools.show_levels(2)
    fitted = view.scale
    tools.larger.click()
    assert view.scale > fitted
    tools.fewer.click()
    assert view.folded("ceo/cto")
    tools.more.click()
    assert not view.folded("ceo/cto")
    tools.fewer.click()
    tools.fit.click()
    assert not view.folded("ceo/cto")
    assert view.scale == fitted
    tools.show_levels(-1)
    assert tools.isHidden()


@pytest.mark.parametrize("role", [role for _, role, _ in TEAM])
def test_the_usual_roles_are_not_cut_in_the_usual_window(view: HierarchyView, role: str) -> None:
    painter = view._cards
    font, lines = painter._title(role, 112)
    assert " ".join(lines) == role
    assert len(lines) <= 2
    assert all(painter._wide(line, font) <= 112 for line in lines)


def test_when_the_run_has_succeeded_everybody_is_done(view: HierarchyView) -> None:
    story = gomoku()
    story.tell(RunEnded(state="succeeded", summary=""))
    state = shown(view, story)
    assert {node.state for node in state.hierarchy.agents.values()} == {"done"}
    view.grab()


def test_a_small_team_is_not_blown_up(view: HierarchyView) -> None:
    view.resize(1600, 1200)
    shown(view, company(2))
    assert view.scale == 1.0


def test_a_click_chooses_and_beside_nothing(view: HierarchyView, qtbot: QtBot) -> None:
    shown(view, gomoku())
    where = view.box("ceo/cto").center().toPoint()
    with qtbot.waitSignal(view.agent_clicked) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=where)
    assert told.args == ["ceo/cto"]
    assert view.selected == "ceo/cto"
    with qtbot.waitSignal(view.agent_clicked) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert told.args == [""]
    assert view.selected == ""


def test_the_keyboard_walks_the_tree(view: HierarchyView, qtbot: QtBot) -> None:
    shown(view, gomoku())
    walked = []
    for key in (
        Qt.Key.Key_Home,
        Qt.Key.Key_Down,
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Up,
    ):
        QTest.keyClick(view, key)
        walked.append(view.selected)
    assert walked == [
        "ceo",
        "ceo/cpo",
        "ceo/cto",
        "ceo/cto/programmer",
        "ceo/cto/programmer",
        "ceo/cto",
    ]
    with qtbot.waitSignal(view.agent_clicked) as told:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["ceo/cto"]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected == ""


def test_zoom_by_keyboard_and_around_the_mouse(view: HierarchyView) -> None:
    shown(view, gomoku())
    fitted = view.scale
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale > fitted
    point = view.box("ceo/cto").center()
    view.zoom(1.5, point)
    assert (view.box("ceo/cto").center() - point).manhattanLength() < 0.01
    QTest.keyClick(view, Qt.Key.Key_Minus)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.scale == fitted
    view.zoom(1e9)
    assert view.scale <= 2.0
    view.grab()


def test_zooming_ends_the_fitting_until_it_is_asked_for(view: HierarchyView) -> None:
    shown(view, gomoku())
    view.zoom(1.3)
    scale = view.scale
    view.resize(500, 500)
    assert view.scale == scale
    view.fit()
    assert view.scale != scale


def test_new_agents_appear(view: HierarchyView) -> None:
    story = gomoku()
    half = Story()
    half.events = [stamped for stamped in story.events if stamped.seq and stamped.seq < 5]
    state = shown(view, half)
    assert view.box("ceo/cto/tester").isEmpty()
    for stamped in story.events:
        state.receive(stamped)
    view.refresh()
    assert not view.box("ceo/cto/tester").isEmpty()


def test_messages_travel_only_when_something_may_move(view: HierarchyView, themes: ThemeSource) -> None:
    story = gomoku()
    state = shown(view, story)
    assert view._flights == []
    since = len(story.events)
    story.say("ceo/cto", "ceo/cto/programmer", "coding", "Go on.")
    receive(state, story, since)
    view.refresh()
    assert len(view._flights) == 1
    assert view._frames.isActive()
    QTest.qWait(250)
    assert view._flights == []
    assert not view._frames.isActive()
    themes.set_reduce_motion(True)
    since = len(story.events)
    story.say("ceo/cto", "ceo/cto/programmer", "coding", "Go on.")
    receive(state, story, since)
    view.refresh()
    assert view._flights == []
    assert not view._breaths.isActive()


def test_it_breathes_only_while_somebody_works_and_can_be_seen(view: HierarchyView) -> None:
    shown(view, gomoku())
    assert view._breaths.isActive()
    view.hide()
    view._breathe()
    assert not view._breaths.isActive()
    view.show()
    assert view._breaths.isActive()
    shown(view, company(1))
    view.show_state(None)
    assert not view._breaths.isActive()


def test_who_talks_is_lit(view: HierarchyView) -> None:
    state = shown(view, gomoku())
    assert state.hierarchy.talk == ("ceo/cto/programmer", "ceo/cto/reviewer")
    (way,) = view._ways()
    assert view.box("ceo/cto/programmer").adjusted(-1, -1, 1, 1).contains(way.pointAtPercent(0))
    assert view.box("ceo/cto/reviewer").adjusted(-1, -1, 1, 1).contains(way.pointAtPercent(1))


def test_screen_readers_hear_who_does_what(view: HierarchyView) -> None:
    shown(view, gomoku())
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Team"
    told = interface.text(QAccessible.Text.Description)
    assert told == "8 agents; Programmer is writing, to Code Reviewer"


def test_the_tooltip_tells_everything(view: HierarchyView) -> None:
    state = shown(view, gomoku())
    told = view._told(state.hierarchy.agents["ceo/cto/reviewer"])
    assert "Code Reviewer (ceo/cto/reviewer)" in told
    assert "context" in told
    assert "1 message, " in told


def test_empty_and_dark(view: HierarchyView, themes: ThemeSource) -> None:
    view.show_state(None)
    view.grab()
    shown(view, gomoku())
    themes.choose("dark")
    QGuiApplication.processEvents()
    corner = view.grab().toImage().pixelColor(2, view.height() - 3).name()
    assert corner == themes.theme.surface
    themes.choose("light")


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("Chief Executive Officer", "CEO"),
        ("CEO", "CEO"),
        ("Programmer", "P"),
        ("Programmer 12", "P12"),
        ("Head of Art", "HA"),
        ("Software Test Engineer 682", "STE682"),
        ("", ""),
    ],
)
def test_initials(title: str, letters: str) -> None:
    assert initials(title) == letters
