"""The model servers by name, each with how it stands; they are added, changed and removed here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agents.errors import UserFacingError
from agents.masking import masked_address
from agents.models.addresses import key_place
from agents.trust import load_trust, save_trust
from app.dialogs.frame import label
from app.hosts import THIS_MACHINE, Host
from app.i18n import tr, trn
from app.icons import icon
from app.plain import plain_tip
from app.settings import WindowSettings
from app.theme import S, ThemeSource
from app.told import failure
from app.views.controls import Tick
from app.views.two_lines import TwoLines
from app.visible import one_line

if TYPE_CHECKING:
    from agents.serving import Readiness

ADDRESS = int(Qt.ItemDataRole.UserRole)
MARK = 16
LEAST = 230


class HostList(QWidget):
    """`chosen` carries the address of the server to show. `altered`: other servers, or another default."""

    chosen = Signal(str)
    altered = Signal()

    def __init__(
        self,
        source: ThemeSource,
        settings: WindowSettings,
        check: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        """`check` raises a `UserFacingError` for what is no address."""
        super().__init__(parent)
        self._source, self._settings, self._check = source, settings, check
        self._standing: dict[str, Readiness] = {}
        self._editing: Host | None = None
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Model servers"))
        self.list.setIconSize(QSize(MARK, MARK))
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._select)
        self.default = _button(tr("Use by default"), self._make_default)
        self.add = _button(tr("Add …"), lambda: self._edit(None))
        self.change = _button(tr("Edit …"), self._change)
        self.remove = _button(tr("Remove"), self._remove)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        heading = label(tr("Servers"), kind="heading")
        heading.setMinimumHeight(self.add.sizeHint().height())  # its neighbour stands beside a button
        column.addWidget(heading)
        column.addWidget(self.list, 1)
        column.addWidget(self._form())
        column.addWidget(self._buttons())
        source.changed.connect(self._paint)
        self._fill(settings.default_host)

    def sizeHint(self) -> QSize:
        """As narrow as the buttons below the list allow."""
        return QSize(max(LEAST, self.minimumSizeHint().width()), super().sizeHint().height())

    def _buttons(self) -> QWidget:
        self.deeds = QWidget()
        column = QVBoxLayout(self.deeds)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(_row(self.add, self.change, self.remove))
        column.addWidget(self.default)
        return self.deeds

    def current(self) -> str:
        """The address of the server that is selected."""
        address = self.list.model().index(self.list.currentRow(), 0).data(ADDRESS)
        return address if isinstance(address, str) else ""

    def show_standing(self, address: str, found: Readiness) -> None:
        """Say how a server stands."""
        if self._standing.get(address) != found:
            self._standing[address] = found
            self._paint()

    # --- the list ----------------------------------------------------------------------------------

    def _fill(self, select: str) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for host in self._settings.hosts:
            item = QListWidgetItem()
            item.setData(ADDRESS, host.address)
            self.list.addItem(item)
            if host.address == select:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self._paint()
        self._select()

    def _paint(self) -> None:
        for row, host in enumerate(self._settings.hosts):
            item = self.list.item(row)
            found = self._standing.get(host.address)
            mark, color = _mark(found)
            name = tr(host.name) if host == THIS_MACHINE else host.name
            if host.address == self._settings.default_host:
                name = tr("{name} · default", name=name)
            open_way = tr(" · not encrypted") if found and found.warning else ""
            item.setText(one_line(name) + f"\n{_word(found)}{open_way}")
            where = masked_address(host.address) or (found.address if found else "")
            item.setToolTip(plain_tip(f"{where}\n{found.warning}".strip() if found else where))
            item.setIcon(icon(mark, self._source.theme, str(getattr(self._source.theme, color))))

    def _select(self) -> None:
        address = self.current()
        own = address != THIS_MACHINE.address
        self.change.setEnabled(own)
        self.remove.setEnabled(own)
        self.default.setEnabled(address != self._settings.default_host)
        self.chosen.emit(address)

    # --- what is done ------------------------------------------------------------------------------

    def _make_default(self) -> None:
        self._settings.default_host = self.current()
        self._paint()
        self._select()
        self.altered.emit()

    def _change(self) -> None:
        self._edit(next((host for host in self._settings.hosts if host.address == self.current()), None))

    def _remove(self) -> None:
        gone = self.current()
        if _has_key(gone):
            save_trust(load_trust().with_key(key_place(gone), False))
        self._settings.hosts = [host for host in self._settings.hosts if host.address != gone]
        self._standing.pop(gone, None)
        self._fill(self._settings.default_host)
        self.altered.emit()

    # --- the form ----------------------------------------------------------------------------------

    def _form(self) -> QWidget:
        self.form = QWidget()
        self.name, self.address = QLineEdit(), QLineEdit()
        self.name.setAccessibleName(tr("Name of the server"))
        self.name.setPlaceholderText(tr("Name, such as Workstation"))
        self.address.setAccessibleName(tr("Address of the server"))
        self.address.setPlaceholderText("192.168.1.20:11434")
        self.name.returnPressed.connect(self.address.setFocus)
        self.address.returnPressed.connect(self._save)
        self.key = Tick(tr("Send my key (OLLAMA_API_KEY)"))
        self.key.setToolTip(tr("To this server only, and only over https."))
        self.problem = label("", kind="bad")
        self.problem.hide()
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for part in (self.name, self.address, self.key, self.problem):
            column.addWidget(part)
        self.save = _button(tr("Save"), self._save)
        column.addLayout(_row(self.save, _button(tr("Cancel"), self._end_form)))
        self.form.hide()
        return self.form

    def _edit(self, host: Host | None) -> None:
        self._editing = host
        self.name.setText(host.name if host else "")
        self.address.setText(host.address if host else "")
        self.key.setChecked(host is not None and _has_key(host.address))
        self.problem.hide()
        self.form.show()
        self.deeds.hide()
        self.name.setFocus()

    def _end_form(self) -> None:
        self.list.setFocus()
        self.form.hide()
        self.deeds.show()

    def _save(self) -> None:
        address = self.address.text().strip()
        if problem := self._problem(address):
            self.problem.setText(problem)
            self.problem.show()
            return
        try:
            self._bind_key(address)
        except UserFacingError as error:
            self.problem.setText(failure(error))
            self.problem.show()
            return
        host = Host(self.name.text().strip() or address, address)
        before, hosts = self._editing, self._settings.hosts
        if before is None:
            hosts.append(host)
        else:
            hosts[hosts.index(before)] = host
        was_default = before is not None and before.address == self._settings.default_host
        self._settings.hosts = hosts
        if was_default:
            self._settings.default_host = address
        self._end_form()
        self._fill(address)
        self.altered.emit()

    def _bind_key(self, address: str) -> None:
        """Send the key to this server, or no longer; `UsageError` where it would go unencrypted."""
        trust = load_trust()
        if self._editing is not None and _has_key(self._editing.address):
            trust = trust.with_key(key_place(self._editing.address), False)
        if self.key.isChecked():
            trust = trust.with_key(key_place(address), True)
        if trust != load_trust():
            save_trust(trust)

    def _problem(self, address: str) -> str:
        others = [host.address for host in self._settings.hosts if host != self._editing]
        if not address:
            return tr("Write where the server is.")
        if address in others:
            return tr("This server is in the list already.")
        try:
            self._check(address)
        except UserFacingError as error:
            return failure(error)
        return ""


def _has_key(address: str) -> bool:
    """Whether the user bound the key to the server at an address."""
    with suppress(UserFacingError):
        return key_place(address) in load_trust().key_hosts
    return False


def _button(text: str, does: Callable[[], object]) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.clicked.connect(does)
    return made


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(S)
    for part in parts:
        row.addWidget(part)
    return row


def _mark(found: Readiness | None) -> tuple[str, str]:
    if found is None:
        return "clock", "muted"
    return {"ready": ("check", "good"), "empty": ("download", "accent")}.get(
        found.standing, ("warning", "warning")
    )


def _word(found: Readiness | None) -> str:
    if found is None:
        return tr("Asking …")
    match found.standing:
        case "ready":
            count = len(found.models)
            return trn("{server} · {count} model", "{server} · {count} models", count, server=found.label)
        case "empty":
            return tr("{server} · no model", server=found.label)
        case "missing":
            return tr("Ollama is not installed")
        case "stopped":
            return tr("Ollama is not running")
        case _:
            return tr("does not answer")
