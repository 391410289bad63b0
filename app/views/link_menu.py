"""A link that a model wrote: where it really leads is shown before anything opens."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.i18n import tr
from app.visible import one_line

LONGEST = 100
"""Characters of an address in a menu; the host stands in a line of its own and is never cut away."""


def may_open(link: str) -> bool:
    """Whether a link that a model wrote may be opened: a page of the web, no file and no program."""
    url = QUrl(link)
    return url.scheme().lower() in ("http", "https") and bool(url.host())


def address_of(link: str) -> str:
    """Where a link leads, in letters that cannot be mistaken: other scripts in a host's name are encoded."""
    return bytes(QUrl(link).toEncoded().data()).decode("ascii", "replace")


def link_menu(link: str, parent: QWidget) -> QMenu:
    """A menu that names the address and offers to open or to copy it."""
    address = address_of(link)
    host = bytes(QUrl.toAce(QUrl(link).host()).data()).decode("ascii", "replace")
    menu = QMenu(parent)
    for line in (tr("Leads to {host}", host=host), one_line(address, LONGEST)):
        menu.addAction(line.replace("&", "&&")).setEnabled(False)
    menu.addSeparator()
    menu.addAction(tr("Open in the browser"), lambda: QDesktopServices.openUrl(QUrl(link)))
    menu.addAction(tr("Copy the address"), lambda: QGuiApplication.clipboard().setText(address))
    return menu
