"""The problems in a window of their own, beside the studio's."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.dialogs.frame import DialogFrame
from app.i18n import tr
from app.theme import ThemeSource
from app.views.problems import ProblemsView

SIZE = (640, 520)


class ProblemsDialog(DialogFrame):
    """Holds a `ProblemsView`."""

    def __init__(self, source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(tr("Problems"), parent)
        self.begin_with(*SIZE)
        self.view = ProblemsView(source)
        self.body.addWidget(self.view)
        self.add_button(tr("Close"), kind="primary").clicked.connect(self.accept)
        self.view.list.setFocus()
