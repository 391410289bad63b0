"""The servers from near: opened from the status line, as they are now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.servers import ServerCard
from app.views.servers import ServersPopup
from app.views.status import StatusLine

IDLE = ServerCard("Workstation", "Ollama 0.33.1 at http://gpu:11434", "No model", "Idle", "Not known")
BUSY = ServerCard("Workstation", IDLE.where, "No model", "1 request at hand", "Not known")
GONE = ServerCard("Old laptop", "http://old:11434", problem="No Ollama server answers.")


def said(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_the_servers_name_opens_them_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    opened: list[int] = []
    line.server.clicked.connect(lambda: opened.append(1))
    qtbot.mouseClick(line.server, Qt.MouseButton.LeftButton)
    qtbot.keyClick(line.server, Qt.Key.Key_Return)
    qtbot.keyClick(line.server, Qt.Key.Key_Space)
    qtbot.keyClick(line.server, Qt.Key.Key_A)
    assert len(opened) == 3
    assert line.server.accessibleName()


def test_it_shows_each_server_as_it_is_now(qtbot: QtBot) -> None:
    cards = [IDLE]
    popup = ServersPopup(lambda: cards)
    qtbot.addWidget(popup)
    popup.refresh()
    [view] = popup.card_widgets
    assert said(view) == [
        "Workstation",
        IDLE.where,
        "Memory",
        "No model",
        "Work",
        "Idle",
        "Speed",
        "Not known",
    ]
    popup.refresh()
    assert popup.card_widgets == [view], "nothing was new"
    cards[:] = [BUSY, GONE]
    popup.refresh()
    assert "1 request at hand" in said(popup.card_widgets[0])
    assert said(popup.card_widgets[1]) == ["Old laptop", GONE.where, GONE.problem]


def test_it_opens_the_models_and_servers_and_goes_away(qtbot: QtBot) -> None:
    line = StatusLine()
    popup = ServersPopup(lambda: [IDLE])
    for widget in (line, popup):
        qtbot.addWidget(widget)
    line.show()
    popup.show_above(line.server)
    assert popup.isVisible()
    assert popup.geometry().bottom() < line.server.mapToGlobal(line.server.rect().topLeft()).y()
    with qtbot.waitSignal(popup.manage.clicked):
        popup.manage.click()
    assert not popup.isVisible()
