"""Whoever goes through a window by Tab sees where they are, and nobody else sees a frame."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agents.events import FilesCommitted
from app import theme
from app.background import Background
from app.dialogs.frame import DialogFrame
from app.settings import WindowSettings
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.focus_frame import FocusFrame
from app.views.run_page import RunPage
from app.window import MainWindow
from tests.support.story import gomoku


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    source = ThemeSource("light", reduce_motion=True)
    theme.apply(qapp, source.theme)
    made = MainWindow(source, WindowSettings(tmp_path))
    made.furnish(RunPage(source, Background()))
    qtbot.addWidget(made, before_close_func=lambda _: made.let_go())
    told = [one for one in gomoku().events if not isinstance(one.event, FilesCommitted)]
    made.page.show_state(RunState.replayed(told), None)
    made.pages.setCurrentWidget(made.page)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    qapp.setStyleSheet("")


def stops(window: QWidget) -> list[QWidget]:
    """What Tab comes to, one after the other."""
    found: list[QWidget] = []
    window.focusNextChild()
    while (at := window.focusWidget()) not in found:
        found.append(at)
        window.focusNextChild()
    return found


def picture(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def test_every_stop_of_tab_shows_that_it_has_the_focus(window: MainWindow) -> None:
    order = stops(window)
    assert {window.page.transcript, window.page.hierarchy, window.projects.search} <= set(order)
    for before, at in itertools.pairwise(order):
        before.setFocus()
        without = picture(at)
        window.focusNextChild()
        assert window.focusWidget() is at
        assert picture(at) != without, f"{type(at).__name__} {at.accessibleName()}"


def test_a_frame_goes_with_the_focus_and_the_mouse_makes_none(window: MainWindow, qtbot: QtBot) -> None:
    transcript = window.page.transcript
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton)
    assert transcript.hasFocus()
    assert not window.findChildren(FocusFrame)
    order = stops(window)
    order[order.index(transcript) - 1].setFocus()
    assert not window.findChildren(FocusFrame)
    window.focusNextChild()
    (frame,) = transcript.findChildren(FocusFrame)
    transcript.resize(transcript.width() - 20, transcript.height())
    QApplication.processEvents()
    assert frame.size() == transcript.size()
    window.focusNextChild()
    assert not transcript.findChildren(FocusFrame)


def test_lists_of_dialogs_are_framed_too(qtbot: QtBot) -> None:
    dialog = DialogFrame("Servers")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    servers = QListWidget()
    dialog.body.addWidget(servers)
    dialog.add_button("Close").setFocus()
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    dialog.focusNextChild()
    assert servers.hasFocus()
    assert len(servers.findChildren(FocusFrame)) == 1
    dialog.focusNextChild()
    assert not servers.findChildren(FocusFrame)


def test_a_button_that_is_disabled_leaves_the_focus_in_its_row(qtbot: QtBot) -> None:
    dialog = DialogFrame("Row")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.body.addWidget(QLineEdit())
    keep, start = QWidget(), QPushButton("Start")
    stop = QPushButton("Stop")
    row = QHBoxLayout(keep)
    row.addWidget(stop)
    row.addWidget(start)
    dialog.body.addWidget(keep)
    dialog.add_button("Close")
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    start.setFocus()
    start.setEnabled(False)
    assert dialog.focusWidget() is stop, "Qt would have gone on to the dialog's own buttons"
