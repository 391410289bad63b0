"""A finding: a place, its kind, and what is wrong there in a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "syntax", "undefined name", "missing module", "unfinished", "missing file", "duplicate", "unused file"
]


class Finding(NamedTuple):
    """Something wrong at a line of a file, from 1; findings sort by place."""

    path: str
    line: int
    kind: Kind
    text: str

    def __str__(self) -> str:
        """As it stands in a prompt."""
        return f"{self.path}, line {self.line}: {self.text}"
