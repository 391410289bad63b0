"""The field for a server's address: one of the named servers, all of them, or an address that is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.hosts import THIS_MACHINE, Host
from app.i18n import tr
from app.plain import plain_tip
from app.sharing import together
from app.views.controls import Choice


class HostField(Choice):
    """Reads like a line of text: `text` is an address, whatever the server is called in the list.

    `editingFinished`: an address was chosen, or typed and left.
    """

    editingFinished = Signal()  # noqa: N815 - as Qt's own fields call it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(tr("Server address"))
        written = QLineEdit()
        written.setPlaceholderText(tr("This machine's Ollama (OLLAMA_HOST)"))
        written.editingFinished.connect(self.editingFinished)
        self.setLineEdit(written)
        self.activated.connect(lambda _: self.editingFinished.emit())
        self.offer([THIS_MACHINE])

    def offer(self, hosts: Sequence[Host]) -> None:
        """The named servers and, where there are several, all of them; the address in the field stays."""
        address = self.text()
        self.clear()
        for host in hosts:
            self.addItem(tr(host.name) if host == THIS_MACHINE else host.name, host.address)
        if (every := together(hosts)) is not None:
            self.addItem(every.name, every.address)
            self.setItemData(self.count() - 1, plain_tip(every.address), Qt.ItemDataRole.ToolTipRole)
        self.setText(address)

    def text(self) -> str:
        """The address; empty: the default one."""
        written = self.currentText().strip()
        place = self.findText(written)
        found = self.itemData(place) if place >= 0 else written
        return found if isinstance(found, str) else ""

    def setText(self, address: str) -> None:
        """Put an address in."""
        place = self.findData(address)
        self.setCurrentIndex(place)
        if place < 0:
            self.setEditText(address)
            if (written := self.lineEdit()) is not None:
                written.setCursorPosition(0)  # of several the first are seen
