"""The folder structure of a program that is to be written: its files, and what they use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from agents.backlog import named_items
from agents.development.parting import Parting, parted
from agents.development.sprints import FolderStructure, LinkedStructure
from agents.errors import PathRefused
from agents.events import BacklogItem
from agents.paths import checked, refuse_clashes


@dataclass(slots=True)
class Structure:
    """`uses` are the files that each designed file imports, `items` the backlog's items that need it."""

    uses: dict[str, set[str]] = field(default_factory=dict)
    items: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, named: FolderStructure, backlog: Sequence[BacklogItem]) -> Structure:
        """What a reply names, without edges or items where it names none."""
        made = cls()
        if isinstance(named, LinkedStructure):
            for file in named.files:
                path = _path(file.path)
                made.uses[path] = {_path(used) for used in file.uses} - {path}
                made.items[path] = {*named_items(backlog, file.items)}
        return made

    def parting(self, items: Collection[str], existing: Collection[str], most: int) -> Parting | None:
        """How the new files for these items are written at the same time; None when one alone writes them.

        A file that names no item is for all of them; what a file for these uses is written with it, and what
        is there already and uses it is changed with it.
        """
        new = [path for path in self.uses if path and path not in existing]
        wanted = [path for path in new if not self.items[path] or not self.items[path].isdisjoint(items)]
        for path in wanted:  # which grows
            if self.items[path]:  # what is for all items, like a main file, needs of others what is there
                wanted += [used for used in new if used in self.uses[path] and used not in wanted]
        wanted += [path for path in self.uses if path in existing and not self.uses[path].isdisjoint(wanted)]
        try:
            refuse_clashes([*existing, *wanted])
        except PathRefused:
            return None
        return parted([path for path in self.uses if path in wanted], self.uses, most)


def _path(named: str) -> str:
    """A path as the project spells it; empty for what is none, or a folder."""
    try:
        return "" if named.strip().endswith("/") else checked(named.strip().strip("`"))
    except PathRefused:
        return ""
