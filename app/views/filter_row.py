"""The row above the conversation that says what of it is shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.i18n import marked, tr
from app.icons import icon
from app.plain import plain_tip
from app.state.all import RunState
from app.state.chain import cycle_of
from app.state.filters import KINDS, Kind, Wanted
from app.theme import XS, S, ThemeSource
from app.views.controls import Choice, icon_button, set_kind

POPUP = 240
KIND_WORDS: dict[Kind, str] = {
    "messages": marked("Messages"),
    "notices": marked("Notices"),
    "programs": marked("Programs"),
    "files": marked("Files"),
}


class FilterRow(QFrame):
    """Agent, phase and kind, each "all" unless the user wants otherwise. `chosen` carries the `Wanted`.

    `find_button` is the one that opens the find bar.
    """

    chosen = Signal(object)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._seen = (-1, -1)
        self.setProperty("kind", "bar")
        self.agent = self._choice(tr("Agent"), tr("Show what one agent says and hears"))
        self.phase = self._choice(tr("Phase"), tr("Show one phase"))
        self.kind = self._choice(tr("Kind"), tr("Show messages, notices, programs or files alone"))
        self.kind.addItem(tr("All kinds"), "")
        for kind in KINDS:
            self.kind.addItem(tr(KIND_WORDS[kind]), kind)
        self.clear = icon_button(tr("Clear the filter"))
        self.clear.clicked.connect(lambda: self.chosen.emit(Wanted()))
        self.find_button = icon_button(tr("Find in the conversation (Ctrl+F)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(S, XS, S, XS)
        row.setSpacing(XS)
        for choice in self._choices():
            row.addWidget(choice, 1)
            choice.activated.connect(lambda _: self.chosen.emit(self._wanted()))
        row.addWidget(self.clear)
        row.addWidget(self.find_button)
        source.changed.connect(self._rethemed)
        self._rethemed()
        self.show_state(None)
        self.show_wanted(Wanted())

    def _choice(self, name: str, tip: str) -> Choice:
        made = Choice()
        made.setProperty("kind", "flat")
        made.setAccessibleName(name)
        made.setToolTip(plain_tip(tip))
        made.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(5)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        made.view().setMinimumWidth(POPUP)
        return made

    def _choices(self) -> tuple[Choice, Choice, Choice]:
        return self.agent, self.phase, self.kind

    # --- what is offered ---------------------------------------------------------------------------

    def show_state(self, state: RunState | None) -> None:
        """Offer the agents and phases of another run."""
        self._state = state or RunState()
        self._seen = (-1, -1)
        self.refresh()

    def refresh(self) -> None:
        """Take in new agents and phases."""
        team, chain = self._state.hierarchy, self._state.chain
        shape, roots = self._seen
        self._seen = (team.shape, len(chain.roots))
        if shape != team.shape:
            agents = [(node.name, path) for path, node in team.agents.items()]
            self._fill(self.agent, tr("All agents"), agents)
        if roots != len(chain.roots):
            phases = [(stretch.name, cycle_of(stretch.latest)) for stretch in chain.strip()]
            self._fill(self.phase, tr("All phases"), phases)

    @staticmethod
    def _fill(choice: Choice, everything: str, offered: list[tuple[str, str]]) -> None:
        chosen = choice.currentData()
        choice.blockSignals(True)
        choice.clear()
        choice.addItem(everything, "")
        for text, data in offered:
            choice.addItem(text, data)
        choice.setCurrentIndex(max(0, choice.findData(chosen)))
        choice.blockSignals(False)

    # --- what is wanted ----------------------------------------------------------------------------

    def _wanted(self) -> Wanted:
        return Wanted(
            self.agent.currentData() or "", self.phase.currentData() or "", self.kind.currentData() or ""
        )

    def show_wanted(self, wanted: Wanted) -> None:
        """Say what is shown."""
        for choice, data in zip(
            self._choices(), (wanted.agent, wanted.phase, wanted.kind or ""), strict=True
        ):
            choice.setCurrentIndex(max(0, choice.findData(data)))
            set_kind(choice, "active" if data else "flat")
        self.clear.setVisible(not wanted.everything)

    def _rethemed(self) -> None:
        self.clear.setIcon(icon("cross", self._source.theme))
        self.find_button.setIcon(icon("search", self._source.theme, self._source.theme.muted))
