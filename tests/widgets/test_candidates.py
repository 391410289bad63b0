from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.state.all import RunState
from app.theme import ThemeSource
from app.views.candidates import CandidatesView
from tests.support.task_story import FIRST, SECOND, double, stamped


def page(qtbot: QtBot) -> CandidatesView:
    view = CandidatesView(ThemeSource("dark"))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    return view


def read(digest: str) -> bytes:
    return SECOND.encode()


def test_it_says_what_will_be_there(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.show_state(RunState(), read)
    assert not view.wanted
    assert view._stack.empty.isVisible()


def test_candidates_come_one_by_one_and_the_answer_is_marked(qtbot: QtBot) -> None:
    view, state = page(qtbot), RunState()
    view.show_state(state, read)
    events = stamped(double())
    first = next(place for place, one in enumerate(events) if one.event.kind == "tests_reported")
    for one in events[: first + 1]:
        state.receive(one)
    view.refresh()
    assert view.wanted
    assert view.code.toPlainText() == FIRST
    assert "assert double(0) == 0" in view.message.toPlainText()  # its first failure
    assert not view.copy.isEnabled()
    for one in events[first + 1 :]:
        state.receive(one)
    view.refresh()
    model = view.table.marks
    assert model.rowCount() == 2
    assert model.columnCount() == 4
    assert [str(model.data(model.index(row, 0))) for row in range(2)] == [
        "1 · Programmer · 1/3",
        "2 · Programmer · 3/3 · the answer",
    ]
    assert view.code.toPlainText() == SECOND
    assert view.line.text() == "2 candidates · Hidden tests: 1 of 1 case holds."


def test_the_answer_is_copied_and_a_candidate_leads_to_where_it_was_said(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.show_state(RunState.replayed(stamped(double())), read)
    view.copy.click()
    assert QGuiApplication.clipboard().text() == SECOND
    with qtbot.waitSignal(view.message_clicked) as clicked:
        view.table.activated.emit(view.table.marks.index(0, 0))
    assert clicked.args == [6]
    view.table.setCurrentIndex(view.table.marks.index(0, 2))
    assert view.code.toPlainText() == FIRST
    assert "got 2" in view.message.toPlainText()
    with qtbot.waitSignal(view.saved) as saved:
        view.saved.emit(Path("solution.py"), view.answer())
    assert saved.args == [Path("solution.py"), SECOND]
