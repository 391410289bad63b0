"""The chain with what is done to it: adding, taking out, moving up and down."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from agents.companies.editing import Place
from app.i18n import tr
from app.theme import M, S, ThemeSource
from app.views.company_chain import CompanyChain

LEAST_WIDTH = 250


class ChainColumn(QWidget):
    """`moved` and `unwanted` are those of the chain, by its buttons, too.

    `added` carries what is to be put in: `talk`, `cycle`, or `phase` with the name of one that is defined.
    """

    moved = Signal(object, int)
    unwanted = Signal(object)
    added = Signal(str, str)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._defined: list[str] = []
        self.setMinimumWidth(LEAST_WIDTH)
        self.chain = CompanyChain(source)
        self.add, self.remove = QPushButton(tr("Add")), QPushButton(tr("Remove"))
        self.up, self.down = QPushButton("↑"), QPushButton("↓")
        self.up.setAccessibleName(tr("Move up"))
        self.down.setAccessibleName(tr("Move down"))
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(menu)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        for button in (self.add, self.remove, self.up, self.down):
            button.setAutoDefault(False)
            if button is self.up:
                buttons.addStretch(1)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, M, 0)
        column.setSpacing(S)
        column.addWidget(self.chain, 1)
        column.addLayout(buttons)
        self.chain.moved.connect(self.moved)
        self.chain.unwanted.connect(self.unwanted)
        self.remove.clicked.connect(lambda: self.unwanted.emit(self.chain.place))
        self.up.clicked.connect(lambda: self._step(-1))
        self.down.clicked.connect(lambda: self._step(1))

    def show_phases(self, defined: list[str], place: Place) -> None:
        """Offer these phases for adding; the buttons work while there is a current step."""
        self._defined = defined
        for button in (self.remove, self.up, self.down):
            button.setEnabled(bool(place))

    def _step(self, by: int) -> None:
        if place := self.chain.place:
            self.moved.emit(place, place[-1] + by)

    def _fill_menu(self) -> None:
        menu = self.add.menu()
        menu.clear()
        menu.addAction(tr("A new talk of two agents"), partial(self.added.emit, "talk", ""))
        menu.addAction(tr("A cycle of phases"), partial(self.added.emit, "cycle", ""))
        menu.addSeparator()
        for name in self._defined:
            menu.addAction(name, partial(self.added.emit, "phase", name))
