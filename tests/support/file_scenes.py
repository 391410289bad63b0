"""Scenes of the files view and of the finished program, for `tests.screenshots`."""

from __future__ import annotations

import asyncio

from tests.support.stage import Stage


async def file_scenes(stage: Stage) -> None:
    """Take pictures of a run that is shown and has ended, and leave everything as it was."""
    artifacts, take = stage.window.page.artifacts, stage.picture
    header, files = artifacts.code.header, artifacts.files
    header.text.click()
    header.authors.setChecked(True)
    await take("authors")
    header.authors.setChecked(False)
    header.wide.setChecked(True)
    files.choose("splitter/shares.py")
    header.changes.click()
    header.side.setChecked(True)
    await take("side-by-side")
    header.text.click()
    files.choose("splitter/cli.py")
    files.graph.setChecked(True)
    await take("imports")
    files.graph.setChecked(False)
    files.choose("main.py")
    header.edit.click()
    artifacts.code.editing.editor.insertPlainText("# An edit of one's own\n")
    await take("editing")
    artifacts.code.discard(artifacts.code.path)
    header.wide.setChecked(False)
    files.choose("manual.md")
    header.preview.click()
    await take("markdown")
    header.text.click()
    artifacts.program.desktop.click()
    await stage.dialog_picture("consent")
    artifacts.program.arguments.setText("10.00 Ann Bob Cem")
    artifacts.program.console.click()
    await stage.until(artifacts.program.console.isEnabled)
    await asyncio.sleep(1.0)
    await take("program")
    artifacts.program.stop.click()
    artifacts.tabs.setCurrentIndex(0)
