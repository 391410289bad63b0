"""What stands between a new user and the first run: the card on the welcome page, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.i18n import tr, trn
from app.icons import picture
from app.plain import PlainLabel
from app.theme import XS, M, S, ThemeSource, mono_font
from app.told import retold
from app.views.controls import set_kind
from app.views.model_row import ModelRow
from app.views.offers import fits, purpose
from app.wording import short_path

if TYPE_CHECKING:
    from agents.machine import Installing, Machine, Suggestion
    from agents.serving import Readiness
    from app.downloads import Download

MARK = 16
COPIED = 2000


class FirstStart(QFrame):
    """How it stands with the model server, and the one thing to do next.

    `again`: look once more. `start`: start Ollama. `details`: show the whole of what went wrong. `manage`:
    open the models. `pull` and `cancel` carry a model's name.
    """

    again = Signal()
    start = Signal()
    details = Signal()
    manage = Signal()
    pull = Signal(str)
    cancel = Signal(str)

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._source = source
        self._look = ("clock", "muted")
        self._found: Readiness | None = None
        self._starting = False
        self._machine = self._page = self._shell = ""
        self.rows: dict[str, ModelRow] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(M, M, M, M)
        outer.setSpacing(S)
        outer.addLayout(self._head())
        outer.addWidget(self._command_row())
        outer.addWidget(self._offers())
        outer.addLayout(self._button_row())
        source.changed.connect(self._paint_mark)
        self._say("clock", "muted", tr("Looking for Ollama …"), "")
        self._only()

    # --- parts -------------------------------------------------------------------------------------

    def _head(self) -> QHBoxLayout:
        self._mark = PlainLabel()
        self._mark.setFixedWidth(MARK)
        self.server, self.advice = _words(), _words()
        self.server.setAccessibleName(tr("Model server"))
        set_kind(self.server, "heading")
        set_kind(self.advice, "muted")
        words = QVBoxLayout()
        words.setSpacing(XS)
        words.addWidget(self.server)
        words.addWidget(self.advice)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _command_row(self) -> QWidget:
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        self.command.setFont(mono_font())
        self.command.setAccessibleName(tr("Command that installs Ollama"))
        self.copy = _button(tr("Copy"))
        self.copy.clicked.connect(self._copy_command)
        self._commands = QWidget()
        row = QHBoxLayout(self._commands)
        row.setContentsMargins(MARK + S, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self.command, 1)
        row.addWidget(self.copy)
        return self._commands

    def _offers(self) -> QWidget:
        self._offer_box = QWidget()
        self._offer_list = QVBoxLayout(self._offer_box)
        self._offer_list.setContentsMargins(MARK + S, 0, 0, 0)
        self._offer_list.setSpacing(0)
        return self._offer_box

    def _button_row(self) -> QHBoxLayout:
        self.start_button = _button(tr("Start Ollama"))
        self.detail_button = _button(tr("Details"))
        self.again_button = _button(tr("Check again"))
        self.manage_button = _button(tr("Models and servers …"))
        self.start_button.clicked.connect(self.start)
        self.detail_button.clicked.connect(self.details)
        self.again_button.clicked.connect(self.again)
        self.manage_button.clicked.connect(self.manage)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.setContentsMargins(MARK + S, 0, 0, 0)
        for button in (self.start_button, self.detail_button, self.again_button, self.manage_button):
            row.addWidget(button)
        row.addStretch(1)
        return row

    # --- what is known -----------------------------------------------------------------------------

    def show_installing(self, how: Installing) -> None:
        """The command that installs Ollama here."""
        self._page, self._shell = how.page, how.shell
        self.command.setText(how.command)
        self.command.setCursorPosition(0)

    def show_machine(self, machine: Machine | None, suggestions: Sequence[Suggestion]) -> None:
        """What the machine has, None where that is not known, and the models that fit it."""
        self._machine = fits(machine) if machine else ""
        for row in self.rows.values():
            row.deleteLater()
        self.rows = {}
        for suggestion in suggestions:
            model = suggestion.model
            self.rows[model.name] = self._row(model.name, model.size, purpose(suggestion, machine))
        if self._found is not None:
            found, self._found = self._found, None
            self.show_readiness(found)

    def _row(self, model: str, size: int, purpose: str) -> ModelRow:
        row = ModelRow(model, size, purpose)
        row.wanted.connect(self.pull)
        row.unwanted.connect(self.cancel)
        row.set_primary(not self.rows)
        self._offer_list.addWidget(row)
        return row

    def show_download(self, download: Download) -> None:
        """A download has come further; one of a model that is not offered here is not shown."""
        if (row := self.rows.get(download.model)) is not None:
            row.show_download(download)

    def show_readiness(self, found: Readiness) -> None:
        """Show how it stands; nothing moves when it stands as before."""
        if found == self._found or self._starting:
            return
        self._found = found
        match found.standing:
            case "ready":
                count = len(found.models)
                words = trn(
                    "{server} answers with {count} model.",
                    "{server} answers with {count} models.",
                    count,
                    server=found.label,
                )
                self._say("check", "good", words, "")
                self._only(*self._going(), self.again_button, self.manage_button)
            case "empty":
                self._say("download", "accent", tr("One more step: a model."), self._empty_advice(found))
                for row in self.rows.values():
                    row.show()
                self._only(self._offer_box, self.again_button, self.manage_button)
            case "stopped":
                where = tr(
                    "It is installed as {path}.", path=short_path(found.program) if found.program else ""
                )
                self._say("pause", "warning", tr("Ollama is installed, but not running."), where)
                self._only(
                    self.start_button, self.again_button, self.manage_button, primary=self.start_button
                )
            case "missing":
                self._say("info", "accent", tr("Ollama is not installed yet."), self._missing_advice())
                self._only(self._commands, self.again_button, self.manage_button, primary=self.copy)
            case "unreachable":
                self._say("warning", "warning", retold(found.problem), retold(found.hint))
                self._only(self.again_button, self.manage_button, primary=self.again_button)

    def show_starting(self) -> None:
        """Ollama is being started."""
        self._starting = True
        self._say("clock", "muted", tr("Starting Ollama …"), tr("This takes a few seconds."))
        self._only()

    def show_started(self) -> None:
        """Starting has come to its end: the next look tells how it stands."""
        self._starting, self._found = False, None

    def show_failure(self, message: str, hint: str, has_detail: bool) -> None:
        """Ollama could not be started."""
        self._starting = False
        self._say("error", "bad", message, hint)
        detail = (self.detail_button,) if has_detail else ()
        self._only(self.start_button, *detail, self.again_button, primary=self.start_button)

    # --- within ------------------------------------------------------------------------------------

    def _going(self) -> list[QWidget]:
        """The offers, cut down to those that are being fetched; nothing when none is."""
        for row in self.rows.values():
            row.setVisible(row.going)
        return [self._offer_box] if any(row.going for row in self.rows.values()) else []

    def _empty_advice(self, found: Readiness) -> str:
        told = tr("{server} runs, but has no model that can write.", server=found.label)
        return f"{told} {self._machine}" if self._machine else told

    def _missing_advice(self) -> str:
        why = tr("It runs the models of your team on this machine.")
        if self._shell == "PowerShell":
            how = tr("Type this into PowerShell, or see {page}.", page=self._page)
        else:
            how = tr("Type this into a terminal, or see {page}.", page=self._page)
        return f"{why} {how}"

    def _only(self, *shown: QWidget, primary: QPushButton | None = None) -> None:
        """Show these parts and no others."""
        buttons = (self.start_button, self.detail_button, self.again_button, self.manage_button)
        for part in (self._commands, self._offer_box, *buttons):
            part.setVisible(part in shown)
        for button in (self.copy, self.start_button, self.again_button):
            set_kind(button, "primary" if button is primary else "")

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self.copy.setText(tr("Copied"))
        QTimer.singleShot(COPIED, self.copy, lambda: self.copy.setText(tr("Copy")))

    def _say(self, mark: str, color: str, text: str, advice: str) -> None:
        self._look = (mark, color)
        self._paint_mark()
        self.server.setText(text)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))

    def _paint_mark(self) -> None:
        mark, color = self._look
        self._mark.setPixmap(
            picture(mark, str(getattr(self._source.theme, color)), MARK, self.devicePixelRatioF())
        )


def _words() -> QLabel:
    made = PlainLabel(wraps=True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made


def _button(text: str) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    return made
