"""One agent from near: what it is and does, what it said and heard, its prompt as sent, its cost."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import marked, tr
from app.icons import icon
from app.plain import PlainLabel, plain_tip
from app.qtmodels.agent_messages import ENTRY_ROLE, AgentMessagesModel
from app.state.all import RunState
from app.state.dossier import Dossier
from app.state.exchange import Exchange
from app.theme import XS, S, ThemeSource, figures_font, mono_font
from app.views.agent_message_delegate import AgentMessageDelegate
from app.views.controls import Tabs, icon_button
from app.views.empty import ElidedLabel, EmptyStack
from app.views.hierarchy_cards import WORDS
from app.views.transcript_content import duration, tokens
from app.visible import shown_lines
from app.wording import model_at

ICON = 14
COSTS = (
    marked("Model calls"),
    marked("Tokens in"),
    marked("Tokens out"),
    marked("Time"),
    marked("Speed"),
    marked("Programs"),
)


class AgentPanel(QFrame):
    """Shows an agent of a run; call `refresh` with the other views.

    `entry_clicked` carries the index of a message's entry, `only_wanted` the agent whose messages alone are
    to be shown, `prompt_wanted` the step whose request is to be handed to `show_prompt`, `exchange_wanted` a
    step that is to be opened as a whole. `closed`: nobody is shown any more.
    """

    entry_clicked = Signal(int)
    only_wanted = Signal(str)
    prompt_wanted = Signal(str)
    exchange_wanted = Signal(str)
    closed = Signal()

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state = RunState()
        self._dossier: Dossier | None = None
        self._asked_for = ""
        self._said = ("", "")
        self._model = AgentMessagesModel(self)
        self.setAccessibleName(tr("Agent"))
        self.role = ElidedLabel(kind="heading")
        self.facts = ElidedLabel(kind="muted")
        self.only = icon_button(tr("Show only this agent in the conversation"), ICON)
        self.only.clicked.connect(lambda: self.only_wanted.emit(self.agent))
        self.leave = icon_button(tr("Close (Esc)"), ICON)
        self.leave.clicked.connect(self.close_panel)
        self.messages = self._list()
        self.prompt = QPlainTextEdit()
        self.prompt.setReadOnly(True)
        self.prompt.setProperty("kind", "plain")
        self.prompt.setAccessibleName(tr("Prompt as sent"))
        self.prompt.setPlaceholderText(tr("What this agent's model was asked last appears here."))
        self.prompt.setFont(mono_font(small=True))
        self.prompt.document().setDocumentMargin(S)
        self.whole = QPushButton(tr("Request and reply …"))
        self.whole.clicked.connect(lambda: self.exchange_wanted.emit(self._asked_for))
        self.costs = {name: PlainLabel() for name in COSTS}
        self.tabs = Tabs(tr("The agent's messages and prompts"))
        self.stack = EmptyStack(
            self.messages,
            tr("No messages yet"),
            tr("What this agent says and hears is listed here."),
            mark="team",
        )
        self.tabs.addTab(self.stack, tr("Messages"))
        self.tabs.addTab(self._prompt_page(), tr("Prompt"))
        self.tabs.addTab(self._cost_page(), tr("Cost"))
        self.tabs.currentChanged.connect(self._ask_for_prompt)
        self._arrange()
        source.changed.connect(self._rethemed)
        self._rethemed()
        self.hide()

    # --- building ----------------------------------------------------------------------------------

    def _list(self) -> QListView:
        made = QListView()
        made.setModel(self._model)
        made.setItemDelegate(AgentMessageDelegate(self._source, made))
        made.setAccessibleName(tr("Messages"))
        made.setUniformItemSizes(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.clicked.connect(self._go)
        made.activated.connect(self._go)
        return made

    def _prompt_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, S)
        column.setSpacing(XS)
        column.addWidget(self.prompt, 1)
        column.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignHCenter)
        return page

    def _cost_page(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(S + XS, S, S, S)
        form.setHorizontalSpacing(S * 2)
        form.setVerticalSpacing(XS)
        for name, value in self.costs.items():
            value.setFont(figures_font())
            title = PlainLabel(tr(name), kind="muted")
            form.addRow(title, value)
        return page

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(S + XS, S, S, 0)
        head.setSpacing(0)
        head.addWidget(self.role, 1)
        head.addWidget(self.only)
        head.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        below = QHBoxLayout()
        below.setContentsMargins(S + XS, 0, S, XS)
        below.addWidget(self.facts, 1)
        column.addLayout(below)
        column.addWidget(self.tabs, 1)

    # --- what is shown -----------------------------------------------------------------------------

    @property
    def agent(self) -> str:
        """The agent that is shown; empty for none."""
        return self._dossier.agent if self._dossier else ""

    def show_state(self, state: RunState | None) -> None:
        """Another run: the same agent is shown if it has one of that path."""
        agent = self.agent
        self._state = state or RunState()
        if agent:
            self.show_agent(agent)

    def show_agent(self, agent: str) -> None:
        """Show an agent; one that the run does not have closes the panel."""
        if agent not in self._state.hierarchy.agents:
            self.close_panel()
            return
        self._dossier = Dossier(agent, self._state.transcript)
        self._asked_for = ""
        self._said = ("", "")
        self.prompt.clear()
        self._model.show(self._state, self._dossier)
        self.messages.scrollToBottom()
        self.show()
        self._tell()

    def close_panel(self) -> None:
        """Show nobody."""
        if self._dossier is not None:
            self._dossier = None
            self._model.show(self._state, None)
            self.hide()
            self.closed.emit()

    def refresh(self) -> None:
        """Take in what is new."""
        if self._dossier is None:
            return
        if self._dossier.take():
            bar = self.messages.verticalScrollBar()
            at_end = bar.value() >= bar.maximum()
            self._model.refresh()
            if at_end:
                self.messages.scrollToBottom()
        self._tell()

    def _tell(self) -> None:
        """Bring the heading and the costs up to date."""
        if self._dossier is None:
            return
        self.stack.show_either(bool(self._dossier.messages))
        node = self._state.hierarchy.agents[self._dossier.agent]
        model = model_at(node.model, self._dossier.last_host)
        facts = tr("{state} · {model}", state=tr(WORDS[node.state]), model=model)
        if (node.name, facts) != self._said:
            self._said = (node.name, facts)
            self.role.show_text(node.name)
            self.facts.show_text(facts)
            self.role.setToolTip(plain_tip(node.path))
        spent = self._dossier.spent
        values = (
            str(spent.calls),
            tokens(spent.prompt_tokens),
            tokens(spent.output_tokens),
            duration(spent.seconds + spent.program_seconds),
            tr("{rate} tok/s", rate=f"{spent.tokens_per_second:.0f}") if spent.writing_seconds else "–",
            str(spent.programs),
        )
        for label, value in zip(self.costs.values(), values, strict=True):
            if label.text() != value:
                label.setText(value)
        self._ask_for_prompt()

    # --- the prompt --------------------------------------------------------------------------------

    def _ask_for_prompt(self) -> None:
        """Ask for the last request, once it can be seen."""
        step = self._dossier.last_step if self._dossier else ""
        self.whole.setEnabled(bool(step))
        if step and step != self._asked_for and self.tabs.currentIndex() == 1:
            self._asked_for = step
            self.prompt_wanted.emit(step)

    def show_prompt(self, step: str, exchange: Exchange) -> None:
        """Show a request that was asked for; one that nobody waits for any more is ignored."""
        if step == self._asked_for:
            self.prompt.setPlainText(shown_lines(exchange.prompt))

    # --- what the user does ------------------------------------------------------------------------

    def _go(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, int):
            self.entry_clicked.emit(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def _rethemed(self) -> None:
        self.only.setIcon(icon("filter", self._source.theme))
        self.leave.setIcon(icon("cross", self._source.theme))
