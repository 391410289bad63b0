"""The field for a server's address, and what is remembered of addresses."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.dialogs.host_field import HostField
from app.hosts import Host
from app.settings import WindowSettings


def test_the_address_field_knows_servers_by_name(qtbot: QtBot) -> None:
    field = HostField()
    qtbot.addWidget(field)
    assert field.text() == ""
    assert field.currentText() == "This machine"
    field.setText("lab:1")
    assert (field.text(), field.currentText()) == ("lab:1", "lab:1")
    field.offer([Host("This machine", ""), Host("Lab", "lab:1")])
    assert (field.text(), field.currentText()) == ("lab:1", "Lab")
    with qtbot.waitSignal(field.editingFinished):
        field.activated.emit(0)
    field.lineEdit().setText(" elsewhere ")
    assert field.text() == "elsewhere"
    field.lineEdit().clear()
    assert field.text() == ""


def test_a_new_address_joins_the_list_and_a_lost_default_is_this_machine(tmp_path: Path) -> None:
    settings = WindowSettings(tmp_path)
    settings.remember_host("")
    settings.remember_host("lab:1")
    settings.remember_host("lab:1")
    assert settings.hosts == [Host("This machine", ""), Host("lab:1", "lab:1")]
    settings.default_host = "lab:1"
    settings.hosts = []
    assert settings.default_host == ""
