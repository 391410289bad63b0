"""Calling the user back: the title counts open questions, and the system tells when the window is away."""

from __future__ import annotations

import shutil
from html import escape

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from agents.contracts import Question
from app.controller import Controller
from app.i18n import tr, trn
from app.icons import application_icon
from app.session import Session
from app.settings import WindowSettings
from app.told import retold
from app.window import MainWindow

MILLISECONDS = 10_000


class Attention(QObject):
    """Watches the runs of a window. `notified` carries the title and the text of what the system was told."""

    notified = Signal(str, str)

    def __init__(self, window: MainWindow, controller: Controller, settings: WindowSettings) -> None:
        super().__init__(window)
        self._window, self._controller, self._settings = window, controller, settings
        self._tray: QSystemTrayIcon | None = None
        controller.asked.connect(self._asked)
        controller.ended.connect(self._ended)
        controller.listed.connect(self.refresh)
        controller.shown.connect(lambda _: self.refresh())
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(lambda _, now: self._back() if now is not None else None)
        self.refresh()

    def refresh(self) -> None:
        """Say in the window's title how many questions wait, and which project is shown."""
        waiting = sum(len(session.user.waiting()) for session in self._controller.live_sessions())
        session = self._controller.current
        parts = ["● " + trn("{count} question", "{count} questions", waiting)] if waiting else []
        if session is not None and session.state.run.begun:
            parts.append(session.state.run.project)
        self._window.setWindowTitle(" — ".join([*parts, "Troupe"]))

    def _asked(self, session: Session, question: Question) -> None:
        self.refresh()
        project = session.state.run.project or "Troupe"
        first = retold(question.text.strip().partition("\n")[0].lstrip("# "))
        match question.purpose:
            case "execute" | "install":
                title = tr("{project}: your consent is needed", project=project)
            case "play":
                title = tr("{project}: it is your turn", project=project)
                first = tr("You speak for the {role}.", role=session.state.hierarchy.role(question.agent))
            case _:
                title = tr("{project}: the team asks", project=project)
        self._call(title, first)

    def _ended(self, session: Session) -> None:
        run = session.state.run
        if run.state == "stopped":
            return  # the user did that
        self.refresh()
        said = tr("The run succeeded.") if run.state == "succeeded" else tr("The run failed.")
        self._call(run.project or "Troupe", f"{said} {retold(run.error or run.summary)}".strip())

    def _call(self, title: str, text: str) -> None:
        """Mark the window, and let the system tell, unless the user is here."""
        if QApplication.activeWindow() is not None:
            return
        QApplication.alert(self._window)
        if not self._settings.notifications:
            return
        self.notified.emit(title, text)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            tray = self._tray_icon()
            tray.show()
            tray.showMessage(title, text, application_icon(), MILLISECONDS)
        elif program := shutil.which("notify-send"):  # a desktop without a tray, such as GNOME
            QProcess.startDetached(program, ["--app-name=Troupe", "--icon=troupe", "--", title, escape(text)])

    def _tray_icon(self) -> QSystemTrayIcon:
        """The icon that the message comes from; it is there only while the user is away."""
        if self._tray is None:
            self._tray = QSystemTrayIcon(application_icon(), self)
            self._tray.setToolTip("Troupe")
            self._tray.messageClicked.connect(self._raise)
            self._tray.activated.connect(lambda _: self._raise())
        return self._tray

    def _raise(self) -> None:
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _back(self) -> None:
        if self._tray is not None:
            self._tray.hide()
