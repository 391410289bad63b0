"""The files view of a run whose contents are made up by a test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeAlias

from pytestqt.qtbot import QtBot

from agents.events import AgentHired, Event, FileChange, FileEdit, FilesCommitted, RunStarted, UserEdited
from app.background import Background
from app.state.all import RunState
from app.theme import ThemeSource
from app.views.artifacts import Artifacts
from tests.support.qtloop import drive
from tests.support.story import Story


class Desk:
    """The files view of a run whose contents are made up here."""

    def __init__(self, qtbot: QtBot) -> None:
        self.blobs: dict[str, bytes] = {}
        self.background = Background()
        self.story = Story()
        self.state = RunState()
        self.view = Artifacts(ThemeSource("light"), self.background)
        self.saved: list[dict[str, str | None]] = []
        qtbot.addWidget(self.view)
        self.view.resize(900, 900)
        self.view.show()
        self.code = self.view.code
        self.code.edited.connect(lambda files, _: self.saved.append(files))
        self.tell(
            RunStarted(
                project="P", idea="i", workflow="w", title="W", model="m", sandbox="s", folder="/nowhere"
            ),
            AgentHired(agent="p", role="Programmer", manager="", model="m"),
            AgentHired(agent="r", role="Code Reviewer", manager="", model="m"),
        )
        self.view.show_state(self.state, self.blobs.__getitem__)

    def tell(self, *events: Event) -> None:
        before = len(self.story.events)
        self.story.tell(*events)
        for stamped in self.story.events[before:]:
            self.state.receive(stamped)
        self.view.refresh()

    def commit(self, author: str = "p", **files: str | bytes | None) -> None:
        """A version; `a_py` stands for `a.py`."""
        changes = []
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            digest = "" if data is None else sha256(data).hexdigest()
            if data is not None:
                self.blobs[digest] = data
            changes.append(FileChange(path=name.replace("_", "."), digest=digest, added=1, removed=1))
        version = self.state.files.version + 1
        message = f"Version {version}"
        self.tell(FilesCommitted(version=version, author=author, message=message, changes=tuple(changes)))

    def confirm(self) -> None:
        """The run takes in what was saved last."""
        files = tuple(FileEdit(path, text) for path, text in self.saved[-1].items())
        self.tell(UserEdited(edit=f"edit#{len(self.saved)}", message="Your edit", files=files))


Scene: TypeAlias = Callable[[Desk], Awaitable[None]]
Play: TypeAlias = Callable[[Scene], None]


def carry_out(qtbot: QtBot, scene: Scene) -> None:
    """Play a scene with a new desk."""

    async def whole() -> None:
        desk = Desk(qtbot)
        try:
            await scene(desk)
        finally:
            desk.view.hide()
            desk.background.cancel()
            await desk.background.ended()

    drive(whole())
