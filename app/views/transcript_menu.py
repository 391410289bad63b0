"""The context menu of a transcript's entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.i18n import tr
from app.state.entries import Entry, MessageEntry
from app.state.filters import Wanted
from app.views.transcript_split import split


@dataclass(frozen=True, slots=True)
class Offers:
    """What the menu can do: texts to be copied (empty for none) and what else is called for."""

    selection: str
    text: str
    code: str
    show: Callable[[Wanted], None]
    toggle_thinking: Callable[[], None] | None
    open_exchange: Callable[[], None] | None


def code_in(text: str) -> str:
    """All code of a message, one block below the other."""
    blocks = [part.text for part in split(text) if part.kind == "code"]
    return "\n\n".join(blocks)


def fill(menu: QMenu, entry: Entry | None, wanted: Wanted, offers: Offers) -> None:
    """Put the actions for an entry into a menu."""
    if offers.selection:
        menu.addAction(tr("Copy selection"), lambda: _copy(offers.selection))
    message = isinstance(entry, MessageEntry)
    copy = menu.addAction(tr("Copy message") if message else tr("Copy text"))
    copy.setEnabled(bool(offers.text))
    copy.triggered.connect(lambda: _copy(offers.text))
    if offers.code:
        menu.addAction(tr("Copy code"), lambda: _copy(offers.code))
    if offers.toggle_thinking is not None:
        menu.addAction(tr("Fold or unfold the thinking"), offers.toggle_thinking)
    if isinstance(entry, MessageEntry):
        exchange = menu.addAction(tr("Request and reply …"))
        exchange.setEnabled(offers.open_exchange is not None)
        if offers.open_exchange is not None:
            exchange.triggered.connect(offers.open_exchange)
        menu.addSeparator()
        menu.addAction(tr("Show only this agent"), lambda: offers.show(Wanted(agent=entry.speaker)))
    if not wanted.everything:
        menu.addAction(tr("Show everything"), lambda: offers.show(Wanted()))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
