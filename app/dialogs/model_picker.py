"""Choosing a model from what a server has. The server is asked without blocking the window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from agents.contracts import ModelInfo
from agents.errors import UserFacingError
from agents.models.addresses import hosts_in, not_encrypted
from app.background import Background
from app.dialogs.frame import label
from app.dialogs.host_field import HostField
from app.i18n import marked, tr, trn
from app.theme import S
from app.told import failure
from app.views.controls import Choice

AskModels: TypeAlias = Callable[[str], Awaitable[Sequence[ModelInfo]]]
"""Gives the models of the server at an address (empty: the default one); raises a `UserFacingError`."""


TROUPE_CHOOSES = marked("Chosen by Troupe")


class ModelPicker(QWidget):
    """A list of models, the server's address, and a line that says how asking the server went.

    `filled` says that the server has answered, or has not.
    """

    filled = Signal()

    def __init__(self, ask: AskModels, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._background = background
        self._asked = 0
        self._known: list[tuple[str, str]] = []
        self.models = Choice()
        self.models.setAccessibleName(tr("Model"))
        self.models.setMinimumContentsLength(16)
        self.models.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.models.addItem(tr(TROUPE_CHOOSES), "")
        self.host = HostField()
        self.host.editingFinished.connect(self._host_edited)
        self._refresh = QPushButton(tr("Check again"))
        self._refresh.setAutoDefault(False)
        self._refresh.clicked.connect(self.refresh)
        self.status = label("", kind="muted")
        server = QHBoxLayout()
        server.setSpacing(S)
        server.addWidget(self.host, 1)
        server.addWidget(self._refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addWidget(self.models)
        layout.addLayout(server)
        layout.addWidget(self.status)
        self._last_host = ""

    def choose(self, model: str, host: str) -> None:
        """Choose `model` at `host`, whether or not the server has answered yet."""
        if model and self.models.findData(model) < 0:
            self.models.addItem(model, model)
        self.models.setCurrentIndex(max(0, self.models.findData(model)))
        self._last_host = host
        self.host.setText(host)

    def model(self) -> str:
        """The chosen model; empty: the server's first suitable one."""
        return self.models.currentData() or ""

    def address(self) -> str:
        """The server's address; empty: the default one."""
        return self.host.text().strip()

    def known(self) -> list[tuple[str, str]]:
        """The models of the server, each as its description and its name."""
        return list(self._known)

    def refresh(self) -> None:
        """Ask the server for its models."""
        self._asked += 1
        self._last_host = self.address()
        self._say(tr("Asking the server …"))
        self._background.start(self._fetch(self._asked, self._last_host))

    async def _fetch(self, number: int, host: str) -> None:
        try:
            found = await self._ask(host)
        except UserFacingError as error:
            if number == self._asked:
                self._fill([])
                self._say(failure(error), "warning")
            return
        if number == self._asked:
            self._fill([model for model in found if writes_text(model)])

    def _fill(self, models: Sequence[ModelInfo]) -> None:
        self._known = [(described(model), model.name) for model in models]
        wanted = self.model()
        self.models.clear()
        if wanted and all(model.name != wanted for model in models):
            text = tr("{model} (not on this server)", model=wanted) if models else wanted
            self.models.addItem(text, wanted)
        for model in sorted(models, key=lambda found: (found.loaded == 0, found.name)):
            self.models.addItem(described(model), model.name)
        self.models.insertItem(0, tr(TROUPE_CHOOSES), "")
        self.models.setCurrentIndex(max(0, self.models.findData(wanted)))
        servers = hosts_in(self.address())
        if models and any(not_encrypted(server) for server in servers):
            self._say(tr("What is sent there is not encrypted; better an https:// address."), "warning")
        elif models and len(servers) > 1:
            self._say(trn("{count} model on these servers.", "{count} models on these servers.", len(models)))
        elif models:
            self._say(trn("{count} model on this server.", "{count} models on this server.", len(models)))
        else:
            text = tr("The server has no model yet: {command}", command="troupe models pull qwen2.5-coder:7b")
            self._say(text, "warning")
        self.filled.emit()

    def _say(self, text: str, kind: str = "muted") -> None:
        self.status.setProperty("kind", kind)
        self.status.style().polish(self.status)
        self.status.setText(text)

    def _host_edited(self) -> None:
        if self.address() != self._last_host:
            self.refresh()


def writes_text(model: ModelInfo) -> bool:
    """Whether a model can take part in a conversation."""
    return not model.capabilities or "completion" in model.capabilities


def described(model: ModelInfo) -> str:
    """A model's name with what helps to choose it."""
    facts = [model.parameters, model.quantization]
    if model.size:
        facts.append(f"{model.size / 1e9:.1f} GB")
    if model.loaded:
        facts.append(tr("loaded"))
    if model.remote:
        facts.append(tr("in the cloud"))
    return "  ·  ".join([model.name, *(fact for fact in facts if fact)])
