"""Everything that can be done in the window, with its words, keys and icons."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.icons import icon
from app.theme import ThemeSource


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    tip: str
    icon: str
    keys: tuple[str, ...] = ()
    color: str = "text"


_ENTRIES = {
    "run": _Entry("Run", "Run a project, or continue this run", "run", ("F5", "Ctrl+R"), "good"),
    "pause": _Entry("Pause", "Wait before the next step", "pause", ("Ctrl+P",)),
    "stop": _Entry("Stop", "End this run now; it can be continued", "stop", ("Ctrl+.",)),
    "new": _Entry("New project …", "Start a new project", "new", ("Ctrl+N",)),
    "demo": _Entry("Watch the demo", "A recorded team builds a bundled project", "demo"),
    "answer": _Entry("Answer the team …", "Open the question that waits", "question", ("Ctrl+J",)),
    "folder": _Entry("Open the project's folder", "Show the folder in the file manager", "folder"),
    "search": _Entry("Search projects", "Go to the search field", "search", ("Ctrl+F",)),
    "speak": _Entry("Write to the team", "Go to the message field", "send", ("Ctrl+M",)),
    "home": _Entry("Welcome", "Close the run that is shown; it goes on", "team"),
    "settings": _Entry("Settings …", "Appearance and motion", "settings", ("Ctrl+,",)),
    "about": _Entry("About Troupe", "Version and folders", "info"),
    "quit": _Entry("Quit", "Stop what is going on and leave", "cross", ("Ctrl+Q",)),
}


class Actions(QObject):
    """The window's actions as attributes; their icons follow the theme."""

    def __init__(self, source: ThemeSource, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._made = {name: self._make(entry) for name, entry in _ENTRIES.items()}
        self.run, self.pause, self.stop = self._made["run"], self._made["pause"], self._made["stop"]
        self.new, self.demo, self.answer = self._made["new"], self._made["demo"], self._made["answer"]
        self.folder, self.search, self.speak = self._made["folder"], self._made["search"], self._made["speak"]
        self.home, self.settings, self.about = self._made["home"], self._made["settings"], self._made["about"]
        self.quit = self._made["quit"]
        source.changed.connect(self._rethemed)
        self._rethemed()

    def all(self) -> list[QAction]:
        """Every action, so that a window can take their keys."""
        return list(self._made.values())

    def show_run(self, *, going: bool, paused: bool, continuable: bool, shown: bool) -> None:
        """Allow what fits the run that is shown, and call it by its right name."""
        self.run.setText(
            "Continue" if paused or continuable else "Run again" if shown and not going else "Run"
        )
        self.run.setEnabled(paused or not going)
        self.pause.setEnabled(going and not paused)
        self.stop.setEnabled(going)
        self.folder.setEnabled(shown)
        self.home.setEnabled(shown)
        self.speak.setEnabled(going)

    def _make(self, entry: _Entry) -> QAction:
        action = QAction(entry.text, self)
        action.setShortcuts([QKeySequence(keys) for keys in entry.keys])
        keys = (
            QKeySequence(entry.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if entry.keys else ""
        )
        action.setToolTip(f"{entry.tip} ({keys})" if keys else entry.tip)
        return action

    def _rethemed(self) -> None:
        theme = self._source.theme
        for name, entry in _ENTRIES.items():
            self._made[name].setIcon(icon(entry.icon, theme, str(getattr(theme, entry.color))))
