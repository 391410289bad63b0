"""The files that come out of one request for files, over all the replies to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agents.errors import PathRefused
from agents.paths import refuse_clashes
from agents.replies import Edit, FilesReply, read_files
from agents.syntax import module_of


class AskedFiles:
    """What could be read is kept while the rest is asked for again.

    `existing` files may be changed by exact edits, as they are when these come: what the user changed
    meanwhile stays. `only` is the one file that is asked for; `main` is the Python file that the only block
    of a reply means when it has no name and there is no file yet. With `required`, a reply without any file
    is a problem.
    """

    def __init__(self, existing: Mapping[str, str], *, only: str, main: str, required: bool) -> None:
        self.files: dict[str, str | None] = {}
        self.problems: list[str] = []
        self.broke = False
        """Whether blocks of the last reply did not apply."""
        self.latest: dict[str, str | None] = {}
        """The files that came out of the last reply."""
        self._existing, self._seen = existing, dict(existing)
        self._only, self._main, self._required = only, main, required
        self._made: frozenset[Edit] = frozenset()
        self._failed: set[str] = set()

    @property
    def known(self) -> dict[str, str]:
        """The files that are there now."""
        return _present({**self._existing, **self.files})

    def take(self, text: str, *, ended: bool, whole: bool) -> list[str]:
        """Read a reply; `problems` then says what was wrong with it. Returns notices for the transcript.

        `ended`: the model itself ended it there. A file whose blocks fail a second time is asked for whole,
        with `whole` the first time already.
        """
        known = self.known
        read = read_files(
            text, existing=known, only=self._only, ended=ended, made=self._made, insisted=self._failed
        )
        notices = list(read.notes)
        failing = {found.path for found in read.misfits if found.path}
        self.broke = any(found.block for found in read.misfits)
        self.problems = read.told(failing if whole else failing & self._failed)
        self._failed |= failing
        if read.truncated:
            self.problems.append(f"{read.truncated} was not complete.")
        new: dict[str, str | None] = {**read.files, **dict.fromkeys(read.deleted)}
        if code := self._unnamed_main(read, new):
            new, self.problems = {self._main: code}, []
            notices.append(f"The only file had no name; it is taken as {self._main}.")
        try:
            refuse_clashes(_present({**known, **new}))
        except PathRefused as error:
            self.problems.append(str(error))
            self.latest = {}
        else:
            kept = set(self.files)
            self.files.update(new)
            self.latest, self._made = new, read.made
            notices += self._overwritten(kept, {edit.path for edit in read.made})
        if not self.files and not self.problems and self._required:
            self.problems = ["There was no file in it. Give each whole, in a fenced block named by its path."]
        return notices

    def _overwritten(self, kept: Collection[str], edited: Collection[str]) -> list[str]:
        """Say which files somebody else changed since the last time, whose change is lost now.

        Those are `kept` from an earlier reply, or given whole in this one: not `edited` as they were there.
        """
        changed = {path for path in self.files if self._existing.get(path) != self._seen.get(path)}
        self._seen = dict(self._existing)
        return [
            f"{path} was changed while it was written; the change is in the version before only."
            for path in sorted(changed)
            if path in kept or path not in edited
        ]

    def _unnamed_main(self, read: FilesReply, new: Mapping[str, str | None]) -> str:
        alone = self._main and not self.known and not new and len(read.unnamed) == 1
        return read.unnamed[0] if alone and module_of(read.unnamed[0]) else ""


def _present(files: Mapping[str, str | None]) -> dict[str, str]:
    """The files that are there, without those that were deleted."""
    return {path: text for path, text in files.items() if text is not None}
