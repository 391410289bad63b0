"""Scenes of the files view and of the finished program, for `tests.screenshots`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from app.views.artifacts import Artifacts

Take = Callable[..., Awaitable[None]]


async def file_scenes(artifacts: Artifacts, take: Take, dialog: Callable[[], QWidget | None]) -> None:
    """Take pictures of a run that is shown and has ended, and leave everything as it was."""
    header, files = artifacts.code.header, artifacts.files
    header.text.click()
    header.authors.setChecked(True)
    await take("f1-authors")
    header.authors.setChecked(False)
    header.wide.setChecked(True)
    header.changes.click()
    header.side.setChecked(True)
    await take("f2-side-by-side")
    header.text.click()
    files.graph.setChecked(True)
    await take("f3-imports")
    files.graph.setChecked(False)
    header.edit.click()
    artifacts.code.editing.editor.insertPlainText("# An edit of one's own\n")
    await take("f4-editing")
    artifacts.code.discard(artifacts.code.path)
    header.wide.setChecked(False)
    files.choose("manual.md")
    header.preview.click()
    await take("f5-markdown")
    header.text.click()
    artifacts.program.desktop.click()
    while dialog() is None:
        await asyncio.sleep(0.02)
    await take("f6-consent", dialog)
    shown = dialog()
    if shown is not None:
        shown.close()
    artifacts.program.arguments.setText("10.00 Ann Bob Cem")
    artifacts.program.console.click()
    while artifacts.program.console.isEnabled():
        await asyncio.sleep(0.02)
    await asyncio.sleep(1.0)
    await take("f7-program")
    artifacts.program.stop.click()
    artifacts.tabs.setCurrentIndex(0)
