"""What the window remembers between starts, in `window.ini` in Troupe's home folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast, get_args

from PySide6.QtCore import QByteArray, QSettings

from app.hosts import THIS_MACHINE, Host, hosts_text, read_hosts
from app.i18n import LANGUAGES
from app.theme import Scheme


class WindowSettings:
    """Sizes, colours and the last choices of dialogs. A missing or damaged file means the defaults."""

    def __init__(self, home: Path) -> None:
        self._store = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> Scheme:
        """Light, dark, or what the system says."""
        value = self.text("scheme", "system")
        return cast(Scheme, value) if value in get_args(Scheme) else "system"

    @scheme.setter
    def scheme(self, value: Scheme) -> None:
        self.set_text("scheme", value)

    @property
    def reduce_motion(self) -> bool:
        """Whether nothing on the screen should move by itself."""
        return self._is("reduce_motion")

    @reduce_motion.setter
    def reduce_motion(self, value: bool) -> None:
        self._let("reduce_motion", value)

    @property
    def hosts(self) -> list[Host]:
        """The model servers, this machine's first."""
        return [THIS_MACHINE, *read_hosts(self.text("hosts"))]

    @hosts.setter
    def hosts(self, hosts: Sequence[Host]) -> None:
        self.set_text("hosts", hosts_text([host for host in hosts if host != THIS_MACHINE]))
        if all(host.address != self.default_host for host in hosts):
            self.default_host = THIS_MACHINE.address

    @property
    def default_host(self) -> str:
        """The address of the server that new projects use; empty: this machine's."""
        return self.text("host")

    @default_host.setter
    def default_host(self, address: str) -> None:
        self.set_text("host", address)

    @property
    def shares_work(self) -> bool:
        """Whether new runs use all servers together."""
        return self._is("share")

    @shares_work.setter
    def shares_work(self, value: bool) -> None:
        self._let("share", value)

    def remember_host(self, address: str) -> None:
        """Add a server that was named by its address alone, unless it is known."""
        if all(host.address != address for host in self.hosts):
            self.hosts = [*self.hosts, Host(address, address)]

    @property
    def font_scale(self) -> float:
        """How large everything is written beside the system's size: from 0.5 to 3, usually 1."""
        try:
            return min(3.0, max(0.5, float(self.text("font_scale", "1"))))
        except ValueError:
            return 1.0

    @font_scale.setter
    def font_scale(self, value: float) -> None:
        self.set_text("font_scale", f"{value:g}")

    @property
    def language(self) -> str:
        """The chosen language, one of `app.i18n.LANGUAGES`; "system" follows the system's."""
        value = self.text("language", "system")
        return value if value in LANGUAGES else "system"

    @language.setter
    def language(self, value: str) -> None:
        self.set_text("language", value)

    @property
    def notifications(self) -> bool:
        """Whether the system tells, while the window is away, that the team waits or a run has ended."""
        return self._is("notifications", unsaid=True)

    @notifications.setter
    def notifications(self, value: bool) -> None:
        self._let("notifications", value)

    def text(self, key: str, default: str = "") -> str:
        """The remembered text of `key`."""
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Remember a text."""
        self._store.setValue(key, value)

    def _is(self, key: str, *, unsaid: bool = False) -> bool:
        """Whether it was said to be so."""
        return self.text(key, "yes" if unsaid else "no") == "yes"

    def _let(self, key: str, value: bool) -> None:
        """Remember that it is so, or not."""
        self.set_text(key, "yes" if value else "no")

    def state(self, key: str) -> QByteArray:
        """A widget's remembered geometry or splitter state; empty when there is none."""
        value = self._store.value(f"layout/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, key: str, value: QByteArray) -> None:
        """Remember a widget's geometry or splitter state."""
        self._store.setValue(f"layout/{key}", value)

    def save(self) -> None:
        """Write to the disk now."""
        self._store.sync()
