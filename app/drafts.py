"""The user's unsaved texts, by run and path: they outlive a look at another file or another run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Draft:
    """An unsaved text of a file. `base` is the content that it began with, `base_digest` names it.

    `sent` is what was handed over to be saved last; it is saved when it comes back as the file's content.
    """

    path: str
    base: str
    base_digest: str
    text: str
    sent: str | None = None

    @property
    def dirty(self) -> bool:
        """Whether anything would be lost."""
        return self.text != self.base

    def clashes(self, digest: str) -> bool:
        """Whether the file has become another one meanwhile (`digest` names its content now)."""
        return self.dirty and digest != self.base_digest


class Drafts:
    """The drafts of all runs; a run is known by its number."""

    def __init__(self) -> None:
        self._drafts: dict[tuple[int, str], Draft] = {}

    def get(self, run: int, path: str) -> Draft | None:
        """The draft of a file, if one was begun."""
        return self._drafts.get((run, path))

    def begin(self, run: int, path: str, text: str, digest: str) -> Draft:
        """The draft of a file, begun with `text` unless there is one."""
        return self._drafts.setdefault((run, path), Draft(path, text, digest, text))

    def drop(self, run: int, path: str) -> None:
        """Forget a draft."""
        self._drafts.pop((run, path), None)

    def dirty(self, run: int | None = None) -> Iterator[tuple[int, Draft]]:
        """The drafts with something to lose, of one run or of all, each with its run."""
        for (number, _), draft in self._drafts.items():
            if draft.dirty and run in (None, number):
                yield number, draft

    def unsaved(self, run: int) -> set[str]:
        """The paths of a run's files with unsaved changes."""
        return {draft.path for _, draft in self.dirty(run)}
