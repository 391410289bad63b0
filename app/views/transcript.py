"""The transcript: the conversation of a run, to be read, searched through, selected and copied."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.i18n import tr
from app.plain import plain_tip
from app.state.entries import CommandEntry, Entry, FilesEntry, MessageEntry, PhaseEntry, TestsEntry
from app.theme import ThemeSource
from app.views.link_menu import address_of, link_menu, may_open
from app.views.transcript_content import duration, plain_text, tokens
from app.views.transcript_menu import Offers, code_in, fill
from app.views.transcript_row import Hit, Place, Row
from app.views.transcript_search import TranscriptSearch
from app.wording import model_at


class TranscriptView(TranscriptSearch):
    """The page of rows with mouse and keyboard.

    `phase_clicked` tells a phase, `version_clicked` a version of the files, `command_clicked` a program and
    `agent_clicked` an agent's path that the user clicked. `offering` carries the context menu and the index
    of the entry that it is for, so that others can add what they offer. `exchange_wanted` carries the index
    of a message whose exact request and reply are to be shown.
    """

    phase_clicked = Signal(str)
    agent_clicked = Signal(str)
    version_clicked = Signal(int)
    command_clicked = Signal(str)
    offering = Signal(QMenu, int)
    exchange_wanted = Signal(int)

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(themes, parent, clock)
        self._pressed: Hit | None = None
        self._pointed: Place | None = None
        self.viewport().setMouseTracking(True)

    @property
    def current(self) -> int:
        """The index of the entry that was clicked or stepped to last, -1 for none."""
        return self._current if 0 <= self._current < len(self._entries()) else -1

    # --- where it is read --------------------------------------------------------------------------

    @property
    def place(self) -> tuple[int, float] | None:
        """The index of the entry at the top and how far that is scrolled; None at the end."""
        anchor = self._anchor()
        return (self._entry_of(anchor[0]), anchor[1]) if anchor else None

    def go_back(self, place: tuple[int, float]) -> None:
        """Show again what was seen at a place."""
        row = self._row_of(place[0])
        if row is not None and row < len(self._heights):
            self._row(row)  # one that is there already is laid out from its top, not from its estimated end
            self._at_end = False
            self._settle((row, place[1]))
            self._at_end = self._is_at_end()

    # --- what can be copied ------------------------------------------------------------------------

    def selected_text(self) -> str:
        """The selected text; empty when nothing is selected."""
        if self._chosen is None:
            return ""
        index, *places = self._chosen
        laid = self._rows.get(index)
        return laid.chosen_text(min(places), max(places)) if laid else ""

    def copy(self) -> None:
        """Put the selected text, or else the current message, on the clipboard."""
        text = self.selected_text() or self._text_of(self._current)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _text_of(self, index: int) -> str:
        if self._state is None or not 0 <= index < len(self._entries()):
            return ""
        return plain_text(self._entries()[index], self._state)

    # --- the mouse ---------------------------------------------------------------------------------

    def _row_at(self, point: QPointF) -> tuple[int, Row, QPointF] | None:
        """The entry's index and row under a point, and the point relative to the row."""
        if not len(self._heights):
            return None
        y = self._value() + point.y()
        if y >= self._heights.total:
            return None
        row = self._heights.at(y)
        index = self._entry_of(row)
        laid = self._rows.get(index)
        if laid is None:
            return None
        return index, laid, QPointF(point.x(), y - self._heights.top(row))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make a row the current one and begin a selection."""
        found = self._row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or found is None:
            super().mousePressEvent(event)
            return
        index, laid, point = found
        self._current = index
        self._pressed = laid.hit(point)
        self._chosen = None
        if self._pressed.target in ("text", "link"):
            self._chosen = (index, self._pressed.place, self._pressed.place)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection; else show what can be clicked."""
        if self._chosen is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._extend(event.position())
            return
        found = self._row_at(event.position())
        hit = found[1].hit(found[2]) if found else Hit("")
        self.viewport().setCursor(self._cursor_for(hit, found[0] if found else -1))

    def _extend(self, point: QPointF) -> None:
        if self._chosen is None:
            return
        index, start, _ = self._chosen
        row, laid = self._row_of(index), self._rows.get(index)
        if row is None or laid is None:
            return
        top = self._heights.top(row) - self._value()
        self._chosen = (index, start, laid.place_at(QPointF(point.x(), point.y() - top)))
        if point.y() < 0 or point.y() > self._page():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (bar.singleStep() if point.y() > 0 else -bar.singleStep()))
        self.viewport().update()

    def _cursor_for(self, hit: Hit, index: int) -> Qt.CursorShape:
        if hit.target == "text":
            return Qt.CursorShape.IBeamCursor
        entry = self._entries()[index] if index >= 0 else None
        opens = isinstance(entry, FilesEntry | CommandEntry | TestsEntry)
        clickable = hit.target in ("link", "thinking", "phase") or opens
        return Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without a movement opens what was clicked."""
        pressed, self._pressed = self._pressed, None
        if self._chosen is not None and self._chosen[1] == self._chosen[2]:
            self._chosen = None
        found = self._row_at(event.position())
        if pressed is None or found is None or self._chosen is not None or found[0] != self._current:
            return
        self._click(found[0], found[1], pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the whole message."""
        found = self._row_at(event.position())
        if found is not None and found[1].hit(found[2]).target == "text":
            self._chosen = (found[0], *found[1].everything())
            self.viewport().update()

    def _click(self, index: int, laid: Row, hit: Hit) -> None:
        entry = self._entries()[index]
        match hit.target:
            case "thinking":
                self._toggle(laid)
            case "phase" if laid.content.phase:
                self.phase_clicked.emit(laid.content.phase)
            case "link" if may_open(hit.link):
                menu = link_menu(hit.link, self)
                menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                menu.popup(QCursor.pos())
            case "title" if isinstance(entry, MessageEntry):
                self.agent_clicked.emit(entry.speaker)
            case _:
                self._open(entry)

    def _open(self, entry: Entry) -> None:
        match entry:
            case FilesEntry():
                self.version_clicked.emit(entry.version)
            case CommandEntry() | TestsEntry():
                self.command_clicked.emit(entry.command)
            case PhaseEntry():
                self.phase_clicked.emit(entry.phase)
            case _:
                pass

    def _toggle(self, laid: Row) -> None:
        anchor = self._anchor() or (self._heights.at(self._value()), 0.0)
        if self._at_end and len(self._heights):
            row = self._heights.at(self._value())
            anchor = (row, self._value() - self._heights.top(row))
        laid.toggle_thinking()
        self._settle(anchor)
        self._at_end = self._is_at_end()

    # --- the keyboard ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, go from message to message with Alt, open with Enter, unfold with Space, copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.matches(QKeySequence.StandardKey.SelectAll) and (laid := self._rows.get(self._current)):
            self._chosen = (self._current, *laid.everything())
            self.viewport().update()
            return
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_Home:
                self._scroll_to_row(0)
            case Qt.Key.Key_End:
                self.scroll_to_end()
            case Qt.Key.Key_Up if alt:
                self._step(-1)
            case Qt.Key.Key_Down if alt:
                self._step(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.current >= 0:
                self._activate(self._entries()[self._current])
            case Qt.Key.Key_Space if (laid := self._rows.get(self._current)) and laid.content.thinking:
                self._toggle(laid)
            case _:
                super().keyPressEvent(event)

    def _activate(self, entry: Entry) -> None:
        if isinstance(entry, MessageEntry) and entry.step:
            self.exchange_wanted.emit(self._current)
        else:
            self._open(entry)

    def _scroll_to_row(self, row: int) -> None:
        if len(self._heights):
            self._at_end = False
            self._settle((row, 0.0))
            self._at_end = self._is_at_end()

    def _step(self, by: int) -> None:
        """Make the next or the previous row the current one, and bring it into view."""
        if not len(self._heights):
            return
        row = self._row_of(self._current) if self._current >= 0 else None
        if row is None:
            row = self._heights.at(self._value()) - by
        row = min(max(0, row + by), len(self._heights) - 1)
        self._current = self._entry_of(row)
        top = self._heights.top(row)
        if top < self._value() or top + self._heights[row] > self._value() + self._page():
            self._scroll_to_row(row)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current row is marked only in the widget that has the keyboard."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See `focusInEvent`."""
        super().focusOutEvent(event)
        self.viewport().update()

    # --- menu and tooltips -------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the row under the mouse, or with the current one."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        found = self._row_at(QPointF(event.pos())) if by_mouse else None
        self._pointed = None
        if found is not None:
            self._current = found[0]
            self._pointed = found[1].hit(found[2]).place
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """The context menu for the current row."""
        menu = QMenu(self)
        entry = self._entries()[self._current] if 0 <= self._current < len(self._entries()) else None
        fill(menu, entry, self.wanted, self._offers(entry))
        if entry is not None:
            self.offering.emit(menu, self._current)
        menu.addSeparator()
        menu.addAction(tr("Go to the end"), self.scroll_to_end)
        return menu

    def _offers(self, entry: Entry | None) -> Offers:
        """What can be done with the current entry."""
        index, laid = self._current, self._rows.get(self._current)
        message = entry if isinstance(entry, MessageEntry) else None
        code = (laid.code_at(self._pointed) if laid and self._pointed else "") or (
            code_in(message.text) if message else ""
        )
        return Offers(
            selection=self.selected_text(),
            text=self._text_of(index),
            code=code,
            show=self.show_wanted,
            toggle_thinking=partial(self._toggle, laid) if laid and laid.content.thinking else None,
            open_exchange=partial(self.exchange_wanted.emit, index) if message and message.step else None,
        )

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips tell what a message cost, and what had no room."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self._row_at(QPointF(event.pos()))
            self._tell(event.globalPos(), self._entries()[found[0]] if found else None, found)
            return True
        return super().viewportEvent(event)

    def _tell(self, where: QPoint, entry: Entry | None, found: tuple[int, Row, QPointF] | None) -> None:
        text, link = "", found[1].hit(found[2]).link if found else ""
        cut = found[1].cut_at(found[2]) if found else ""
        if link:
            text = address_of(link)
        elif (
            isinstance(entry, MessageEntry) and found and found[1].hit(found[2]).target in ("title", "phase")
        ):
            text = cost(entry)
        elif isinstance(entry, PhaseEntry) and self._state is not None:
            node = self._state.chain.phases.get(entry.phase)
            text = node.conclusion if node else ""
        text = "\n".join(told for told in (cut, text) if told)
        QToolTip.showText(where, plain_tip(text), self.viewport())


def cost(entry: MessageEntry) -> str:
    """What a message cost, in a few words; empty when nothing is known."""
    model = model_at(entry.model, entry.host)
    if not entry.output_tokens:
        return model
    told = tr(
        "{model}\n{read} tokens in, {written} out, {time}",
        model=model,
        read=tokens(entry.prompt_tokens),
        written=tokens(entry.output_tokens),
        time=duration(entry.seconds),
    )
    if not entry.tokens_per_second:
        return told
    return tr("{cost}, {speed} tok/s", cost=told, speed=f"{entry.tokens_per_second:.0f}")
