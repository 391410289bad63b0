"""What was found by looking at the pictures, part by part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QStyleOptionComboBox,
    QStyleOptionToolButton,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import i18n, theme
from app.actions import Actions
from app.dialogs.clarification import _short
from app.dialogs.error import ErrorDialog
from app.downloads import Download
from app.qtmodels.grid import Cell
from app.state.problems import Problem
from app.state.run import RunSummary
from app.theme import DARK, LIGHT, ThemeSource
from app.views.code_header import CodeHeader
from app.views.comparison import ComparisonView
from app.views.composer import Composer
from app.views.controls import Choice, Tabs, WordButton
from app.views.empty import EmptyState
from app.views.grid import GridView
from app.views.icon_label import IconLabel
from app.views.model_row import ModelRow
from app.views.notice import Notice
from app.views.preview import MarkdownPage
from app.views.problems import ProblemsView
from app.views.toolbar import Toolbar
from app.views.transcript_documents import Look
from app.views.transcript_segment import Segment
from app.views.transcript_split import Part
from app.views.two_lines import MOST_LINES, TwoLines
from tests.support.looks import light_theme


@pytest.fixture
def source(qapp: QApplication) -> Iterator[ThemeSource]:
    with light_theme(qapp) as source:
        yield source


def test_what_a_field_is_for_can_be_read(qtbot: QtBot, source: ThemeSource) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("Names")
    field.ensurePolished()
    assert field.palette().color(QPalette.ColorRole.PlaceholderText) == QColor(LIGHT.muted)


def test_a_word_stands_apart_from_its_icon(qtbot: QtBot, source: ThemeSource) -> None:
    pixmap = QPixmap(16, 16)
    pixmap.fill(Qt.GlobalColor.black)
    made = WordButton()
    qtbot.addWidget(made)
    made.setText("Run")
    option = QStyleOptionToolButton()
    made.initStyleOption(option)
    assert option.text == "Run"
    made.setIcon(QIcon(pixmap))
    made.initStyleOption(option)
    assert option.text == " Run"
    used = made.fontMetrics().horizontalAdvance(option.text) + made.iconSize().width()
    assert made.sizeHint().width() >= used + 16, "the gap does not cut the word"


def test_a_choice_without_room_ends_in_an_ellipsis(qtbot: QtBot, source: ThemeSource) -> None:
    choice = Choice()
    qtbot.addWidget(choice)
    choice.addItem("v1 · Programmer · First version of the whole program")
    option = QStyleOptionComboBox()
    choice.resize(600, 28)
    choice.initStyleOption(option)
    assert option.currentText == choice.currentText()
    choice.resize(120, 28)
    choice.initStyleOption(option)
    assert option.currentText.startswith("v1")
    assert option.currentText.endswith("…")


def test_a_long_name_leaves_room_for_the_rest(qtbot: QtBot, source: ThemeSource) -> None:
    parent = EmptyState("", "")
    qtbot.addWidget(parent)
    toolbar = Toolbar(source, Actions(source, parent))
    qtbot.addWidget(toolbar)
    run = RunSummary(started=1.0, project="An inventory of instruments " * 8, title="ChatDev", model="m")
    toolbar.show_run(run)
    toolbar.resize(1280, 40)
    toolbar.show()
    assert toolbar.minimumSizeHint().width() <= 1280
    assert toolbar.facts.width() > 40
    assert toolbar.finder.geometry().right() < toolbar.width()


def test_a_projects_name_is_cut_last(qtbot: QtBot, source: ThemeSource) -> None:
    parent = EmptyState("", "")
    qtbot.addWidget(parent)
    toolbar = Toolbar(source, Actions(source, parent))
    qtbot.addWidget(toolbar)
    toolbar.show_run(
        RunSummary(started=1.0, project="A program that greets", title="ChatDev", model="m" * 90)
    )
    toolbar.show()
    needed = toolbar.title.sizeHint().width()
    toolbar.resize(toolbar.width() + 3 * needed, 40)
    assert toolbar.title.width() >= needed
    assert toolbar.facts.width() < toolbar.facts.sizeHint().width()
    assert toolbar.facts.geometry().right() < toolbar.finder.geometry().left() - 8
    toolbar.resize(toolbar.width() + 2000, 40)
    assert toolbar.facts.width() >= toolbar.facts.sizeHint().width()


def test_the_palette_is_named_by_its_keys(qtbot: QtBot, source: ThemeSource) -> None:
    parent = EmptyState("", "")
    qtbot.addWidget(parent)
    actions = Actions(source, parent)
    toolbar = Toolbar(source, actions)
    qtbot.addWidget(toolbar)
    assert toolbar.finder.text() == "Ctrl+K"
    with qtbot.waitSignal(actions.palette.triggered):
        toolbar.finder.click()
    actions.set_keys("palette", [])
    assert toolbar.finder.text() == "Find"


def test_to_cancel_a_download_is_not_the_thing_to_do_next(qtbot: QtBot, source: ThemeSource) -> None:
    row = ModelRow("m:7b")
    qtbot.addWidget(row)
    row.set_primary(True)
    assert row.button.property("kind") == "primary"
    row.show_download(Download("m:7b", "", phase="going"))
    assert row.button.property("kind") == ""
    row.show_download(Download("m:7b", "", phase="cancelled"))
    assert row.button.property("kind") == "primary"


def test_return_closes_an_error_at_once(qtbot: QtBot, source: ThemeSource) -> None:
    dialog = ErrorDialog("Troupe", "It failed.", "Do this.", "Trace")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.focusWidget() is dialog._close
    assert dialog.findChild(IconLabel) is not None
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## Which **board** is *meant*?\nMore", "Which board is meant?"),
        ("Is `snake_case` used in _names_?", "Is snake_case used in names?"),
        ("How many?", "How many?"),
    ],
)
def test_the_list_of_questions_shows_words_alone(text: str, shown: str) -> None:
    assert _short(text) == shown


def test_without_runs_there_is_nothing_to_choose(qtbot: QtBot, source: ThemeSource) -> None:
    view = ComparisonView(source)
    qtbot.addWidget(view)
    view.show()
    view.offer([], set())
    assert not view.picker.isVisible()
    assert "No runs yet" in view._stack.empty._title.text()


def test_without_problems_there_is_nothing_to_copy(qtbot: QtBot, source: ThemeSource) -> None:
    view = ProblemsView(source)
    qtbot.addWidget(view)
    view.show()
    assert not view.copy.isVisible()
    view.show_problems([Problem("error", "It failed.", "Do this.", "", "", 1.0)])
    assert view.copy.isVisible()


def test_the_buttons_for_a_problem_stand_at_the_foot_also_without_details(
    qtbot: QtBot, source: ThemeSource
) -> None:
    view = ProblemsView(source)
    qtbot.addWidget(view)
    view.resize(600, 500)
    view.show()
    for detail in ("", "Traceback"):
        view.show_problems([Problem("error", "It failed.", "", detail, "", 1.0)])
        QApplication.processEvents()
        assert view.copy.geometry().bottom() >= view.about.height() - 2


def test_the_second_line_is_quieter_and_the_first_wraps(qtbot: QtBot, source: ThemeSource) -> None:
    view = QListWidget()
    qtbot.addWidget(view)
    delegate = TwoLines(view)
    view.setItemDelegate(delegate)
    view.addItems(["Short\nnow", "A long sentence about what went wrong here " * 20 + "\nnow"])
    view.resize(240, 300)
    view.show()
    view.setStyleSheet("")
    places = (view.model().index(row, 0) for row in (0, 1))
    heights = [delegate.sizeHint(QStyleOptionViewItem(), place).height() for place in places]
    line = view.fontMetrics().lineSpacing()
    assert heights[1] - heights[0] == pytest.approx((MOST_LINES - 1) * line, abs=4)
    shot = view.viewport().grab().toImage()
    colors = {shot.pixelColor(x, y).name() for x in range(60) for y in range(heights[0])}
    assert LIGHT.text in colors or LIGHT.muted in colors


def test_the_icon_of_an_empty_view_follows_the_theme(
    qtbot: QtBot, qapp: QApplication, source: ThemeSource
) -> None:
    view = EmptyState("No files yet", "They appear here.", mark="file")
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show()
    mark = view.findChild(IconLabel)
    assert mark is not None
    view.grab()
    light = mark._color
    theme.apply(qapp, DARK)
    view.grab()
    assert QColor(mark._color).lightness() != QColor(light).lightness()
    assert mark.pixmap().width() > 0


def test_the_icon_of_a_single_line_stands_beside_it(qtbot: QtBot, source: ThemeSource) -> None:
    notice = Notice(source)
    qtbot.addWidget(notice)
    notice.resize(600, 60)
    for text, middle in (("", True), ("Finished steps are kept.", False)):
        notice.say("warning", "warning", "Paused before the next step.", text, "Go on")
        notice.grab()
        pixmap = notice._mark.geometry()
        assert (abs(pixmap.center().y() - notice.title.geometry().center().y()) <= 1) is middle


def test_a_corner_between_scroll_bars_is_not_painted(qtbot: QtBot, source: ThemeSource) -> None:
    text = QPlainTextEdit("long " * 200 + "\n" * 200)
    qtbot.addWidget(text)
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setProperty("kind", "plain")
    text.resize(200, 200)
    text.show()
    shot = text.grab().toImage()
    corner = {shot.pixelColor(x, y).name() for x in range(188, 199) for y in range(188, 199)}
    assert corner == {LIGHT.raised}


@pytest.mark.parametrize("text", ["```\na\n\nb\n```", "Before\n\n```python\na\n\nb\n```\n\nAfter\n\n- `x`\n"])
def test_fenced_code_stands_in_a_frame(qtbot: QtBot, source: ThemeSource, text: str) -> None:
    page = MarkdownPage()
    qtbot.addWidget(page)
    page.show_text(text, LIGHT)
    [frame] = page.document().rootFrame().childFrames()
    code = QTextCursor(page.document())
    code.setPosition(frame.firstPosition())
    code.setPosition(frame.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    assert code.selectedText().replace("\u2029", "\n") == "a\n\nb"
    around = (page.document().findBlock(frame.firstPosition() - 1), page.document().lastBlock())
    assert all(block.length() > 1 or block.blockFormat().lineHeight() == 1 for block in around)


def test_an_error_keeps_its_words_together(qtbot: QtBot, source: ThemeSource) -> None:
    dialog = ErrorDialog("Troupe", "It failed.", "Do this.", "Trace")
    qtbot.addWidget(dialog)
    dialog.resize(600, 400)
    dialog.show()
    heading = next(found for found in dialog.findChildren(QLabel) if found.text() == "It failed.")
    assert dialog.hint.geometry().top() - heading.geometry().bottom() <= 12


def test_no_line_goes_through_long_code_that_comes_in_parts(qtbot: QtBot, source: ThemeSource) -> None:
    look, width = Look(source.theme), 200
    parts = [
        Segment(Part("code", "a = 1", "", first=True, last=False), look),
        Segment(Part("code", "b = 2", "", first=False, last=False), look),
        Segment(Part("code", "c = 3", "", first=False, last=True), look),
    ]
    heights = [int(part.lay_out(width)) for part in parts]
    image = QImage(width, sum(heights), QImage.Format.Format_RGB32)
    image.fill(QColor(source.theme.surface))
    painter = QPainter(image)
    for place, part in enumerate(parts):
        top = float(sum(heights[:place]))
        part.paint(painter, QPointF(0, top), QRectF(0, 0, width, image.height()))
    painter.end()
    border, code = QColor(source.theme.border), QColor(source.theme.code)
    right_of_the_text = [image.pixelColor(width - 20, y) for y in range(image.height())]
    assert right_of_the_text == [border, *[code] * (image.height() - 2), border]
    assert all(image.pixelColor(x, y) == border for x in (0, width - 1) for y in range(image.height()))


def test_a_hint_without_room_is_cut_in_its_line(qtbot: QtBot, source: ThemeSource) -> None:
    composer = Composer(source)
    qtbot.addWidget(composer)
    composer.resize(900, 60)
    composer.show()
    whole = composer.text.placeholderText()
    assert not composer.text.toolTip()
    composer.resize(330, 60)
    QApplication.processEvents()
    cut = composer.text.placeholderText()
    assert cut.endswith("…"), "Qt would wrap it into a line below the field"
    assert composer.text.fontMetrics().horizontalAdvance(cut) < composer.text.viewport().width()
    assert composer.text.toolTip() == whole
    composer.resize(900, 60)
    QApplication.processEvents()
    assert composer.text.placeholderText() == whole


def test_a_narrow_pane_still_says_which_version_of_a_file_is_shown(qtbot: QtBot, source: ThemeSource) -> None:
    header = CodeHeader(source)
    qtbot.addWidget(header)
    header.versions.addItem("v7 · Chief Product Officer")
    header.set_previewable(True)
    header.resize(header.minimumSizeHint().width(), 100)
    header.show()
    QApplication.processEvents()
    option = QStyleOptionComboBox()
    header.versions.initStyleOption(option)
    assert option.currentText.startswith("v7")
    assert header.versions.geometry().bottom() < header.text.geometry().top()
    header.resize(600, 100)
    QApplication.processEvents()
    assert header.versions.geometry().center().y() == header.text.geometry().center().y()


def test_a_table_that_becomes_too_wide_still_shows_its_last_row(qtbot: QtBot, source: ThemeSource) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    table = GridView(source, "Figures")
    column.addWidget(table)
    column.addStretch(1)
    page.resize(900, 400)
    page.show()
    table.cells.show_rows(["Method", "Tokens a solved problem"], [[Cell("A"), Cell("1")]] * 4)
    QApplication.processEvents()
    assert not table.horizontalScrollBar().isVisible()
    page.resize(170, 400)
    QApplication.processEvents()
    assert table.horizontalScrollBar().isVisible()
    last = table.visualRect(table.cells.index(3, 0))
    assert last.bottom() <= table.viewport().height()


def test_tabs_without_room_keep_the_beginnings_of_their_names(qtbot: QtBot, source: ThemeSource) -> None:
    tabs = Tabs("Views")
    qtbot.addWidget(tabs)
    for name in ("Messages", "Prompt", "Cost"):
        tabs.addTab(QWidget(), name)
    tabs.show()
    bar = tabs.tabBar()
    tabs.resize(bar.sizeHint().width() - 30, 100)
    QApplication.processEvents()
    tabs.setCurrentIndex(2)
    QApplication.processEvents()
    assert bar.tabRect(0).left() >= 0, "Qt would scroll the first one out of the view"
    assert bar.tabRect(2).right() <= bar.width()
    assert tabs.tabToolTip(0) == "Messages"
    tabs.resize(600, 100)
    assert tabs.tabToolTip(0) == ""


def test_a_method_is_called_by_its_name_in_the_language_of_the_window(
    qtbot: QtBot, source: ThemeSource
) -> None:
    parent = EmptyState("", "")
    qtbot.addWidget(parent)
    toolbar = Toolbar(source, Actions(source, parent))
    qtbot.addWidget(toolbar)
    i18n.use("zh_CN")
    try:
        toolbar.show_run(
            RunSummary(started=1.0, project="vowels", title="The bare model", model="demo: recorded replies")
        )
    finally:
        i18n.use("en")
    assert "单独的模型" in toolbar.facts.text()
    assert "演示：录制的回复" in toolbar.facts.text()
