"""The field for a server's address, and what is remembered of addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agents.contracts import ModelInfo
from agents.plan import Plan
from app.background import Background
from app.dialogs.host_field import HostField
from app.dialogs.model_picker import ModelPicker
from app.hosts import THIS_MACHINE, Host
from app.last_plan import LastPlan
from app.settings import WindowSettings
from app.sharing import together
from tests.support.qtloop import drive, until

LAB = Host("Lab", "http://lab:1")
BOTH = "http://127.0.0.1:11434, http://lab:1"


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


@pytest.fixture(autouse=True)
def usual_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)


def test_all_named_servers_are_one_choice(qtbot: QtBot) -> None:
    field = HostField()
    qtbot.addWidget(field)
    field.offer([THIS_MACHINE])
    assert field.count() == 1
    field.offer([THIS_MACHINE, LAB])
    assert field.itemText(2) == "All 2 servers share the work"
    field.setCurrentIndex(2)
    assert field.text() == BOTH
    field.setText("")
    field.setText(BOTH)
    assert field.currentText() == "All 2 servers share the work"


def test_each_server_is_among_all_of_them_once_and_none_with_a_login() -> None:
    assert together([THIS_MACHINE, Host("Again", "localhost:11434")]) is None
    assert together([THIS_MACHINE, Host("Own", "http://a:b@box")]) is None
    every = together([THIS_MACHINE, LAB, Host("Two", "127.0.0.1, lab:1")])
    assert every is not None
    assert every.address == BOTH


def test_work_that_was_shared_is_shared_the_next_time_also_with_a_new_server(tmp_path: Path) -> None:
    settings = WindowSettings(tmp_path)
    last = LastPlan(settings, "plan", Plan(idea=""))
    settings.hosts = [THIS_MACHINE, LAB]
    assert last.plan().host == ""
    last.remember(Plan(idea="A game", host=BOTH))
    assert settings.hosts == [THIS_MACHINE, LAB]
    assert last.plan().host == BOTH
    settings.hosts = [THIS_MACHINE, LAB, Host("New", "http://new:1")]
    assert last.plan().host == f"{BOTH}, http://new:1"
    settings.hosts = [THIS_MACHINE]
    assert last.plan().host == ""
    settings.hosts = [THIS_MACHINE, LAB]
    last.remember(Plan(idea="A game", host="http://lab:1"))
    assert last.plan().host == ""


def test_one_of_several_servers_that_is_asked_unencrypted_is_told(qtbot: QtBot) -> None:
    async def two_models(_: str) -> list[ModelInfo]:
        return [ModelInfo("a"), ModelInfo("b")]

    async def play() -> None:
        background = Background()
        picker = ModelPicker(two_models, background)
        qtbot.addWidget(picker)
        for address, said in (
            ("127.0.0.1, https://lab", "2 models on these servers."),
            ("127.0.0.1, http://lab", "What is sent there is not encrypted; better an https:// address."),
        ):
            picker.choose("", address)
            picker.refresh()
            await until(lambda said=said: picker.status.text() == said)
        await background.ended()

    drive(play())


def test_a_new_address_joins_the_list_and_a_lost_default_is_this_machine(tmp_path: Path) -> None:
    settings = WindowSettings(tmp_path)
    settings.remember_host("")
    settings.remember_host("lab:1")
    settings.remember_host("lab:1")
    assert settings.hosts == [Host("This machine", ""), Host("lab:1", "lab:1")]
    settings.default_host = "lab:1"
    settings.hosts = []
    assert settings.default_host == ""
