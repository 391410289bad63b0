from __future__ import annotations

import subprocess
import sys

import pytest

from app import display


def test_names_the_package_of_a_library() -> None:
    text = "libEGL.so.1: cannot open shared object file: No such file or directory"
    assert display.missing_library(text) == "libEGL.so.1"
    assert display.install_hint(["libEGL.so.1", "libxcb-cursor.so.0"]).endswith(
        "install libegl1 libxcb-cursor0"
    )


def test_other_errors_name_no_library() -> None:
    assert display.missing_library("No module named 'PySide6'") == ""
    assert "package manager" in display.install_hint(["libunknown.so.1"])


def test_offscreen_needs_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    if missing := display._qt_missing():
        pytest.skip(missing)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert display.display_missing() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems always have a display")
def test_says_that_there_is_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "--headless" in display.display_missing() or "library" in display.display_missing()


@pytest.mark.skipif(sys.platform != "linux", reason="X11 and Wayland are Linux's")
def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    assert display.display_missing() != ""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-4711")
    monkeypatch.delenv("DISPLAY")
    assert display.display_missing() != ""


def test_importing_it_needs_no_qt() -> None:
    code = "import sys; sys.modules['PySide6'] = None; import app.display as d; print(d.display_missing())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Qt cannot be loaded")
