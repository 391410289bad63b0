"""The chain editor: order, switches, cycles, a phase and a role of one's own, undo, in and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent, QFont, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agents.companies import Shelf, files_of, read_folder
from agents.companies.folder import bundled
from agents.companies.model import CHAIN_FILE
from agents.companies.templates import FIELDS
from app.dialogs.company_editor import CompanyEditor
from app.theme import ThemeSource
from app.views.company_chain import box_of
from app.views.company_prompt import ABOUT
from tests.support.looks import light_theme


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "home")


@pytest.fixture
def editor(qtbot: QtBot, shelf: Shelf) -> CompanyEditor:
    made = CompanyEditor(ThemeSource("light"), shelf, bundled())
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    qtbot.addWidget(made, before_close_func=lambda widget: setattr(widget, "_warned", True))
    return made


def names(editor: CompanyEditor) -> list[str]:
    return [step.phase for step in editor.company.chain]


def drop(editor: CompanyEditor, number: int, over: int, *, below: bool) -> None:
    """Let the card of a row go over another one."""
    chain = editor.chain
    chain.setCurrentRow(number)
    area = chain.visualRect(chain.model().index(over, 0))
    y = area.bottom() - 2 if below else area.top() + 2
    event = QDropEvent(
        QPointF(area.center().x(), y),
        Qt.DropAction.MoveAction,
        chain.model().mimeData([chain.model().index(number, 0)]),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    chain.dropEvent(event)


def test_cards_are_dragged_and_moved_by_keys(editor: CompanyEditor, qtbot: QtBot) -> None:
    before = names(editor)
    drop(editor, 0, 2, below=True)
    assert names(editor) == ["LanguageChoose", "Coding", "DemandAnalysis", *before[3:]]
    assert editor.chain.place == (2,), "the moved card stays the current one"
    qtbot.keyClick(editor.chain, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(editor.chain, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(editor) == before
    drop(editor, 6, 7, below=True)  # within the review
    assert [part.phase for part in editor.company.chain[4].parts] == [
        "CodeReviewModification",
        "CodeReviewComment",
    ]
    editor.undo.click()
    assert editor.company == bundled()
    assert editor.chain.count() == 13


def test_a_card_is_switched_off_and_on(editor: CompanyEditor, qtbot: QtBot) -> None:
    area = editor.chain.visualRect(editor.chain.model().index(2, 0))
    qtbot.mouseClick(editor.chain.viewport(), Qt.MouseButton.LeftButton, pos=box_of(area).center())
    assert not editor.company.chain[2].on
    assert "Coding" not in [step.phase for step in editor.company.steps]
    qtbot.keyClick(editor.chain, Qt.Key.Key_Space)
    assert editor.company.chain[2].on
    qtbot.keyClick(editor.chain, Qt.Key.Key_Delete)
    assert "Coding" not in names(editor)
    editor.undo.click()
    assert names(editor).index("Coding") == 2


def test_cycles_have_a_number_and_say_when_it_is_wrong(editor: CompanyEditor) -> None:
    editor.chain.setCurrentRow(3)
    assert editor.step.cycles.value() == 10
    editor.step.cycles.setValue(4)
    assert editor.company.chain[3].cycles == 4
    editor.step.cycles.setValue(0)
    assert "cycleNum must be a whole number" in editor.step._cycle_problem.text()
    assert editor.chain.item(3).toolTip() == editor.step._cycle_problem.text()
    editor.chain.setCurrentRow(0)
    editor.keep()
    assert editor.chain.currentRow() == 3, "saving goes to what is wrong"
    assert "1 thing is to be mended" in editor._told.text()


def test_a_talk_of_ones_own(editor: CompanyEditor, shelf: Shelf, qtbot: QtBot) -> None:
    editor.chain.setCurrentRow(1)
    editor.add_talk()
    assert names(editor)[2] == "New talk"
    assert editor.chain.place == (2,)
    editor.step.name.setText("Slogan")
    editor.step.name.editingFinished.emit()
    step = editor.step
    step.instructor.setCurrentIndex(step.instructor.findData("Chief Creative Officer"))
    step.instructor.activated.emit(step.instructor.currentIndex())
    step.turns.setValue(3)
    step.reflect.setChecked(True)
    assert not step.files.isHidden()
    step.prompt.text.setPlainText("Find a slogan for ")
    step.prompt.text.moveCursor(QTextCursor.MoveOperation.End)
    step.prompt.insert("task")
    phase = editor.company.phases["Slogan"]
    assert (phase.instructor, phase.prompt) == ("Chief Creative Officer", "Find a slogan for {task}")
    assert (editor.company.chain[2].turns, editor.company.chain[2].reflect) == (3, True)
    step.prompt.insert("nobody")
    assert "{nobody}" in step.prompt.problem.text()
    editor.undo.click()
    assert (
        editor.company.phases["Slogan"].prompt == "Find a slogan for {task}" or step.prompt.problem.isHidden()
    )
    step.prompt.text.setPlainText("Find a slogan for {task}")
    editor.name.setText("Slogans")
    with qtbot.waitSignal(editor.kept) as kept:
        editor.keep()
    assert kept.args == ["Slogans"]
    assert shelf.load("Slogans").chain[2].phase == "Slogan"
    assert not editor._draft.changed


def test_a_cycle_of_ones_own(editor: CompanyEditor) -> None:
    editor.chain.setCurrentRow(0)
    editor.add_cycle()
    assert "has no phases" in editor.step._cycle_problem.text()
    editor.add_phase("CodeReviewComment")
    editor.add_phase("CodeReviewModification")
    assert [part.phase for part in editor.company.chain[1].parts] == [
        "CodeReviewComment",
        "CodeReviewModification",
    ]
    assert not editor._draft.problems()


def test_what_is_added_is_chosen_from_a_menu(editor: CompanyEditor) -> None:
    editor.chain.setCurrentRow(6)
    menu = editor.column.add.menu()
    menu.aboutToShow.emit()
    offered = {action.text(): action for action in menu.actions()}
    assert "ArtDesign" in offered
    offered["ArtDesign"].trigger()
    assert [part.phase for part in editor.company.chain[4].parts][1] == "ArtDesign", "beside the chosen part"
    offered["A cycle of phases"].trigger()
    assert names(editor)[5] == "Cycle"
    offered["A new talk of two agents"].trigger()
    assert editor.company.chain[5].parts[0].phase == "New talk", "into the empty cycle"
    editor.chain.setCurrentRow(0)
    editor.column.down.click()
    editor.column.up.click()
    assert names(editor)[0] == "DemandAnalysis"


def test_roles_have_prompts_and_models(editor: CompanyEditor) -> None:
    editor.tabs.setCurrentWidget(editor.roles)
    editor.show_models([("coder:7b · 7B", "coder:7b")])
    editor.roles.choose("Programmer")
    editor.roles.model.setCurrentText("coder:7b")
    editor.roles.prompt.text.setPlainText("You write code for {task}.")
    role = editor.company.roles["Programmer"]
    assert (role.model, role.prompt) == ("coder:7b", "You write code for {task}.")
    editor.roles.title.setText("Coder")
    editor.roles.title.editingFinished.emit()
    assert "Coder" in editor.company.cast()
    editor.roles.added.emit()
    assert "New role" in editor.company.roles
    editor.roles.unwanted.emit("New role")
    assert "New role" not in editor.company.roles
    editor.roles.renamed.emit("Coder", "Counselor")
    assert "already" in editor._told.text()
    editor.roles.unwanted.emit("Coder")
    assert "which RoleConfig.json does not have" in editor._told.text()


def test_long_names_of_models_widen_nothing(qapp: QApplication, editor: CompanyEditor) -> None:
    models = [("described", "hf.co/bartowski/Mistral-Small-24B-Instruct-2501-GGUF:Q4_K_M")]
    with light_theme(qapp):
        editor.roles.show_models(models)
        before = editor.size()
        for tab in range(editor.tabs.count()):
            editor.tabs.setCurrentIndex(tab)
            for _ in range(3):  # one for each layout within another
                QApplication.processEvents()
            assert editor.size() == before
        assert editor.minimumSizeHint().width() <= 853


def test_switches_and_background(editor: CompanyEditor) -> None:
    editor.whole.switches["git_management"].setChecked(True)
    editor.whole.text.setPlainText("We build toys.")
    assert editor.company.flag("git_management")
    assert editor.company.background == "We build toys."
    editor.undo.click()
    editor.undo.click()
    assert editor.company == bundled()
    assert editor.whole.text.toPlainText() == bundled().background


def test_a_folder_comes_in_and_goes_out_as_it_was(editor: CompanyEditor, tmp_path: Path) -> None:
    folder = tmp_path / "Theirs"
    folder.mkdir()
    (folder / CHAIN_FILE).write_bytes(bundled().read[CHAIN_FILE].replace(b'"cycleNum": 3', b'"cycleNum":  3'))
    editor.bring_in(folder)
    assert editor.name.text() == "Theirs"
    editor.carry_out(tmp_path / "out")
    assert files_of(read_folder(tmp_path / "out")) == files_of(read_folder(folder))
    (folder / CHAIN_FILE).write_text("{")
    editor.bring_in(folder)
    assert "is no valid JSON" in editor._told.text()
    assert editor.name.text() == "Theirs"


def test_what_is_not_saved_is_asked_about_once(editor: CompanyEditor) -> None:
    editor.chain.setCurrentRow(0)
    editor.column.remove.click()
    editor.close()
    assert editor.isVisible()
    assert "not saved" in editor._told.text()
    editor.undo.click()
    editor.redo.click()
    editor._open("Troupe")
    assert names(editor)[0] == "LanguageChoose", "asked about, not dropped"
    editor._open("Troupe")
    assert names(editor)[0] == "DemandAnalysis"
    editor.close()
    assert not editor.isVisible()


def test_every_field_is_explained() -> None:
    assert tuple(ABOUT) == FIELDS


def test_large_text_cuts_no_role(editor: CompanyEditor) -> None:
    editor.tabs.setCurrentWidget(editor.roles)
    roles = editor.roles.list
    large = QFont(roles.font())
    large.setPointSizeF(1.6 * large.pointSizeF())
    roles.setFont(large)
    editor.roles.show_company(editor.company, ())
    QApplication.processEvents()
    assert roles.sizeHintForColumn(0) <= roles.viewport().width()
    assert not roles.horizontalScrollBar().isVisible()
