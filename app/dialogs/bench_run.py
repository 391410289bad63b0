"""One answer of a bench: its run as the window shows any other, to be read only."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.background import Background
from app.dialogs.frame import TITLE_BAR
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.code import ReadBlob
from app.views.run_page import RunPage

SIZE = (1180, 760)


class BenchRunDialog(QDialog):
    """A window beside the main one. `read` gives the content of a file's digest."""

    def __init__(
        self, source: ThemeSource, state: RunState, read: ReadBlob, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(state.run.project)
        self._background = Background()
        self.page = RunPage(source, self._background)
        self.page.composer.hide()
        self.page.notice.hide()
        self.page.replay_bar.hide()
        self.page.show_state(state, read)
        self.page.artifacts.code.set_editable(False)
        if self.page.candidates.wanted:
            self.page.middle.setCurrentWidget(self.page.candidates)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        self.finished.connect(self._background.cancel)
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(QSize(*SIZE).boundedTo(room))
