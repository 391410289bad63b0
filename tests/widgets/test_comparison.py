from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agents.store.rows import RunRow
from app.state.compare import RunFacts, facts_of
from app.theme import ThemeSource
from app.views.comparison import ComparisonView, written
from tests.support.story import gomoku

FACTS = replace(facts_of(1, gomoku().events), state="succeeded")


def row(number: int) -> RunRow:
    return RunRow(
        id=number,
        project=number,
        project_name=f"Project {number}",
        folder="f",
        idea="An idea",
        workflow="chatdev",
        model="m",
        settings="{}",
        state="succeeded",
        created=1.0,
        changed=2.0,
    )


def page(qtbot: QtBot) -> ComparisonView:
    view = ComparisonView(ThemeSource("dark"))
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    return view


def cells(view: ComparisonView, name: str) -> list[str]:
    table = view.table.cells
    for place in range(table.rowCount()):
        if table.cell(place, 0).text == name:
            return [table.cell(place, column).text for column in range(1, table.columnCount())]
    raise AssertionError(name)


def test_without_a_choice_it_says_how_to_make_one(qtbot: QtBot) -> None:
    view = page(qtbot)
    view.offer([row(2), row(1)], frozenset())
    view.show_facts([])
    assert view._stack.empty.isVisible()
    assert view.numbers() == []


def test_choosing_runs_tells_which(qtbot: QtBot) -> None:
    view = page(qtbot)
    with qtbot.waitSignal(view.chosen) as chosen:
        view.offer([row(3), row(2), row(1)], {2})
    assert chosen.args == [[2]]
    with qtbot.waitSignal(view.chosen) as chosen:
        view.check(3, True)
    assert chosen.args == [[3, 2]]
    view.picker.setCurrentRow(2)
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.keyClick(view.picker, Qt.Key.Key_Space)
    assert chosen.args == [[3, 2, 1]]
    view.check(2, False)
    assert view.numbers() == [3, 1]


def test_runs_stand_side_by_side_with_the_best_marked(qtbot: QtBot) -> None:
    view = page(qtbot)
    other = replace(FACTS, number=2, project="Other", tokens=100_000, tests_passed=1.0, idea="Two\nlines")
    view.show_facts([FACTS, other])
    assert cells(view, "Idea")[1] == "Two lines"
    assert cells(view, "State") == ["succeeded", "succeeded"]
    assert cells(view, "Tests passed") == ["88%", "100%"]
    assert cells(view, "Tokens") == ["8,624", "100k"]
    assert cells(view, "Executability") == ["–", "–"]
    table = view.table.cells
    best = [
        table.cell(place, 0).text
        for place in range(table.rowCount())
        for column in (1, 2)
        if table.cell(place, column).best
    ]
    assert best == ["Tests passed", "Tokens"]
    assert table.headerData(2, Qt.Orientation.Horizontal) == "Other · 2"
    assert not view.grab().isNull()


def test_more_runs_make_more_columns(qtbot: QtBot) -> None:
    view = page(qtbot)
    for count in (2, 5, 3):
        view.show_facts([replace(FACTS, number=number) for number in range(count)])
        assert view.table.cells.columnCount() == count + 1
    text = view.table.cells.as_text().splitlines()
    assert all(line.count("\t") == 3 for line in text)


def test_a_run_that_goes_on_elsewhere_is_not_called_interrupted(qtbot: QtBot) -> None:
    view = page(qtbot)
    running: RunFacts = replace(FACTS, state="running")
    view.show_facts([running])
    assert cells(view, "State") == ["interrupted"]
    view.show_facts([running], {running.number})
    assert cells(view, "State") == ["running"]


def test_escape_closes(qtbot: QtBot) -> None:
    view = page(qtbot)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    with qtbot.waitSignal(view.left):
        qtbot.keyClick(view.picker, Qt.Key.Key_Escape)


def test_values_in_words() -> None:
    assert written(0.5, "share") == "50%"
    assert written(75.0, "seconds") == "1:15"
    assert written(30.6, "speed") == "31"
    assert written(12_345, "count") == "12,345"
    assert written(1_234_567, "count") == "1.2M"
