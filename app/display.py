"""Why no window can be opened here, told before Qt is asked: Qt ends the whole process where it cannot.

Nothing here imports PySide6 on Linux: Qt's libraries are tried by the loader alone.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

PACKAGES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""The Debian and Ubuntu package of each library that Qt loads."""

HEADLESS_HINT = "In the terminal, `troupe build` and `troupe demo --headless` need no window."
_PICTURELESS = frozenset({"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs"})


def display_missing() -> str:
    """Why no window can be opened on this machine, with what to do about it; empty when one can."""
    if problem := _qt_missing():
        return problem
    if sys.platform != "linux" or _platform_wish(os.environ) in _PICTURELESS:
        return ""
    return _server_missing(os.environ)


def missing_library(text: str) -> str:
    """The library that a loader's error `text` says cannot be opened; empty when it says something else."""
    found = re.search(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file", text)
    return found.group(1) if found else ""


def install_hint(libraries: list[str]) -> str:
    """The sentence that says how to install `libraries`."""
    packages = sorted({PACKAGES[name] for name in libraries if name in PACKAGES})
    if not packages:
        return "Install it with your system's package manager."
    return f"On Debian or Ubuntu: sudo apt install {' '.join(packages)}"


def _platform_wish(environment: Mapping[str, str]) -> str:
    """The first platform plugin that the user asks Qt for; empty when the choice is Qt's."""
    return environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]


def _qt_missing() -> str:
    """Why Qt's libraries cannot be loaded."""
    error = _qt_error()
    library = missing_library(error)
    if library:
        return f"Qt needs the library {library}, which is not installed. {_hint_for_all(library)}"
    return f"Qt cannot be loaded: {error}. {HEADLESS_HINT}" if error else ""


def _qt_error() -> str:
    """What the loader, or where Qt's libraries lie elsewhere the import, says when it fails."""
    folder = _pyside_folder()
    if folder is None:
        return "PySide6 is not installed"
    library = folder / "Qt" / "lib" / "libQt6Widgets.so.6"
    if library.exists():
        return _load_error(str(library))
    try:
        import_module("PySide6.QtWidgets")
    except ImportError as error:
        return str(error)
    return ""


def _pyside_folder() -> Path | None:
    spec = find_spec("PySide6")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _hint_for_all(library: str) -> str:
    """How to install `library` and whatever else X11 windows need: the loader names one at a time only."""
    others = [name for name in PACKAGES if not name.startswith("libwayland") and _load_error(name)]
    return install_hint([library, *others])


def _server_missing(environment: Mapping[str, str]) -> str:
    """Why neither a Wayland compositor nor an X server can be used."""
    wish = _platform_wish(environment)
    wayland = bool(environment.get("WAYLAND_DISPLAY")) and wish != "xcb"
    if wayland and _wayland_answers(environment):
        return ""
    if environment.get("DISPLAY") and not wish.startswith("wayland"):
        return _xcb_missing()
    if wayland:
        return f"The Wayland compositor {environment['WAYLAND_DISPLAY']} does not answer. {HEADLESS_HINT}"
    return f"There is no display here: neither WAYLAND_DISPLAY nor DISPLAY is set. {HEADLESS_HINT}"


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    """Whether a compositor listens at the socket that the environment names."""
    path = Path(environment.get("XDG_RUNTIME_DIR", "")) / environment["WAYLAND_DISPLAY"]
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _xcb_missing() -> str:
    """Why Qt's X11 plugin cannot start: a library of the system, or no X server that answers."""
    plugin = (_pyside_folder() or Path()) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    library = missing_library(_load_error(str(plugin)))
    if library:
        return f"Qt needs the library {library} for X11, which is not installed. {_hint_for_all(library)}"
    if not _x_server_answers():
        return f"The X server {os.environ['DISPLAY']} does not answer. {HEADLESS_HINT}"
    return ""


def _load_error(library: str) -> str:
    """What the loader says when it cannot load `library`; empty when it can."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return ""


def _x_server_answers() -> bool:
    """Whether an X server accepts a connection at `DISPLAY`."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt brings what it needs; the plugin above was loadable
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers
