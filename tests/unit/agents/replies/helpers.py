"""A program, and a fenced block around whatever a model wrote."""

from __future__ import annotations

CODE = "import sys\n\nprint(sys.argv)\n"


def fenced(content: str, info: str = "python", fence: str = "```") -> str:
    """`content` in a fence; `info` stands behind the opening one."""
    return f"{fence}{info}\n{content}{fence}\n"
