from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from agents.events import AgentHired, RunState
from agents.store.rows import RunRow, SearchHit
from app.qtmodels.run_nodes import FEW_HITS
from app.qtmodels.runs import HIT_ROLE, MORE_ROLE, ROW_ROLE, WISH_ROLE
from app.state.all import RunState as State
from app.theme import Scheme, ThemeSource
from app.views.composer import Composer
from app.views.notice import Notice
from app.views.projects import EXPORTS, ProjectsView
from app.views.projects_rows import marked_pieces
from app.views.status import StatusLine
from app.wording import speaker_word
from tests.support.story import Story, gomoku


def row(
    number: int, name: str, state: RunState = "succeeded", driven: bool = False, branched_from: int = 0
) -> RunRow:
    now = time.time()
    return RunRow(
        id=number,
        project=number,
        project_name=name,
        folder="",
        idea=f"{name} for two",
        workflow="chatdev",
        model="m",
        settings="{}",
        state=state,
        created=now,
        changed=now,
        driven=driven,
        branched_from=branched_from,
    )


def hit(run: int, seq: int) -> SearchHit:
    return SearchHit(run, seq, "ceo/cto/programmer", f"the ‹board› of {seq}")


def shown(qtbot: QtBot, rows: Sequence[RunRow]) -> ProjectsView:
    view = ProjectsView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.resize(240, 500)
    view.show_runs(rows)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


ROWS = [row(3, "Tetris"), row(2, "Todo list", "failed"), row(1, "Gomoku", "running", driven=True)]


def test_a_run_is_chosen_by_hand_but_not_by_marking_it(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.resize(220, 400)
    view.show()
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.show_runs(ROWS)
    view.mark(2)
    assert (view.current(), chosen) == (2, [])
    view.list.setCurrentIndex(view._model.index(0, 0))
    assert chosen == [3]
    view.show_runs([row(4, "New"), *ROWS])
    assert (view.current(), chosen) == (3, [3])
    view.grab()


def test_the_right_button_opens_the_menu_without_opening_the_run(qtbot: QtBot) -> None:
    view = shown(qtbot, ROWS)
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.mark(3)
    place = view.list.visualRect(view._model.index_of(2)).center()
    with qtbot.waitSignal(view.list.menu_wanted):
        QApplication.sendEvent(
            view.list.viewport(),
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.list.viewport().mapToGlobal(place)),
        )
    assert (view.current(), chosen) == (2, [])
    qtbot.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [2], "its run can be opened although it is the current line already"
    for menu in view.findChildren(QMenu):
        menu.close()


def test_branches_stand_below_what_they_branched_off(qtbot: QtBot) -> None:
    view = shown(
        qtbot,
        [
            row(5, "Tetris · branch", branched_from=4),
            row(4, "Tetris · branch", branched_from=1),
            row(3, "Todo"),
            row(2, "Lost", branched_from=99),
            row(1, "Tetris"),
        ],
    )
    model = view._model
    roots = [model.index(place, 0).data(ROW_ROLE).id for place in range(model.rowCount())]
    assert roots == [1, 3, 2], "by the newest run of each tree; a branch of what is gone stands alone"
    assert model.index_of(5).parent() == model.index_of(4)
    assert model.index_of(4).parent() == model.index_of(1)
    assert "a branch of run 4" in model.index_of(5).data(Qt.ItemDataRole.ToolTipRole)
    assert view.list.visualRect(model.index_of(5)).height() > 0, "branches are open"
    view.grab()


def test_a_row_tells_state_workflow_and_model(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.name_workflows({"chatdev": "ChatDev"})
    view.show_runs(ROWS)
    spoken = view._model.index_of(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Gomoku, run 1, running, ChatDev, m"


def test_search_filters_names_and_ideas(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("dark"))
    qtbot.addWidget(view)
    view.show_runs(ROWS)
    view.search.setText("go TWO")
    assert view._model.rowCount() == 1
    view.search.setText("nothing of this")
    assert view._stack._layout.currentWidget() is view._stack.empty
    assert view._stack.empty._title.text() == "Searching …"
    view.show_hits("something else", [hit(1, 7)])
    assert view._model.rowCount() == 0
    view.show_hits("nothing of this", [])
    assert view._stack.empty._title.text() == "Nothing found"
    view.search.clear()
    assert view._model.rowCount() == 3


def test_messages_that_were_found_stand_below_their_run(qtbot: QtBot) -> None:
    view = shown(qtbot, ROWS)
    opened: list[tuple[int, int]] = []
    chosen: list[int] = []
    view.found.connect(lambda run, seq: opened.append((run, seq)))
    view.chosen.connect(chosen.append)
    with qtbot.waitSignal(view.searched) as asked:
        view.search.setText("board ")
    assert asked.args == ["board"]
    view.show_hits("board", [hit(1, 40), hit(1, 7), hit(99, 1)])
    model = view._model
    assert (model.rowCount(), model.index_of(1).row()) == (1, 0)
    below = [model.index(place, 0, model.index_of(1)) for place in range(2)]
    assert [index.data(HIT_ROLE).seq for index in below] == [7, 40]
    view.list.setCurrentIndex(below[1])
    assert (opened, chosen, view.current()) == ([], [], 1)
    qtbot.mouseClick(
        view.list.viewport(), Qt.MouseButton.LeftButton, pos=view.list.visualRect(below[1]).center()
    )
    qtbot.mouseClick(
        view.list.viewport(), Qt.MouseButton.LeftButton, pos=view.list.visualRect(below[1]).center()
    )
    assert opened == [(1, 40), (1, 40)]
    view.mark(1)
    assert view.list.currentIndex() == below[1], "the run that is open is the message's own"
    view.grab()


def test_many_messages_are_folded(qtbot: QtBot) -> None:
    view = shown(qtbot, ROWS)
    view.search.setText("board")
    view.show_hits("board", [hit(1, seq) for seq in range(1, 11)])
    model = view._model
    assert model.rowCount(model.index_of(1)) == FEW_HITS + 1
    more = model.index(FEW_HITS, 0, model.index_of(1))
    assert more.data(MORE_ROLE) == 10 - FEW_HITS
    view.grab()
    qtbot.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=view.list.visualRect(more).center())
    assert model.rowCount(model.index_of(1)) == 10


def test_a_project_is_renamed_in_its_place(qtbot: QtBot) -> None:
    view = shown(qtbot, ROWS)
    renamed: list[tuple[int, str]] = []
    view.renamed.connect(lambda project, name: renamed.append((project, name)))
    view.mark(2)
    view.rename.trigger()
    field = view.list.findChild(QLineEdit)
    assert field.text() == "Todo list"
    field.setText("To do")
    view.show_runs([row(4, "New"), *ROWS])
    assert field.text() == "To do", "nothing moves under what is being typed"
    assert view._model.rowCount() == 3
    with qtbot.waitSignal(view.renamed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert renamed == [(2, "To do")]
    qtbot.waitUntil(lambda: view._model.rowCount() == 4)
    assert view.current() == 2


def test_the_menu_and_the_keys_tell_what_to_do_with_a_run(qtbot: QtBot) -> None:
    view = shown(qtbot, ROWS)
    told: list[object] = []
    view.duplicated.connect(lambda run: told.append(("duplicate", run)))
    view.deleted.connect(lambda run: told.append(("delete", run)))
    view.folder_opened.connect(lambda run: told.append(("folder", run)))
    view.exported.connect(lambda run, kind: told.append((kind, run)))
    assert view.menu() is None
    view.mark(2)
    menu = view.menu()
    exports = next(action.menu() for action in menu.actions() if action.menu())
    for action in exports.actions():
        action.trigger()
    assert told == [(kind, [2]) for kind in EXPORTS]
    told.clear()
    view.folder.trigger()
    view.list.setFocus()
    qtbot.keyClick(view.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    assert told == [("folder", 2), ("duplicate", 2), ("delete", [2])]
    view.mark(1)
    view.menu()
    assert not view.delete.isEnabled(), "it goes on"


def click(view: ProjectsView, qtbot: QtBot, place: int, *held: Qt.KeyboardModifier) -> None:
    where = view.list.visualRect(view._model.index(place, 0)).center()
    keys = held[0] if held else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, keys, where)


def test_several_runs_are_selected_and_not_opened(qtbot: QtBot) -> None:
    view = shown(qtbot, [row(4, "Chess"), *ROWS[:2]])
    told: list[object] = []
    view.chosen.connect(told.append)
    view.deleted.connect(lambda runs: told.append(("delete", runs)))
    view.compared.connect(lambda runs: told.append(("compare", runs)))
    view.exported.connect(lambda runs, kind: told.append((kind, runs)))
    click(view, qtbot, 0)
    click(view, qtbot, 2, Qt.KeyboardModifier.ControlModifier)
    assert (view.selected(), told) == ([4, 2], [4])
    view.mark(4)  # the run that is open goes on meanwhile
    view.show_runs([row(5, "New"), row(4, "Chess"), *ROWS[:2]])
    assert view.selected() == [4, 2]
    menu = view.menu()
    assert menu is not None
    by_text = {action.text(): action for action in menu.actions()}
    assert "Rename" not in by_text
    by_text["Compare …"].trigger()
    by_text["Export"].menu().actions()[0].trigger()
    view.list.setFocus()
    qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    assert told[1:] == [("compare", [4, 2]), ("folder", [4, 2]), ("delete", [4, 2])]
    qtbot.keyClick(view.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selected() == [5, 4, 3, 2]
    click(view, qtbot, 2)
    assert view.selected() == [3]
    assert told[4:] == [3]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bars_tell_and_expire(qtbot: QtBot, scheme: Scheme) -> None:
    view = ProjectsView(ThemeSource(scheme))
    qtbot.addWidget(view)
    bar = view.undo_bar
    bar.say("Deleted “Gomoku”", "Undo", seconds=0.05)
    assert bar.button.text() == "Undo"
    with qtbot.waitSignal(bar.expired):
        pass
    assert bar.isHidden()
    bar.busy("Exporting Gomoku …", "Cancel")
    assert (bar.progress.minimum(), bar.progress.maximum()) == (0, 0)
    bar.advance(30, 100)
    assert bar.progress.value() == 30
    with qtbot.waitSignal(bar.acted):
        bar.button.click()


def test_a_snippet_in_pieces() -> None:
    assert marked_pieces("a ‹board›\nof …") == [("a ", False), ("board", True), (" of …", False)]
    assert speaker_word("chief-executive-officer/code-reviewer") == "Code Reviewer"
    assert speaker_word("user") == "You"


def test_no_runs(qtbot: QtBot) -> None:
    view = ProjectsView(ThemeSource("light"))
    qtbot.addWidget(view)
    view.show_runs([])
    assert view._stack.empty._title.text() == "No projects yet"


def test_the_composer_speaks_to_one_or_all(qtbot: QtBot) -> None:
    story = Story()
    story.tell(AgentHired(agent="ceo", role="CEO", manager="", model="m"))
    composer = Composer(ThemeSource("light"))
    qtbot.addWidget(composer)
    said: list[tuple[str, str]] = []
    composer.said.connect(lambda text, to: said.append((text, to)))
    composer.show_state(State.replayed(story.events))
    composer.set_going(True)
    composer.text.setPlainText("Use black.")
    composer._say()
    composer.to.setCurrentIndex(1)
    composer.text.setPlainText("More\ntests.")
    composer.send.click()
    assert said == [("Use black.", "everyone"), ("More\ntests.", "ceo")]
    composer._say()
    assert len(said) == 2
    composer.set_going(False)
    assert not composer.text.isEnabled()


def test_the_status_line(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_state(State.replayed(gomoku().events))
    assert line.model.text() == "qwen3-coder:30b"
    assert line.context.text().endswith("of 8.2k")
    assert line.tokens.text().endswith("tokens")
    line.say_server("Ollama 0.33", 18_000_000_000)
    assert line.server.text() == "Ollama 0.33 · 18 GB loaded"
    line.show_state(None)
    assert line.model.isHidden()


def test_a_notice_and_its_buttons(qtbot: QtBot) -> None:
    notice = Notice(ThemeSource("light"))
    qtbot.addWidget(notice)
    pressed: list[str] = []
    notice.acted.connect(pressed.append)
    notice.say("error", "bad", "It failed.", "Do this.", "Continue", "Details")
    for button in notice._buttons:
        button.click()
    assert pressed == ["Continue", "Details"]
    notice.say("pause", "warning", "Paused.")
    assert all(button.isHidden() for button in notice._buttons)


def test_runs_of_one_project_are_told_apart_by_what_was_asked_for(qtbot: QtBot) -> None:
    view = shown(qtbot, [])
    follow = replace(row(3, "Gomoku"), project=1, idea="Let it\nspeak German")
    view.show_runs([follow, replace(row(1, "Gomoku"), project=1, idea="A game"), row(2, "Todo")])
    wishes = {n: view._model.index_of(n).data(WISH_ROLE) for n in (1, 2, 3)}
    assert wishes == {1: "A game", 2: "", 3: "Let it speak German"}
    branch = replace(row(4, "Gomoku"), project=1, branched_from=1)
    view.show_runs([branch, follow])
    assert view._model.index_of(4).data(WISH_ROLE) == "", "a branch stands below what it branched off"
