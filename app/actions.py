"""Everything that can be done in the window, with its words, keys and icons."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.i18n import marked, tr
from app.icons import icon
from app.plain import plain_tip
from app.theme import ThemeSource


@dataclass(frozen=True, slots=True)
class _Entry:
    """An action; `short` is what a button of the toolbar says where `text` is too long for one."""

    text: str
    tip: str
    icon: str
    keys: tuple[str, ...] = ()
    color: str = "text"
    group: str = marked("Window")
    short: str = ""


RUN, TALK, GO = marked("Run"), marked("Team"), marked("Go to")
_ENTRIES = {
    "run": _Entry(
        marked("Run"),
        marked("Run a project, or continue this run"),
        "run",
        ("F5", "Ctrl+R"),
        "good",
        RUN,
    ),
    "pause": _Entry(
        marked("Pause after this step"),
        marked("The reply that is being written is completed, then the team waits"),
        "pause",
        ("Ctrl+P",),
        group=RUN,
        short=marked("Pause"),
    ),
    "stop_call": _Entry(
        marked("Stop this call"),
        marked("End every reply that is being written; the team waits and asks again when it goes on"),
        "cut",
        ("Ctrl+.",),
        group=RUN,
        short=marked("Stop call"),
    ),
    "stop": _Entry(
        marked("Abort the run"),
        marked("End everything at once; finished steps are kept and the run can be continued"),
        "stop",
        ("Ctrl+Shift+X",),
        group=RUN,
        short=marked("Abort"),
    ),
    "branch": _Entry(
        marked("Branch from here …"),
        marked("Begin another run that is like this one up to the current message"),
        "branch",
        ("Ctrl+B",),
        group=RUN,
        short=marked("Branch"),
    ),
    "replay": _Entry(
        marked("Replay the run"),
        marked("Watch the run again from its beginning, or end its replay"),
        "clock",
        ("Ctrl+Shift+R",),
        group=RUN,
    ),
    "new": _Entry(marked("New project …"), marked("Start a new project"), "new", ("Ctrl+N",), group=RUN),
    "new_task": _Entry(
        marked("New task …"),
        marked("Let a method write one function"),
        "file",
        ("Ctrl+Shift+N",),
        group=RUN,
    ),
    "open": _Entry(
        marked("Open a folder …"),
        marked("Let the team improve a program that is there already"),
        "folder-plus",
        ("Ctrl+O",),
        group=RUN,
    ),
    "undo": _Entry(
        marked("Undo the deletion"),
        marked("Bring the run back that was deleted last"),
        "refresh",
        ("Ctrl+Z",),
        group=RUN,
    ),
    "demo": _Entry(
        marked("Watch the demo"), marked("A recorded team builds a bundled project"), "demo", group=RUN
    ),
    "answer": _Entry(
        marked("Answer the team …"),
        marked("Open the questions that wait"),
        "question",
        ("Ctrl+J",),
        group=TALK,
    ),
    "speak": _Entry(
        marked("Write to the team"), marked("Go to the message field"), "send", ("Ctrl+M",), group=TALK
    ),
    "role": _Entry(
        marked("Speak as an agent …"),
        marked("Take over a role, or give it back"),
        "team",
        ("Ctrl+T",),
        group=TALK,
    ),
    "palette": _Entry(
        marked("Find anything …"),
        marked("Commands, runs, files and agents by a few letters"),
        "search",
        ("Ctrl+K",),
        group=GO,
    ),
    "search": _Entry(
        marked("Search projects"), marked("Go to the search field"), "search", ("Ctrl+Shift+F",), group=GO
    ),
    "find": _Entry(
        marked("Find in the conversation"),
        marked("Look for words in everything that was said"),
        "search",
        ("Ctrl+F",),
        group=GO,
    ),
    "folder": _Entry(
        marked("Open the project's folder"), marked("Show the folder in the file manager"), "folder", group=GO
    ),
    "figures": _Entry(
        marked("Figures"),
        marked("Tokens, time and calls of the run, or back to its conversation"),
        "figures",
        ("Ctrl+Shift+G",),
        group=GO,
    ),
    "compare": _Entry(
        marked("Compare runs …"),
        marked("The figures of several runs side by side"),
        "compare",
        ("Ctrl+Shift+K",),
        group=GO,
    ),
    "bench": _Entry(
        marked("Benches …"),
        marked("Methods compared over sets of problems"),
        "columns",
        ("Ctrl+Shift+B",),
        group=GO,
    ),
    "program": _Entry(
        marked("Run program"),
        marked("Run what the team has built: in the console, on the desktop, or in the browser"),
        "launch",
        ("Ctrl+F5",),
        group=GO,
    ),
    "home": _Entry(marked("Welcome"), marked("Close the run that is shown; it goes on"), "team", group=GO),
    "problems": _Entry(
        marked("Problems …"),
        marked("Errors and warnings with what to do about them"),
        "warning",
        ("Ctrl+Shift+M",),
        group=GO,
    ),
    "larger": _Entry(
        marked("Larger text"), marked("Everything a little larger"), "larger", ("Ctrl++", "Ctrl+=")
    ),
    "smaller": _Entry(marked("Smaller text"), marked("Everything a little smaller"), "smaller", ("Ctrl+-",)),
    "usual_size": _Entry(marked("Usual text size"), marked("The system's size"), "file", ("Ctrl+0",)),
    "shortcuts": _Entry(
        marked("Keyboard shortcuts …"), marked("All keys, and how to change them"), "keyboard", ("F1", "?")
    ),
    "models": _Entry(
        marked("Models and servers …"),
        marked("What is installed where, fetching more, deleting"),
        "package",
        ("Ctrl+Shift+L",),
        group=GO,
    ),
    "companies": _Entry(
        marked("Chain editor …"),
        marked("Phases, roles and prompts of a company of your own"),
        "edit",
        ("Ctrl+Shift+E",),
        group=GO,
    ),
    "settings": _Entry(
        marked("Settings …"), marked("Appearance, language, notifications"), "settings", ("Ctrl+,",)
    ),
    "about": _Entry(marked("About Troupe"), marked("Version and folders"), "info"),
    "quit": _Entry(marked("Quit"), marked("Stop what is going on and leave"), "cross", ("Ctrl+Q",)),
}


class Actions(QObject):
    """The window's actions as attributes; their icons follow the theme."""

    def __init__(self, source: ThemeSource, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._made = {name: self._make(name, entry) for name, entry in _ENTRIES.items()}
        for name in self._made:
            self.set_keys(name, self.usual_keys(name))
        self.run, self.pause, self.stop = self._made["run"], self._made["pause"], self._made["stop"]
        self.new, self.demo, self.answer = self._made["new"], self._made["demo"], self._made["answer"]
        self.folder, self.search, self.speak = self._made["folder"], self._made["search"], self._made["speak"]
        self.home, self.settings, self.about = self._made["home"], self._made["settings"], self._made["about"]
        self.quit, self.find = self._made["quit"], self._made["find"]
        self.stop_call, self.branch, self.role = (
            self._made[name] for name in ("stop_call", "branch", "role")
        )
        self.open, self.undo = self._made["open"], self._made["undo"]
        self.palette, self.problems = self._made["palette"], self._made["problems"]
        self.larger, self.smaller = self._made["larger"], self._made["smaller"]
        self.usual_size, self.shortcuts = self._made["usual_size"], self._made["shortcuts"]
        self.models, self.program = self._made["models"], self._made["program"]
        self.companies, self.new_task = self._made["companies"], self._made["new_task"]
        self.bench = self._made["bench"]
        self.replay, self.figures, self.compare = (
            self._made[name] for name in ("replay", "figures", "compare")
        )
        self.show_run(going=False, paused=False, continuable=False, shown=False)
        for waits in (self.stop_call, self.answer, self.undo):
            waits.setEnabled(False)
        source.changed.connect(self._rethemed)
        self._rethemed()

    def all(self) -> list[QAction]:
        """Every action, so that a window can take their keys."""
        return list(self._made.values())

    def named(self) -> dict[str, QAction]:
        """Every action by its name, which never changes, whatever the language."""
        return dict(self._made)

    def group(self, name: str) -> str:
        """What an action is about, in words, for lists of them."""
        return tr(_ENTRIES[name].group)

    def tip(self, name: str) -> str:
        """What an action does, in words."""
        return tr(_ENTRIES[name].tip)

    def icon_name(self, name: str) -> str:
        """The name of an action's icon."""
        return _ENTRIES[name].icon

    def usual_keys(self, name: str) -> list[QKeySequence]:
        """An action's keys as they are when the user has not changed them."""
        return [QKeySequence(keys) for keys in _ENTRIES[name].keys]

    def set_keys(self, name: str, keys: list[QKeySequence]) -> None:
        """Give an action other keys; its tooltip names the first."""
        action, tip = self._made[name], tr(_ENTRIES[name].tip)
        action.setShortcuts(keys)
        first = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        action.setToolTip(plain_tip(f"{tip} ({first})" if first else tip))

    def show_run(
        self,
        *,
        going: bool,
        paused: bool,
        continuable: bool,
        shown: bool,
        followable: bool = False,
        elsewhere: bool = False,
    ) -> None:
        """Allow what fits the run that is shown, and call it by its right name.

        `followable`: a wish begins a new run; `elsewhere`: another window or command carries it out.
        """
        if paused:
            word = tr("Go on")
        elif continuable:
            word = tr("Continue")
        else:
            word = tr("Run again") if shown and not going else tr("Run")
        self.run.setText(word)
        self.run.setEnabled(paused or not (going or elsewhere))
        self.pause.setEnabled(going and not paused)
        self.stop.setEnabled(going)
        self.branch.setEnabled(shown)
        self.role.setEnabled(going)
        self.folder.setEnabled(shown)
        self.program.setEnabled(shown)
        self.replay.setEnabled(shown and not going)
        self.figures.setEnabled(shown)
        self.home.setEnabled(shown)
        self.speak.setEnabled(going or followable)
        self.find.setEnabled(shown)

    def _make(self, name: str, entry: _Entry) -> QAction:
        action = QAction(tr(entry.text), self)
        action.setObjectName(name)
        if entry.short:
            action.setIconText(tr(entry.short))
        return action

    def _rethemed(self) -> None:
        theme = self._source.theme
        for name, entry in _ENTRIES.items():
            self._made[name].setIcon(icon(entry.icon, theme, str(getattr(theme, entry.color))))
