"""What a branch of a run may write while others are at work at the same time.

No two branches write the same file: each owns some. What belongs to another branch is left to it. What
belongs to nobody waits until the branches have joined: then the branch that stands first has it, whoever was
faster [ours]. Whatever is left out is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Branch:
    """A branch; `owns` and `others_own` say of a path who writes it, `known` was there when it began.

    `waiting` is what it wrote and nobody owns.
    """

    name: str
    owns: Callable[[str], bool]
    others_own: Callable[[str], bool]
    known: Collection[str] = ()
    waiting: dict[str, str | None] = field(default_factory=dict)

    def granted(self, files: Mapping[str, str | None], tell: Callable[[str], None]) -> dict[str, str | None]:
        """Those of `files` that may become a version now."""
        if refused := sorted(path for path in files if not self.owns(path) and self.others_own(path)):
            tell(f"Left to those who write it at the same time: {', '.join(refused)}.")
        self.waiting |= {
            path: text for path, text in files.items() if not self.owns(path) and not self.others_own(path)
        }
        return {path: text for path, text in files.items() if self.owns(path)}

    def hides(self, path: str) -> bool:
        """Whether a file is another branch's new one: what is told of the program depends on no race."""
        return path not in self.known and self.others_own(path)


_branch: ContextVar[Branch | None] = ContextVar("branch", default=None)


def current_branch() -> Branch | None:
    """The branch that this is part of, None where nothing is at work at the same time."""
    return _branch.get()


@contextmanager
def within(branch: Branch) -> Iterator[Branch]:
    """What is committed in this block, and by what it starts, is `branch`'s."""
    before = _branch.set(branch)
    try:
        yield branch
    finally:
        _branch.reset(before)


def settled(
    branches: Sequence[Branch], tell: Callable[[str], None]
) -> tuple[list[dict[str, str | None]], list[str]]:
    """Once all have joined: for each what it has of the files that nobody owned, each file once.

    And the paths of those that two wrote in different ways.
    """
    taken: dict[str, tuple[str, str | None]] = {}
    kept: list[dict[str, str | None]] = []
    twice: list[str] = []
    for branch in branches:
        own = {path: text for path, text in branch.waiting.items() if path not in taken}
        for path, text in branch.waiting.items():
            if path in taken and taken[path][1] != text:
                twice.append(path)
                tell(f"{path} was written by two at once; kept as {taken[path][0]} wrote it.")
        taken |= {path: (branch.name, text) for path, text in own.items()}
        kept.append(own)
    return kept, list(dict.fromkeys(twice))
