"""The versions of one file as they are offered, and the authors of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.events import USER
from app.blame import blamed
from app.i18n import tr
from app.state.files import FileNode
from app.state.hierarchy import HierarchyState
from app.told import retold
from app.views.code_gutter import Author


@dataclass(frozen=True, slots=True)
class Shown:
    """One version of a file; `version` is 0 for the user's edit that is none yet, whose text is `text`.

    An empty `digest`: the file was deleted.
    """

    version: int
    author: str
    message: str
    digest: str
    text: str | None = None


def shown_versions(node: FileNode | None) -> list[Shown]:
    """What can be shown of a file, the newest first."""
    if node is None:
        return []
    made = [Shown(one.version, one.author, one.message, one.digest) for one in reversed(node.versions)]
    if (edit := node.pending) is not None:
        made.insert(0, Shown(0, USER, edit.message, edit.digest, edit.text))
    return made


def told(entry: Shown, team: HierarchyState) -> str:
    """A version in one line: number, author, message."""
    number = f"v{entry.version}" if entry.version else tr("Not a version yet")
    return f"{number} · {team.role(entry.author)} · {retold(entry.message)}"


def authors_of(texts: Sequence[str], entries: Sequence[Shown], team: HierarchyState) -> list[Author]:
    """The author of each line of the newest text.

    `texts` are the contents of `entries`, but the oldest first.
    """
    versions = list(reversed(entries))
    known = [Author(_name(one, team), _role(one, team), told(one, team)) for one in versions]
    return [known[place] for place in blamed(texts)]


def _name(entry: Shown, team: HierarchyState) -> str:
    role = team.role(entry.author)
    return f"{entry.version} {role}" if entry.version else role


def _role(entry: Shown, team: HierarchyState) -> str:
    return "" if entry.author == USER else team.looks(entry.author)
