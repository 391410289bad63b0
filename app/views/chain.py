"""The chain of phases as a strip: what is done, where the team is, how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from app.i18n import marked, tr
from app.plain import plain_tip
from app.state.all import RunState
from app.state.chain import PhaseState, Stretch, names_of
from app.theme import XS, M, S, ThemeSource
from app.told import retold
from app.views.chain_menu import phases_menu, places
from app.views.chain_places import CHIP, LINK, MARK, ChainFonts, Chip, place
from app.views.marks import Mark, draw_mark
from app.views.transcript_content import duration

TOLD = 600
EMPTY = marked("The phases of the run appear here, from the first idea to the documents.")
WORDS: dict[PhaseState, str] = {
    "running": marked("going on"),
    "done": marked("done"),
    "interrupted": marked("interrupted"),
}
MARKS: dict[PhaseState, Mark] = {"running": "open", "done": "done", "interrupted": "paused"}


class ChainView(QWidget):
    """Shows a `RunState`'s chain; call `refresh` about thirty times a second while a run goes on.

    `phase_clicked` carries a phase's identity, of a cycle that of its latest round. The menu of a phase
    (right button, menu key, arrow down) has every round and what lies within it.
    """

    phase_clicked = Signal(str)

    def __init__(
        self,
        themes: ThemeSource,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._clock = clock
        self._state = RunState()
        self._revision = 0
        self._live = False
        self._chips: list[Chip] = []
        self._focus = 0
        self._hovered = -1
        self._height = CHIP + 2 * S
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._seconds.timeout.connect(self._arrange)
        self._fonts = ChainFonts()
        self._link = LINK
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Phases"))
        self.setAccessibleDescription(tr(EMPTY))
        themes.changed.connect(self._refit)

    # --- what is shown -----------------------------------------------------------------------------

    def show_state(self, state: RunState | None) -> None:
        """Show another run's chain, or none."""
        self._state = state or RunState()
        self._revision = self._state.chain.revision
        self._live = False
        self._focus = max(0, len(self._state.chain.strip()) - 1)
        self._arrange()

    def refresh(self) -> None:
        """Take in what has changed."""
        if self._state.chain.revision != self._revision:
            self._revision = self._state.chain.revision
            self._live = True
            self._arrange()

    @property
    def phases(self) -> list[str]:
        """The phases that have a chip, in order."""
        return [chip.phase for chip in self._chips]

    def chip(self, phase: str) -> Chip | None:
        """The chip of a phase."""
        return next((chip for chip in self._chips if chip.phase == phase), None)

    def _now(self) -> float:
        """The clock for a run that goes on; for one that was opened, its last event."""
        return self._clock() if self._live else self._state.run.last

    def _arrange(self) -> None:
        """Make the chips anew and give them their places."""
        now = self._now()
        strip = self._state.chain.strip()
        self._chips = [self._made(number, stretch, now) for number, stretch in enumerate(strip, 1)]
        self._focus = min(self._focus, max(0, len(self._chips) - 1))
        rows, self._link = place(self._chips, self.width(), self._fonts)
        height = max(1, rows) * (CHIP + XS) - XS + 2 * S
        if height != self._height:
            self._height = height
            self.updateGeometry()
        self._tick_or_not()
        self._describe()
        self.update()

    def _made(self, number: int, stretch: Stretch, now: float) -> Chip:
        chain = self._state.chain
        tail = f" {stretch.round}/{stretch.rounds}" if stretch.rounds > 1 else ""
        detail = duration(sum(chain.seconds(node.phase, now) for node in stretch.rounds_begun))
        within = [node for node in chain.at_work(stretch.phase) if node.phase != stretch.phase]
        if stretch.state == "running" and within:
            detail = f"{names_of(within, chain)}  {detail}"
        return Chip(stretch.phase, number, stretch.name + tail, detail, stretch.state, tail)

    def _tick_or_not(self) -> None:
        going = self._live and self._state.run.state == "running" and self._state.chain.current is not None
        if going and not self._seconds.isActive():
            self._seconds.start()
        elif not going:
            self._seconds.stop()

    def _describe(self) -> None:
        words = "; ".join(f"{chip.number} {chip.title}, {tr(WORDS[chip.state])}" for chip in self._chips)
        words = words or tr(EMPTY)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    # --- sizes -------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """One row, or as many as the present width needs."""
        return QSize(320, int(self._height))

    def minimumSizeHint(self) -> QSize:
        """As high as it is; it can be as narrow as one chip."""
        return QSize(160, int(self._height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want other rows."""
        super().resizeEvent(event)
        self._arrange()

    # --- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Chips, the links between them and the hairline below."""
        theme = self._themes.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(theme.surface))
        painter.setPen(QPen(QColor(theme.border), 1))
        bottom = self.height() - 0.5
        painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))
        if not self._chips:
            painter.setFont(self._fonts.title)
            painter.setPen(QColor(theme.muted))
            where = QRectF(self.rect()).adjusted(M, 0, -M, 0)
            text = QFontMetricsF(self._fonts.title).elidedText(
                tr(EMPTY), Qt.TextElideMode.ElideRight, where.width()
            )
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
            return
        for number, chip in enumerate(self._chips):
            self._paint_link(painter, number)
            self._paint_chip(painter, number, chip)

    def _paint_link(self, painter: QPainter, number: int) -> None:
        if (
            number == 0
            or self._link < LINK
            or self._chips[number - 1].where.top() != self._chips[number].where.top()
        ):
            return
        before, after = self._chips[number - 1].where, self._chips[number].where
        painter.setPen(QPen(QColor(self._themes.theme.outline), 1))
        middle = round(after.center().y()) + 0.5
        painter.drawLine(QPointF(before.right(), middle), QPointF(after.left() - XS, middle))

    def _paint_chip(self, painter: QPainter, number: int, chip: Chip) -> None:
        theme = self._themes.theme
        running, focused = chip.state == "running", number == self._focus and self.hasFocus()
        box = chip.where.adjusted(0.5, 0.5, -0.5, -0.5)
        back = theme.selection if running else theme.hover if number == self._hovered else theme.surface
        painter.setBrush(QColor(back))
        painter.setPen(QPen(QColor(theme.accent), 2) if focused else QPen(QColor(back), 1))
        painter.drawRoundedRect(box, CHIP / 2, CHIP / 2)
        color = {"running": theme.accent, "done": theme.good, "interrupted": theme.warning}[chip.state]
        mark = QRectF(box.left() + S - 2, box.center().y() - MARK / 2, MARK, MARK)
        draw_mark(painter, MARKS[chip.state], mark, QColor(color))
        left, right = mark.right() + XS, box.right() - S
        where = QRectF(left, box.top(), right - left, box.height())
        if chip.short:
            self._write(painter, where, str(chip.number), self._fonts.small, theme.muted)
            return
        used = self._write(painter, where, chip.name, self._fonts.of(chip), theme.text)
        self._write(painter, where.adjusted(used + S, 0, 0, 0), chip.note, self._fonts.small, theme.muted)

    @staticmethod
    def _write(painter: QPainter, where: QRectF, text: str, font: QFont, color: str) -> float:
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, where.width() + 1)
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
        return metrics.horizontalAdvance(shown)

    # --- mouse and keyboard ------------------------------------------------------------------------

    def _at(self, point: QPointF) -> int:
        return next((at for at, chip in enumerate(self._chips) if chip.where.contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        over = self._at(event.position())
        if over != self._hovered:
            self._hovered = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the phase."""
        at = self._at(event.position())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._focus = at
            self.update()
            self.phase_clicked.emit(self._chips[at].phase)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer every round of a phase and what lies within it."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        at = self._at(QPointF(event.pos())) if by_mouse else self._focus
        if 0 <= at < len(self._chips):
            self._open_menu(at, event.globalPos())

    def menu(self, at: int) -> QMenu:
        """The menu of a chip."""
        found = places(self._state.chain, self._state.chain.strip()[at], self._now())
        return phases_menu(found, self.phase_clicked.emit, self)

    def _open_menu(self, at: int, where: QPoint) -> None:
        self._focus = at
        self.update()
        menu = self.menu(at)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go along the chain, Enter opens a phase, arrow down its menu."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -1000, Qt.Key.Key_End: 1000}
        key = Qt.Key(event.key())
        if key in moves and self._chips:
            self._focus = min(max(0, self._focus + moves[key]), len(self._chips) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._chips:
            self.phase_clicked.emit(self._chips[self._focus].phase)
        elif key == Qt.Key.Key_Down and self._chips:
            self._open_menu(
                self._focus, self.mapToGlobal(self._chips[self._focus].where.bottomLeft().toPoint())
            )
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See `focusInEvent`."""
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Another font of the platform means other widths."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._refit()

    def _refit(self) -> None:
        """Another theme, or another size of text."""
        self._fonts = ChainFonts()
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Tooltips tell what a phase concluded."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self._at(QPointF(event.pos()))
            QToolTip.showText(
                event.globalPos(), plain_tip(self.told(self._chips[at].phase) if at >= 0 else ""), self
            )
            return True
        return super().event(event)

    def told(self, phase: str) -> str:
        """A phase in a few lines: who talked, how long, what came out."""
        chain, team = self._state.chain, self._state.hierarchy
        node = chain.phases[phase]
        lines = [f"{node.name}: {tr(WORDS[node.state])}, {duration(chain.seconds(phase, self._now()))}"]
        if node.instructor and node.assistant:
            lines.append(f"{team.role(node.instructor)} → {team.role(node.assistant)}")
        for inner in chain.within(phase):
            if inner.phase != phase:
                count = f" {inner.round}/{inner.rounds}" if inner.rounds > 1 else ""
                lines.append(f"  {inner.name}{count}: {tr(WORDS[inner.state])}")
        if node.conclusion:
            conclusion = retold(node.conclusion)
            more = "…" if len(conclusion) > TOLD else ""
            lines.append(f"\n{conclusion[:TOLD]}{more}")
        return "\n".join(lines)
