"""What makes a tool one's own: the palette, the keys, the size of text, and the problems in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from app.controller import Controller
from app.dialogs.palette import Entry, Palette
from app.dialogs.problems import ProblemsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.i18n import language, tr
from app.keymap import Keymap
from app.scaling import FontScale
from app.settings import WindowSettings
from app.state.problems import Problem
from app.theme import ThemeSource
from app.window import MainWindow
from app.wording import state_word

NATIVE = QKeySequence.SequenceFormat.NativeText
SHOWN_KEYS = 2
"""So many of an action's keys stand beside it in the palette."""


class Everyday(QObject):
    """Ties them to a window. `open_run` shows a stored run by its number."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        source: ThemeSource,
        settings: WindowSettings,
        open_run: Callable[[int], None],
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._source = window, controller, source
        self._open_run = open_run
        self.keymap = Keymap(window.commands, settings, self)
        self.scale = FontScale(source, settings, self)
        self.palette = Palette(source, window)
        self._shortcuts: ShortcutsDialog | None = None
        self._problems: ProblemsDialog | None = None
        actions = window.commands
        actions.palette.triggered.connect(lambda: self.palette.open(list(self.entries())))
        actions.shortcuts.triggered.connect(self.show_shortcuts)
        actions.problems.triggered.connect(self.show_problems)
        actions.larger.triggered.connect(self.scale.larger)
        actions.smaller.triggered.connect(self.scale.smaller)
        actions.usual_size.triggered.connect(lambda: self.scale.set_scale(1.0))
        window.problems.changed.connect(self.refresh_problems)
        controller.shown.connect(lambda _: self.refresh_problems())
        self.refresh_problems()

    # --- the palette ---------------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:
        """Everything that can be chosen in the palette now."""
        for name, action in self._window.commands.named().items():
            if name != "palette":
                own = (keys.toString(NATIVE) for keys in action.shortcuts()[:SHOWN_KEYS])
                text, mark = action.text().replace("&", ""), self._window.commands.icon_name(name)
                also = name.replace("_", " ") if language() != "en" else ""
                yield Entry("action", text, ", ".join(own), action.trigger, mark, action.isEnabled(), also)
        for row in self._controller.runs():
            word = state_word(row.state, row.driven)
            detail = f"{tr(word)} · {self._window.projects.titled(row.workflow)} · {row.model}"
            yield Entry("run", f"{row.project_name} #{row.id}", detail, partial(self._open_run, row.id))
        yield from self._run_entries()

    def _run_entries(self) -> Iterator[Entry]:
        session = self._controller.current
        if session is None:
            return
        state, page = session.state, self._window.page
        for agent in state.hierarchy.agents.values():
            go = partial(page.hierarchy.select, agent.path)
            yield Entry("agent", agent.name, agent.path, partial(self._each, go, agent.path))
        for node in state.files.present:
            show = partial(page.artifacts.files.choose, node.path)
            yield Entry("file", node.path, f"v{node.latest.version}", show)
        for phase in state.chain.phases.values():
            title = f"{phase.name} {phase.round}/{phase.rounds}" if phase.rounds > 1 else phase.name
            go = partial(page.transcript.scroll_to_phase, phase.phase)
            yield Entry("phase", title, phase.phase, go)

    def _each(self, select: Callable[[], object], agent: str) -> None:
        """Show an agent: its card is chosen and the conversation is its own."""
        select()
        self._window.page.transcript.set_filter(agent)

    # --- the keys ------------------------------------------------------------------------------------

    def show_shortcuts(self) -> None:
        """Open the list of keys, or bring it to the front."""
        if self._shortcuts is None:
            self._shortcuts = ShortcutsDialog(self.keymap, self._window)
            self._shortcuts.finished.connect(self._forget_shortcuts)
        self._shortcuts.present()

    def _forget_shortcuts(self) -> None:
        self._shortcuts = None

    # --- the problems --------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """The problems of the window and of the run that is shown."""
        session = self._controller.current
        return [*self._window.problems.problems, *(session.state.problems.problems if session else ())]

    def show_problems(self) -> None:
        """Open the list of problems, or bring it to the front."""
        if self._problems is None:
            self._problems = ProblemsDialog(self._source, self._window)
            self._problems.view.shown.connect(self._window.page.transcript.scroll_to_seq)
            self._problems.finished.connect(self._forget_problems)
        self.refresh_problems()
        self._problems.present()

    def refresh_problems(self) -> None:
        """Count the problems, and list them where the list is open."""
        found = self.problems()
        self._window.status.count_problems(len(found))
        if self._problems is not None:
            self._problems.view.show_problems(found, self._role)

    def _forget_problems(self) -> None:
        self._problems = None

    def _role(self, agent: str) -> str:
        session = self._controller.current
        return session.state.hierarchy.role(agent) if session else agent
