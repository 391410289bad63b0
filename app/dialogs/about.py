"""The dialog that says what Troupe is, and which version."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.crashes import own_version
from app.dialogs.frame import DialogFrame, label
from app.i18n import tr
from app.icons import application_icon
from app.plain import PlainLabel
from app.theme import XS, L, S

WIDTH, MARK = 440, 56


class AboutDialog(DialogFrame):
    """Name, version, and where Troupe keeps what it knows."""

    def __init__(self, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(tr("About Troupe"), parent)
        self.setMinimumWidth(WIDTH)
        mark = PlainLabel()
        mark.setPixmap(application_icon().pixmap(MARK, MARK))
        words = QVBoxLayout()
        words.setSpacing(XS)
        words.addWidget(label(f"Troupe {own_version()}", kind="heading"))
        words.addWidget(label(tr("A team of local language models that builds software on your machine.")))
        kept = tr("Runs and settings are kept in {folder}", folder=home)
        words.addSpacing(S)
        words.addWidget(label(kept, kind="muted", selectable=True))
        beside = QHBoxLayout()
        beside.setSpacing(L)
        beside.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(words, 1)
        self.body.addLayout(beside)
        self.add_button(tr("Close"), kind="primary").clicked.connect(self.accept)
