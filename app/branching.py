"""Branching off a run and going back: new runs from any message, files as they were at any version."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.history import files_at
from agents.jsontext import read_json
from app.i18n import tr
from app.state.entries import FilesEntry, MessageEntry

if TYPE_CHECKING:
    from agents.store.store import Store
    from app.controller import Controller
    from app.session import Session
    from app.state.all import RunState


@dataclass(frozen=True, slots=True)
class Said:
    """What a message really said: `typed` replies are the JSON of a form, `text` as it came otherwise."""

    text: str
    typed: bool = False


def said(store: Store, run: int, message: MessageEntry) -> Said:
    """The reply behind a message, which the transcript shows in a readable form."""
    step = next((step for step in store.steps(run) if message.step and step.key == message.step), None)
    if step is None:
        return Said(message.text)
    text = str(json.loads(step.result)["text"])
    if not json.loads(step.request).get("format"):
        return Said(text)
    try:
        return Said(json.dumps(read_json(text), ensure_ascii=False, indent=2), typed=True)
    except ValueError:
        return Said(text, typed=True)


def can_be_rewritten(message: MessageEntry) -> bool:
    """Whether a branch can let a message say something else: it is complete and was said by the team."""
    return message.state == "complete" and message.seq > 0


def version_before(state: RunState, index: int) -> int:
    """The version of the files as they were at an entry of the transcript; 0 before the first."""
    for entry in reversed(state.transcript.entries[: index + 1]):
        if isinstance(entry, FilesEntry):
            return entry.version
    return 0


def changes_between(now: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str | None]:
    """What must be changed for the files to be as `wanted`; None deletes one."""
    changed: dict[str, str | None] = {path: text for path, text in wanted.items() if now.get(path) != text}
    return changed | {path: None for path in now if path not in wanted}


class Branching:
    """Carries it out on the runs of a window; each method raises the `UserFacingError` that is in the way."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._store = controller.studio.store

    async def branch(self, session: Session, at: int, text: str | None = None) -> Session | None:
        """Begin a run like this one up to event `at`, where a message may say `text` instead; it goes on.

        The new run is shown; None when the user wanted to see another one meanwhile.
        """
        number = await asyncio.to_thread(self._controller.studio.branch, session.number, at, text)
        self._controller.listed.emit()
        begun = await self._controller.open(number)
        if begun is not None:
            await self._controller.resume(begun)
        return begun

    async def restore_files(self, session: Session, version: int) -> bool:
        """Make the files as they were at a version, as a version by the user; false when they are so already.

        A run that goes on takes it up after its present step, another one when it is continued; the files in
        the folder are changed at once then.
        """
        now = await self._files(session, session.state.files.version)
        for path, edit in session.state.files.pending.items():  # the user's edits that are no version yet
            now.pop(path, None)
            now |= {path: edit.text} if edit.text is not None else {}
        changes = changes_between(now, await self._files(session, version))
        if not changes:
            return False
        message = tr("Restored version {version}", version=version)
        if session.live is not None and session.going:
            session.live.edit(changes, message)
        else:
            await self._controller.studio.edit(session.number, changes, message)
            for stamped in self._store.events(session.number, after=session.state.seq):
                session.receive(stamped)
            session.ticked.emit()
        return True

    async def restore_conversation(self, session: Session, index: int) -> Session | None:
        """A branch at an entry of the transcript that keeps the files as they are now."""
        state = session.state
        kept = await self._files(session, state.files.version)
        then = await self._files(session, version_before(state, index))
        begun = await self.branch(session, state.transcript.seqs[index])
        if begun is not None and begun.live is not None:
            begun.live.edit(changes_between(then, kept), tr("The files as they were before going back"))
        return begun

    async def _files(self, session: Session, version: int) -> dict[str, str]:
        return await asyncio.to_thread(files_at, self._store, session.number, version) if version else {}
