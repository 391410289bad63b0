"""The exact request that a message came from, and the reply as it came."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import DialogFrame, label
from app.i18n import marked, tr
from app.plain import PlainLabel, plain_tip
from app.state.exchange import Exchange
from app.theme import M, S, figures_font, mono_font
from app.views.transcript_content import duration, tokens
from app.visible import shown_lines
from app.wording import model_at, thousands

SIZE = (860, 640)
ROLES = {
    "system": marked("System"),
    "user": marked("User"),
    "assistant": marked("Assistant"),
    "tool": marked("Tool"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the exchange: its title, and its text."""

    title: str
    text: str


def sections(exchange: Exchange) -> list[Section]:
    """The parts of an exchange in the order in which they were sent and came."""
    found: list[Section] = []
    for sent in exchange.messages:
        calls = f"\n\n{sent.calls}" if sent.calls else ""
        found.append(Section(tr(ROLES.get(sent.role, sent.role)), f"{sent.text}{calls}"))
    options = "\n".join(f"{name} = {value}" for name, value in exchange.options)
    for title, text in (
        (tr("Options"), options),
        (tr("Format"), exchange.form),
        (tr("Tools"), exchange.tools),
        (tr("Thinking"), exchange.thinking),
        (tr("Reply"), exchange.text),
        (tr("Tool calls"), exchange.calls),
    ):
        if text:
            found.append(Section(title, text))
    return found


def facts(exchange: Exchange) -> str:
    """What the exchange cost, and what was lost, in one line."""
    parts = [model_at(exchange.model, exchange.host) if exchange.model else tr("no model")]
    parts.append(tr("{count} tokens in", count=tokens(exchange.prompt_tokens)))
    parts.append(tr("{count} tokens out", count=tokens(exchange.output_tokens)))
    if exchange.seconds:
        parts.append(duration(exchange.seconds))
    if exchange.tokens_per_second:
        parts.append(tr("{rate} tok/s", rate=f"{exchange.tokens_per_second:.0f}"))
    if exchange.truncated:
        parts.append(tr("the reply was cut at its length limit"))
    if exchange.ended:
        parts.append(tr("the reply was ended early, its tokens are estimated"))
    if exchange.prompt_cut:
        parts.append(tr("the prompt did not fit the context"))
    return " · ".join(parts)


class ExchangeDialog(DialogFrame):
    """Does not block the window. At the left the parts, at the right the text of the chosen one."""

    def __init__(self, title: str, exchange: Exchange, parent: QWidget | None = None) -> None:
        super().__init__(tr("Request and reply"), parent, heading=title)
        self.setModal(False)
        self._exchange = exchange
        self._sections = sections(exchange)
        self.facts = label(facts(exchange), kind="muted", selectable=True)
        self.facts.setFont(figures_font())
        self.parts = QListWidget()
        self.parts.setAccessibleName(tr("Parts of the exchange"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.setAccessibleName(tr("Text of the part"))
        self.size_label = PlainLabel(kind="muted")
        self._list_parts()
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(S, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.text, 1)
        column.addWidget(self.size_label)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.parts)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([170, SIZE[0] - 170])
        self.body.addWidget(self.facts)
        self.body.addWidget(split, 1)
        self.copy_part = self.add_button(tr("Copy this part"), left=True)
        self.copy_request = self.add_button(tr("Copy request as JSON"), left=True)
        self.copy_reply = self.add_button(tr("Copy reply as JSON"), left=True)
        self.leave = self.add_button(tr("Close"), kind="primary")
        self.copy_part.clicked.connect(lambda: _copy(self.text.toPlainText()))
        self.copy_request.clicked.connect(lambda: _copy(exchange.request))
        self.copy_reply.clicked.connect(lambda: _copy(exchange.result))
        self.leave.clicked.connect(self.close)
        self.begin_with(*SIZE)

    def _list_parts(self) -> None:
        for section in self._sections:
            item = QListWidgetItem(section.title)
            item.setToolTip(plain_tip(section.text[:200]))
            item.setSizeHint(QSize(0, self.parts.fontMetrics().height() + M))
            self.parts.addItem(item)
        self.parts.currentRowChanged.connect(self._show_part)
        last = max((at for at, sent in enumerate(self._exchange.messages) if sent.role == "user"), default=0)
        self.parts.setCurrentRow(last)

    def _show_part(self, row: int) -> None:
        text = self._sections[row].text if 0 <= row < len(self._sections) else ""
        self.text.setPlainText(shown_lines(text))
        self.size_label.setText(tr("{count} characters", count=thousands(len(text))))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
