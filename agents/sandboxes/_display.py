"""A private X display for programs whose toolkit knows no other (tkinter), where Xvfb is installed."""

from __future__ import annotations

import shutil

NUMBER = 7
START = f"""\
mkdir -m 1777 /tmp/.X11-unix 2>/dev/null
{{program}} :{NUMBER} -screen 0 1280x800x24 -nolisten tcp -noreset >/dev/null 2>&1 &
tries=0
while [ ! -S /tmp/.X11-unix/X{NUMBER} ] && [ $tries -lt 100 ]; do sleep 0.02; tries=$((tries + 1)); done
[ -S /tmp/.X11-unix/X{NUMBER} ] && export DISPLAY=:{NUMBER}"""


def display_script() -> str:
    """Shell code that starts a display within a sandbox and waits for it; empty where there is no Xvfb.

    Only for a sandbox with a `/tmp` and a network namespace of its own: the display is closed to all others.
    """
    program = shutil.which("Xvfb", path="/usr/bin:/usr/local/bin")
    return START.format(program=program) if program else ""
