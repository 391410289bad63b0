"""The line at the bottom: server, model, context, speed, tokens, time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.i18n import tr, trn
from app.plain import PlainLabel, plain_tip
from app.theme import XS, M, figures_font
from app.views.empty import LinkLabel
from app.wording import clock, gigabytes, thousands

if TYPE_CHECKING:
    from app.state.all import RunState

SECOND = 1000


class StatusLine(QFrame):
    """Facts about the server at the left, figures of the run that is shown at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: RunState | None = None
        self._going = False
        self._last_tick = 0.0
        self.setProperty("kind", "status")
        self.server = LinkLabel(tr("Looking for Ollama …"))
        self.server.setProperty("kind", "muted")
        self.server.setAccessibleName(tr("Server"))
        row = QHBoxLayout(self)
        row.setContentsMargins(M, XS, M, XS)
        row.setSpacing(M)
        row.addWidget(self.server, 1)
        self.problems = QToolButton()
        self.problems.setToolTip(tr("Errors and warnings with what to do about them"))
        self.problems.setProperty("kind", "quiet")
        self.count_problems(0)
        row.addWidget(self.problems)
        self.model = self._figure(row, tr("Model"), tr("The model of the latest reply"))
        self.context = self._figure(
            row, tr("Context"), tr("Tokens of the latest prompt and reply, and the room")
        )
        self.speed = self._figure(row, tr("Speed"), tr("Tokens written per second, now or on average"))
        self.tokens = self._figure(row, tr("Tokens"), tr("Tokens read and written by all models in this run"))
        self.time = self._figure(row, tr("Time"), tr("Time at work, without pauses"))
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND)
        self._timer.timeout.connect(self.refresh)

    def _figure(self, row: QHBoxLayout, name: str, tip: str) -> QLabel:
        made = PlainLabel(kind="muted")
        made.setAccessibleName(name)
        made.setToolTip(plain_tip(tip))
        made.setFont(figures_font())
        row.addWidget(made)
        return made

    def say_server(self, text: str, loaded: int = 0) -> None:
        """Say which server answers, and how much memory the loaded model takes (bytes)."""
        self.server.show_text(
            tr("{server} · {size} loaded", server=text, size=gigabytes(loaded)) if loaded else text
        )

    def count_problems(self, count: int) -> None:
        """Say how many problems there are; nothing when there is none."""
        self.problems.setVisible(count > 0)
        self.problems.setText("⚠ " + trn("{count} problem", "{count} problems", count))

    def show_state(self, state: RunState | None) -> None:
        """Show the figures of another run, or of none."""
        self._state = state
        self.refresh()

    def set_going(self, going: bool) -> None:
        """Whether time passes for the run that is shown."""
        self._going = going
        if going:
            self._timer.start()
        else:
            self._timer.stop()
        self.refresh()

    def refresh(self) -> None:
        """Show the figures as they are now."""
        state = self._state
        for figure in (self.model, self.context, self.speed, self.tokens, self.time):
            figure.setVisible(state is not None)
        if state is None:
            return
        figures, now = state.figures, time.time()
        self.model.setText(tr(state.run.model))
        used = figures.last_prompt + figures.last_output
        room = thousands(figures.last_context)
        self.context.setText(tr("context {used} of {room}", used=thousands(used), room=room))
        self.context.setVisible(figures.last_context > 0)
        live = figures.live_tokens_per_second(now) if self._going else 0.0
        speed = live or figures.total.tokens_per_second
        self.speed.setText(tr("{speed} tok/s", speed=f"{speed:.0f}"))
        self.speed.setVisible(speed >= 0.5)
        self.tokens.setText(tr("{count} tokens", count=thousands(figures.total.tokens)))
        self.time.setText(clock(state.run.active_seconds(now if self._going else None)))
