from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout
from pytestqt.qtbot import QtBot

from app.background import Background
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.figures import FiguresView
from app.views.figures_section import Section
from app.views.run_page import RunPage
from tests.support.story import MODEL, Story, gomoku


def shown(qtbot: QtBot, state: RunState) -> FiguresView:
    view = FiguresView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show_state(state)
    view.show()
    return view


def column(section: Section, place: int) -> list[str]:
    cells = section.table.cells
    return [cells.cell(row, place).copied for row in range(cells.rowCount())]


def test_nothing_yet_says_what_will_be_there(qtbot: QtBot) -> None:
    view = shown(qtbot, RunState())
    assert view._stack.empty.isVisible()
    assert not view.phases.isVisible()


def test_tables_have_the_numbers_and_their_sum(qtbot: QtBot) -> None:
    state = RunState.replayed(gomoku().events)
    view = shown(qtbot, state)
    assert column(view.phases, 0) == ["Demand analysis", "Language", "Coding", "Review", "Total"]
    for section in view.sections():
        for place, total in ((1, 6), (2, state.figures.total.prompt_tokens)):
            *parts, whole = (int(text) for text in column(section, place))
            assert sum(parts) == whole == total
    assert column(view.models, 0) == [MODEL, "No model", "Total"]
    assert f"{state.figures.total.tokens:,}\u00a0tokens" in view.totals.text(), "a fact stays on one line"
    assert "6\u00a0model\u00a0calls" in view.totals.text()
    assert "1\u00a0program" in view.totals.text()


def test_another_measure_changes_the_bars(qtbot: QtBot) -> None:
    view = shown(qtbot, RunState.replayed(gomoku().events))
    tokens = view.phases.chart.accessibleDescription()
    view.choice.button(2).click()
    assert view.phases.chart.accessibleDescription() != tokens
    assert "Coding: 2" in view.phases.chart.accessibleDescription()
    view.choice.button(1).click()
    assert "Programs: 0.8 s" in view.roles.chart.tip_at(view.roles.chart.segments(5)[3].center())


def test_it_follows_a_run_only_while_it_is_seen(qtbot: QtBot) -> None:
    story = gomoku()
    state = RunState.replayed(story.events)
    view = shown(qtbot, state)
    before = column(view.phases, 1)
    view.hide()
    story.say("ceo/cto/programmer", "ceo/cto", "review/2/modification", "Done.")
    for stamped in story.events:
        state.receive(stamped)
    view.refresh()
    assert column(view.phases, 1) == before
    view.show()
    assert column(view.phases, 1)[-1] == "7"
    story.say("ceo/cto", "ceo", "review/2/modification", "Good.")
    state.receive(story.events[-1])
    view.refresh()
    assert column(view.phases, 1)[-1] == "8"


def test_tables_are_copied_with_tabs(qtbot: QtBot) -> None:
    view = shown(qtbot, RunState.replayed(gomoku().events))
    view.phases.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("Phase\tCalls\tTokens in\tTokens out")
    assert all(line.count("\t") == 8 for line in lines)
    view.phases.table.selectRow(2)
    view.phases.table.setFocus()
    qtbot.keyClick(view.phases.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.partition("\t")[0] for line in lines] == ["Phase", "Coding"]


def test_a_table_stands_beside_its_chart_where_there_is_room(qtbot: QtBot) -> None:
    view = shown(qtbot, RunState.replayed(gomoku().events))
    assert view.phases.body.direction() == QBoxLayout.Direction.TopToBottom
    view.resize(1200, 500)
    qtbot.waitUntil(lambda: view.phases.body.direction() == QBoxLayout.Direction.LeftToRight)
    assert view.phases.table.verticalScrollBar().maximum() == 0


def test_the_page_of_a_run_changes_to_its_figures_and_back(qtbot: QtBot) -> None:
    page = RunPage(ThemeSource("light"), Background())
    qtbot.addWidget(page)
    page.show()
    story = Story()
    story.phase("p", "Phase", "a", "b")
    story.say("a", "b", "p", "Text")
    page.show_state(RunState.replayed(story.events), None)
    page.show_figures()
    assert page.figures.isVisible()
    assert not page.transcript.isVisible()
    page.chain.phase_clicked.emit("p")
    assert page.transcript.isVisible()
    page.show_figures()
    page.show_figures()
    assert page.transcript.isVisible()
