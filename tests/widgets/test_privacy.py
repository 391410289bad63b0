"""What may leave the machine, as the window asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agents.models.ollama import OllamaModel
from agents.serving import Readiness
from agents.trust import load_trust
from app.dialogs.host_list import HostList
from app.dialogs.settings import SettingsDialog
from app.hosts import Host
from app.settings import WindowSettings
from app.theme import ThemeSource


@pytest.fixture
def hosts(qtbot: QtBot, tmp_path: Path) -> HostList:
    settings = WindowSettings(tmp_path)
    settings.hosts = [*settings.hosts, Host("Lab", "192.0.2.7")]
    made = HostList(ThemeSource(), settings, OllamaModel)
    qtbot.addWidget(made)
    return made


def test_cloud_models_are_allowed_in_the_settings(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = SettingsDialog(ThemeSource(), WindowSettings(tmp_path))
    qtbot.addWidget(dialog)
    assert not dialog.cloud.isChecked()
    dialog.cloud.setChecked(True)
    assert load_trust().cloud
    dialog.cloud.setChecked(False)
    assert not load_trust().cloud


def test_the_key_is_bound_to_a_server_over_https_only(hosts: HostList) -> None:
    hosts.add.click()
    hosts.address.setText("box")
    hosts.key.setChecked(True)
    hosts.save.click()
    assert "encrypted only" in hosts.problem.text()
    hosts.address.setText("https://box")
    hosts.save.click()
    assert load_trust().key_hosts == {"box:443"}
    hosts.change.click()
    assert hosts.key.isChecked()
    hosts.address.setText("https://other")
    hosts.save.click()
    assert load_trust().key_hosts == {"other:443"}
    hosts.remove.click()
    assert load_trust().key_hosts == set()


def test_a_login_in_an_address_is_not_taken(hosts: HostList) -> None:
    hosts.add.click()
    hosts.address.setText("https://anna:geheim@box")
    hosts.save.click()
    assert "user name or password" in hosts.problem.text()
    assert "geheim" not in hosts.problem.text()


def test_an_open_way_is_said_beside_the_server(hosts: HostList) -> None:
    found = Readiness(
        "ready", "http://192.0.2.7:11434", "Ollama 0.33", warning=OllamaModel("192.0.2.7").warning
    )
    hosts.show_standing("192.0.2.7", found)
    item = hosts.list.item(1)
    assert "not encrypted" in item.text()
    assert "https://" in item.toolTip()
