"""The keys of the actions as the user wants them, remembered in the window's settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from app.actions import Actions
from app.settings import WindowSettings

PORTABLE = QKeySequence.SequenceFormat.PortableText
NONE = "none"
"""What is remembered for an action whose keys were all taken away; nothing stands for the usual ones."""


class Keymap(QObject):
    """Changes the keys of actions and remembers them. `changed` says that a list of keys is out of date."""

    changed = Signal()

    def __init__(self, actions: Actions, settings: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actions = actions
        self._settings = settings
        for name in actions.named():
            if remembered := settings.text(_place(name)):
                actions.set_keys(name, _read(remembered))

    def keys(self, name: str) -> list[QKeySequence]:
        """The keys of an action now."""
        return self.actions.named()[name].shortcuts()

    def is_usual(self, name: str) -> bool:
        """Whether an action has the keys that it has by itself."""
        return self.keys(name) == self.actions.usual_keys(name)

    def owner(self, keys: QKeySequence, but: str = "") -> str:
        """The action, other than `but`, that these keys would set off, wholly or in part; empty for none."""
        if keys.isEmpty():
            return ""
        match = QKeySequence.SequenceMatch.NoMatch
        for name in self.actions.named():
            if name != but and any(
                keys.matches(own) != match or own.matches(keys) != match for own in self.keys(name)
            ):
                return name
        return ""

    def bind(self, name: str, keys: list[QKeySequence]) -> None:
        """Give an action these keys; any other action that has one of them loses it."""
        for wanted in keys:
            while other := self.owner(wanted, name):
                self._keep(other, [own for own in self.keys(other) if not _clash(own, wanted)])
        self._keep(name, [wanted for wanted in keys if not wanted.isEmpty()])
        self.changed.emit()

    def reset(self, *names: str) -> None:
        """Give actions their usual keys again, all of them when none is named."""
        for name in names or tuple(self.actions.named()):
            self._keep(name, self.actions.usual_keys(name))
        self.changed.emit()

    def _keep(self, name: str, keys: list[QKeySequence]) -> None:
        self.actions.set_keys(name, keys)
        usual = keys == self.actions.usual_keys(name)
        written = " | ".join(own.toString(PORTABLE) for own in keys) or NONE
        self._settings.set_text(_place(name), "" if usual else written)


def _clash(one: QKeySequence, other: QKeySequence) -> bool:
    none = QKeySequence.SequenceMatch.NoMatch
    return one.matches(other) != none or other.matches(one) != none


def _place(name: str) -> str:
    return f"keys/{name}"


def _read(text: str) -> list[QKeySequence]:
    """The remembered keys; what is none is left out."""
    if text == NONE:
        return []
    found = [QKeySequence.fromString(part, PORTABLE) for part in text.split(" | ")]
    return [keys for keys in found if not keys.isEmpty()]
