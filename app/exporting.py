"""Writing a run to the disk: asking where to, working off the GUI thread, and telling how it went."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from agents.errors import TroupeError, UserFacingError
from agents.store.export import events_json, transcript, write_folder, write_lines, write_zip
from agents.store.git_export import write_git
from agents.store.rows import RunRow
from app.background import Background
from app.i18n import marked, tr
from app.settings import WindowSettings
from app.views.toast import Toast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from agents.store.export import Progress
    from agents.store.store import Store

Write: TypeAlias = "Callable[[Store, int, Path, Progress], None]"
LAST_FOLDER = "export_folder"
CANCEL, SHOW = marked("Cancel"), marked("Show")


class ExportCancelled(TroupeError):
    """The user does not want the export any more; nothing of it stays."""


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A form of export: the title of its file dialog, the ending of its files (empty: a folder), its work."""

    title: str
    suffix: str
    write: Write


def _write_transcript(store: Store, run: int, to: Path, _progress: Progress) -> None:
    write_lines(to, [transcript(store, run)])


def _write_events(store: Store, run: int, to: Path, progress: Progress) -> None:
    def watched() -> Iterator[str]:
        for line in events_json(store, run):
            progress(0, 0)
            yield line

    write_lines(to, watched())


KINDS: dict[str, ExportKind] = {
    "folder": ExportKind(marked("Export the files to a new folder"), "", write_folder),
    "zip": ExportKind(marked("Export the files as a ZIP archive"), ".zip", write_zip),
    "git": ExportKind(marked("Export the versions as a new git repository"), "", write_git),
    "transcript": ExportKind(marked("Export the conversation as Markdown"), ".md", _write_transcript),
    "events": ExportKind(marked("Export the events as lines of JSON"), ".jsonl", _write_events),
}


class Exports:
    """One export after the other: `bar` tells how far it is and where it went, `tell` what went wrong."""

    def __init__(
        self,
        parent: QWidget,
        bar: Toast,
        store: Store,
        settings: WindowSettings,
        background: Background,
        tell: Callable[[BaseException], None],
    ) -> None:
        self._parent, self._bar, self._store = parent, bar, store
        self._settings, self._background, self._tell = settings, background, tell
        self._turn = asyncio.Lock()
        self._cancelled: Event | None = None
        self._to = Path()
        bar.acted.connect(self._act)

    def ask(self, rows: Sequence[RunRow], name: str) -> QFileDialog:
        """Ask where the export called `name` should be written, then write it; the dialog that is open.

        Several runs go into one folder, each under its project's name.
        """
        kind = KINDS[name]
        folder = Path(self._settings.text(LAST_FOLDER) or Path.home())
        if len(rows) == 1:
            proposed = folder / f"{_file_name(rows[0].project_name)}{kind.suffix}"
            dialog = QFileDialog(self._parent, tr(kind.title), str(proposed))
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setFileMode(QFileDialog.FileMode.AnyFile)
            dialog.setDefaultSuffix(kind.suffix.lstrip("."))
            dialog.fileSelected.connect(lambda path: self.begin(rows[0], name, Path(path)))
        else:
            title = tr("Choose a folder for {count} exports", count=len(rows))
            dialog = QFileDialog(self._parent, title, str(folder))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.fileSelected.connect(lambda path: self.begin_all(rows, name, Path(path)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def begin(self, row: RunRow, name: str, to: Path) -> None:
        """Write the export called `name` to a new folder, or to a file that replaces one that is there."""
        self._settings.set_text(LAST_FOLDER, str(to.parent))
        self._background.start(self._carry_out([(row, to)], KINDS[name]))

    def begin_all(self, rows: Sequence[RunRow], name: str, folder: Path) -> None:
        """Write the export called `name` of each run into a folder; nothing that is there is replaced."""
        self._settings.set_text(LAST_FOLDER, str(folder))
        kind = KINDS[name]
        jobs: dict[Path, RunRow] = {}
        for row in rows:
            jobs[_free_name(folder, row, kind.suffix, jobs)] = row
        self._background.start(self._carry_out([(row, to) for to, row in jobs.items()], kind))

    async def _carry_out(self, jobs: Sequence[tuple[RunRow, Path]], kind: ExportKind) -> None:
        """Write one after the other, until one of them is cancelled or fails."""
        async with self._turn:
            for row, to in jobs:
                if not await self._write(row, kind, to):
                    return
        if len(jobs) > 1:
            said = tr("{count} runs exported", count=len(jobs))
            self._bar.say(said, tr(SHOW), tip=str(self._to.parent))
            self._to = self._to.parent

    async def _write(self, row: RunRow, kind: ExportKind, to: Path) -> bool:
        """Write one export and tell of it; whether it was written."""
        cancelled = self._cancelled = Event()
        loop, shown = asyncio.get_running_loop(), [-1]

        def progress(done: int, of: int) -> None:
            if cancelled.is_set():
                raise ExportCancelled
            if of and (percent := 100 * done // of) != shown[0]:
                shown[0] = percent
                loop.call_soon_threadsafe(self._bar.advance, percent, 100)

        self._bar.busy(tr("Exporting {project} …", project=row.project_name), tr(CANCEL))
        try:
            await asyncio.to_thread(_write, kind, self._store, row.id, to, progress)
        except ExportCancelled:
            self._bar.say(tr("The export was cancelled."))
        except UserFacingError as error:
            self._bar.hide()
            self._tell(error)
        else:
            self._to = to
            self._bar.say(tr("Exported as {file}", file=to.name), tr(SHOW), tip=str(to))
            return True
        finally:
            cancelled.set()  # whatever still works on it ends with the window
            self._cancelled = None
        return False

    def _act(self) -> None:
        if self._cancelled is not None:
            self._cancelled.set()
            return
        self._bar.hide()
        shown = self._to if self._to.is_dir() else self._to.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(shown)))


def _write(kind: ExportKind, store: Store, run: int, to: Path, progress: Progress) -> None:
    """Write the export; an existing file is only replaced by a whole one."""
    if not kind.suffix or not to.is_file():
        kind.write(store, run, to, progress)
        return
    fresh = to.with_name(f".{to.name}.new")
    fresh.unlink(missing_ok=True)
    kind.write(store, run, fresh, progress)
    fresh.replace(to)


def _free_name(folder: Path, row: RunRow, suffix: str, taken: Container[Path]) -> Path:
    """Where a run's export goes: by its project's name, with the run's number where that is taken."""
    name, number = _file_name(row.project_name), 0
    place = folder / f"{name}{suffix}"
    while place in taken or place.exists():
        number += 1
        place = folder / f"{name} {row.id}{f'-{number}' if number > 1 else ''}{suffix}"
    return place


def _file_name(project: str) -> str:
    """A project's name as a file may be called on every platform."""
    return re.sub(r"[^\w .()-]+", " ", project).strip(" .")[:60] or "project"
