"""The only place that builds things and hands them to each other.

The window is painted first; the database, the workflows and the model client are loaded in a thread after
that, because their libraries take longer than Qt itself.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from agents.errors import UserFacingError
from agents.home import home_folder
from app import i18n, theme
from app.background import Background
from app.collector import Collector
from app.icons import application_icon
from app.loops import generators_closed
from app.settings import WindowSettings
from app.theme import ThemeSource
from app.window import MainWindow

if TYPE_CHECKING:
    from agents.plan import Plan
    from agents.studio import Studio

PAINT_WAITS, PAINT_SECONDS = 50, 0.01
HEAVY = ("app.views.run_page", "agents.studio", "app.desk")


class Faults:
    """Shows whatever nobody caught, one dialog at a time."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._open = False
        self._former = sys.excepthook

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take what comes from slots (`sys.excepthook`) and from tasks (the loop's handler)."""
        sys.excepthook = self._from_slot
        loop.set_exception_handler(self._from_task)

    def remove(self) -> None:
        """Leave `sys.excepthook` as it was."""
        sys.excepthook = self._former

    def tell(self, error: BaseException) -> None:
        """Show an error, unless one is shown already: a second one is mostly the first one's echo."""
        sys.__excepthook__(type(error), error, error.__traceback__)
        self._window.problems.add(error)
        if self._open or isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
            return
        self._open = True
        from app.dialogs.error import dialog_for  # noqa: PLC0415 - the first paint need not wait for it

        dialog = dialog_for(error, self._window)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self._open = False

    def _from_slot(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self.tell(error)

    def _from_task(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.tell(error)
        else:
            sys.stderr.write(f"{context.get('message', 'A task failed')}\n")


class EarlyWish:
    """What the user asked for last before there was anyone to do it: a click is never for nothing."""

    def __init__(self, actions: Iterable[QAction]) -> None:
        self._last: QAction | None = None
        self._taken = [action.triggered.connect(partial(self._keep, action)) for action in actions]

    def grant(self) -> None:
        """Do it now, and keep nothing any more."""
        for connection in self._taken:
            QObject.disconnect(connection)
        if self._last is not None:
            self._last.trigger()

    def _keep(self, action: QAction, _checked: bool = False) -> None:
        self._last = action


class Application:
    """A window with everything behind it, from the first paint to the last stored event."""

    def __init__(self, app: QApplication, home: Path) -> None:
        self._home = home
        self.settings = WindowSettings(home)
        _speak(app, self.settings.language)
        self.source = ThemeSource(self.settings.scheme, self.settings.reduce_motion)
        theme.apply(app, self.source.theme)
        app.setWindowIcon(application_icon())
        app.setQuitOnLastWindowClosed(False)  # closing the window only asks to leave
        self.collector = Collector(app)
        self.background = Background()
        self.window = MainWindow(self.source, self.settings)
        self.window.fit_screen()
        self._early = EarlyWish(self.window.commands.all())
        self.faults = Faults(self.window)
        self.studio: Studio | None = None
        self._left = asyncio.Event()
        self.window.leaving.connect(self._left.set)

    async def run(self, plan: Plan | None) -> int:
        """Show the window, load the rest, and return when the user has left; the exit code."""
        self.faults.install(asyncio.get_running_loop())
        self.collector.start()
        try:
            return await self._carry_on(plan)
        finally:
            self.collector.stop()
            self.faults.remove()

    async def _carry_on(self, plan: Plan | None) -> int:
        if plan is not None:
            self.window.pages.setCurrentWidget(self.window.loading)
        self.window.show()
        await self._painted()
        try:
            await self._open_studio(plan)
        except UserFacingError as error:
            from app.dialogs.error import dialog_for  # noqa: PLC0415
            from app.dialogs.frame import shown  # noqa: PLC0415

            await shown(dialog_for(error, self.window))
            self.window.let_go()
            return error.exit_code
        await self._left.wait()
        await self._close()
        return 0

    async def _painted(self) -> None:
        """Let Qt paint the window before anything else is loaded.

        No `processEvents` here: it would step other tasks inside of this one, which ends them for good.
        """
        handle = self.window.windowHandle()
        for _ in range(PAINT_WAITS):
            await asyncio.sleep(PAINT_SECONDS)
            if handle.isExposed():
                return

    async def _open_studio(self, plan: Plan | None) -> None:
        for name in HEAVY:
            await asyncio.to_thread(import_module, name)
        from agents.studio import Studio  # noqa: PLC0415 - loaded in a thread, after the first paint
        from app.controller import Controller  # noqa: PLC0415
        from app.desk import Desk  # noqa: PLC0415
        from app.views.run_page import RunPage  # noqa: PLC0415

        self.window.furnish(RunPage(self.source, self.background))
        self.studio = Studio.open(self._home)
        if self.studio.recovered:
            from app.dialogs.error import dialog_for  # noqa: PLC0415

            dialog_for(self.studio.recovered.told, self.window).open()
        self.controller = Controller(self.studio, self.background, self.window)
        self.desk = Desk(self.window, self.controller, self.source, self.settings, self.background)
        if plan is not None:
            self.desk.begin(plan)
        self._early.grant()

    async def _close(self) -> None:
        """Stop the live runs, keep everything, and close the window."""
        self.window.setEnabled(False)
        if self.studio is not None:
            await self.controller.close()
            await self.studio.close()
        self.background.cancel()
        await self.background.ended()
        self.window.let_go()


def _speak(app: QApplication, choice: str) -> None:
    """Take the language of Troupe's texts and, where Qt has it, of Qt's own: menus of fields, keys."""
    language = i18n.use(choice, QLocale.system().name())
    if language != "en":
        translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            app.installTranslator(translator)


def open_window(home: Path | None = None, plan: Plan | None = None) -> int:
    """Open the window and return its exit code when it is closed.

    `home` is Troupe's folder (`TROUPE_HOME` by default), `plan` a run to start at once.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Troupe")
    app.setDesktopFileName("troupe")
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, generators_closed(loop):
        application = Application(app, home or home_folder())
        return int(loop.run_until_complete(application.run(plan)))
