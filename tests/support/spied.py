"""The real window in a process of its own, which writes ten times a second what is to be seen in it.

`python -m tests.support.spied FILE` starts `troupe`; a test acts on it with real keys and a real mouse, and
reads FILE: one object in JSON, replaced as a whole.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.window import MainWindow

OFTEN = 100
"""Milliseconds between two reports."""


class Spy(QObject):
    """Reports to `file`."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        timer = QTimer(self, interval=OFTEN)
        timer.timeout.connect(self.report)
        timer.start()

    def report(self) -> None:
        """Write what is to be seen."""
        seen = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        window = next((one for one in seen if isinstance(one, MainWindow)), None)
        focus = QApplication.focusWidget()
        facts: dict[str, Any] = {
            "windows": {type(one).__name__: int(one.winId()) for one in seen},
            "focus": focus.accessibleName() if focus else "",
        }
        if window is not None:
            facts |= run_facts(window)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(facts), encoding="utf-8")
        fresh.replace(self._file)


def run_facts(window: MainWindow) -> dict[str, Any]:
    """Which run is shown, how it stands, and where the runs are in the list."""
    tree = window.projects.list
    rows = {}
    for place in range(tree.model().rowCount()):
        index = tree.model().index(place, 0)
        where = tree.viewport().mapToGlobal(tree.visualRect(index).center())
        rows[str(index.data())] = [where.x(), where.y()]
    facts: dict[str, Any] = {"rows": rows, "page": type(window.pages.currentWidget()).__name__}
    desk = next((one for one in window.children() if type(one).__name__ == "Desk"), None)
    session = desk._controller.current if desk is not None else None  # type: ignore[attr-defined]
    facts["ready"] = desk is not None
    if session is not None:
        bar = window.page.replay_bar
        facts |= {
            "run": session.number,
            "going": session.going,
            "paused": session.paused,
            "state": session.state.run.state,
            "writing": sum(len(talk) > 0 for talk in session.state.hierarchy.talks),
            "replay": bar.slider.value() if bar.isVisible() else 0,
            "dialog": _filled(QApplication.activeModalWidget()),
        }
    return facts


def _filled(dialog: QWidget | None) -> str:
    return type(dialog).__name__ if dialog is not None else ""


def main() -> None:
    """Start the window under watch."""
    app = QApplication(["troupe"])
    spy = Spy(Path(sys.argv[1]))
    app.setProperty("spy", spy)
    sys.argv = ["troupe"]
    os.environ.setdefault("TROUPE_DEMO_SPEED", "0")
    from app.__main__ import main as start

    start()


if __name__ == "__main__":
    main()
