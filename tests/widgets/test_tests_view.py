from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.events import Event, PhaseBegun, TestCase, TestsReported
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.tests import TestsView
from tests.support.story import Story

TIP, SPOKEN = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole


def report(command: str, phase: str = "", **outcomes: str) -> TestsReported:
    cases = tuple(
        TestCase(
            name=f"tests/t.py::{name}",
            outcome=outcome,
            message=f"{command} {name}" if outcome == "failed" else "",
        )
        for name, outcome in outcomes.items()
    )
    return TestsReported(command=command, phase=phase, cases=cases)


def view(qtbot: QtBot, *events: Event) -> TestsView:
    story = Story()
    story.tell(*events)
    made = TestsView(ThemeSource("light"))
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    made.show_state(RunState.replayed(story.events))
    return made


def rounds(qtbot: QtBot) -> TestsView:
    return view(
        qtbot,
        PhaseBegun(phase="test/1", title="Test 1"),
        report("t$1", "test/1", a="failed", b="passed"),
        report("t$2", a="failed", b="passed", c="skipped"),
        report("t$3", a="passed", b="failed", c="passed"),
    )


def test_one_column_a_round(qtbot: QtBot) -> None:
    made = rounds(qtbot)
    model = made._model
    assert model.columnCount() == 4
    names = [model.index(row, 0).data() for row in range(3)]
    assert names == ["b", "a", "c"], "what failed last stands first"
    words = [model.index(2, column).data(TIP) for column in (1, 2, 3)]
    assert words == [
        "tests/t.py::c did not run in round 1",
        "tests/t.py::c was skipped in round 2",
        "tests/t.py::c passed in round 3",
    ]
    assert model.index(2, 1).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.index(0, 0).data(SPOKEN) == "tests/t.py::b failed"
    assert "Round 3: failed" in model.index(0, 0).data(TIP)
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(1, horizontal, TIP) == "Round 1: 1 of 2 passed\nTest 1"
    assert model.headerData(2, horizontal) == "2"
    assert made.line.text() == "2 of 3 passed · round 3"
    made.grab()


def test_a_click_tells_why_it_failed_in_that_round(qtbot: QtBot) -> None:
    made = rounds(qtbot)
    assert made.message.toPlainText() == "t$3 b"
    model = made._model
    place = made.table.visualRect(model.index(1, 2)).center()
    qtbot.mouseClick(made.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert made.message.toPlainText() == "t$2 a"
    made.table.setCurrentIndex(model.index(1, 3))
    assert made.message.isHidden()


def test_only_what_failed(qtbot: QtBot) -> None:
    made = rounds(qtbot)
    made.failed.click()
    assert made._model.rowCount() == 1
    assert made._model.index(0, 0).data() == "b"
    assert made.message.toPlainText() == "t$3 b"
    made.failed.click()
    assert made._model.rowCount() == 3


def test_many_rounds_keep_the_names_readable_and_show_the_last(qtbot: QtBot) -> None:
    made = view(qtbot, *(report(f"t${number}", a="passed") for number in range(40)))
    header = made.table.horizontalHeader()
    assert header.sectionSize(0) >= 100
    last = made.table.visualRect(made._model.index(0, 40))
    assert made.table.viewport().rect().contains(last.center())
