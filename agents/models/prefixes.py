"""What a server's prompt cache probably holds of each model, kept as Ollama's runner keeps it.

A model has as many slots as requests are answered at once. A slot holds the prompt that it read last, and
the reply; a request takes the free slot whose text begins most like its prompt, the first of equals, and
reads the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from agents.models._ollama.loads import Kind


@dataclass(eq=False, slots=True)
class Slot:
    """One place of the cache."""

    text: str = ""
    busy: bool = False


class Prefixes:
    """The slots of each model that a server has read for."""

    def __init__(self) -> None:
        self._slots: dict[Kind, list[Slot]] = {}

    def reckon(self, kind: Kind, prompt: str, places: int) -> tuple[int, int]:
        """How many characters of a prompt need not be read, and how many of another one would be lost."""
        slot = self._best(kind, prompt, places)
        alike = common_length(slot.text, prompt)
        return alike, len(slot.text) - alike

    def take(self, kind: Kind, prompt: str, places: int) -> Slot:
        """The prompt is read: the slot that holds it from now on, busy until it is given `back`."""
        slot = self._best(kind, prompt, places)
        slot.text, slot.busy = prompt, True
        return slot

    def back(self, slot: Slot, reply: str = "") -> None:
        """The reply to what a slot holds is over, and was written behind it."""
        slot.text, slot.busy = f"{slot.text}{reply}", False

    def loaded(self, kind: Kind, slot: Slot) -> None:
        """The model was loaded anew for what this slot holds."""
        self._slots[kind] = [slot]

    def forget(self) -> None:
        """Nothing is sure any more."""
        self._slots.clear()

    def _best(self, kind: Kind, prompt: str, places: int) -> Slot:
        slots = self._slots.setdefault(kind, [])
        while len(slots) < places:
            slots.append(Slot())
        free = [slot for slot in slots[:places] if not slot.busy] or slots
        return free[0] if len(free) == 1 else max(free, key=lambda slot: common_length(slot.text, prompt))


def common_length(one: str, other: str) -> int:
    """With how many characters both begin."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
