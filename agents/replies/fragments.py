"""Whether what is given as a whole file is a piece of it, which must not take the file's place. [ours]

Asked for a whole file, weak models give the function that they changed under the file's name, or a comment
that stands for the rest.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable

from agents.replies.bindings import bound, lacking
from agents.replies.blocks import lines_of
from agents.replies.elision import elides
from agents.replies.kinds import Reading
from agents.replies.misfits import Misfit, first_line, part_only
from agents.syntax import module_of

_PART = re.compile(
    r"\b(?:in|into|from|inside|within|to|part|snippet|excerpt|lines?|functions?|methods?|add|append|insert)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"\W*(?:before|old|original|current|existing|previous|replace|search|find|from|this)\b[^:]{0,20}:\W*",
    re.IGNORECASE,
)
_WORTH_ASKING = 12  # lines of a file, below which it may well become much shorter
_MOST = 0.6
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def no_whole_file(reading: Reading, path: str, content: str, old: str) -> Misfit | None:
    """What keeps a block that is given as the file from taking its place: it is but a part of it."""
    described = f"{path}: {first_line(content)}…"
    if is_fragment(path, content, old) or (path not in reading.sentence and is_quoted(reading.sentence)):
        return part_only(path, content)
    if elides(path, content, old) or (not reading.sure and is_part(reading.sentence, content, old)):
        return Misfit(path, described, f"This leaves out parts of {described} Give the whole file.")
    return None


def is_quoted(sentence: str) -> bool:
    """Whether a block after "Before:" or "Old code:" shows what there was."""
    return _QUOTED.fullmatch(sentence) is not None


def is_part(sentence: str, content: str, old: str) -> bool:
    """Whether a block after "add this to main.py" is too short to be the whole file."""
    return bool(_PART.search(sentence)) and _is_short(content, old)


def is_fragment(path: str, content: str, old: str) -> bool:
    """Whether content that is given as a file is surely but a piece of what it was.

    It has less than half of its lines, and is indented as a whole, as the file is not; or, in Python, uses
    names that only the rest of the file bound, or has nothing but methods of its classes.
    """
    if not content.strip() or not _is_short(content, old):
        return False
    if _is_indented(content) and not _is_indented(old):
        return True
    module, before = (module_of(text) if path.endswith(".py") else None for text in (content, old))
    if module is None or before is None:
        return False
    return bool(lacking(module, None) & bound(before)) or _is_methods(module, before)


def is_excerpt(content: str, old: str, others: Iterable[str]) -> bool:
    """Whether content that is given as a file is likely but an excerpt of what it was.

    Most of its lines stood in the file, or it has only a tenth of them, and most of the file's lines stand
    neither in it nor in the `others`, to which they may have been moved.
    """
    if not content.strip():
        return False
    given, before = _said(content), _said(old)
    if before.total() < _WORTH_ASKING or given.total() * 2 >= before.total():
        return False
    lost = before - given
    moved = lost & sum(map(_said, others), Counter())
    alike = (given & before).total() >= given.total() * _MOST or given.total() * 10 < before.total()
    return alike and moved.total() * 2 < lost.total()


def _said(text: str) -> Counter[str]:
    return Counter(line.strip() for line in lines_of(text) if line.strip())


def _is_short(content: str, old: str) -> bool:
    return len(lines_of(content)) * 2 < len(lines_of(old))


def _is_indented(text: str) -> bool:
    return all(line[0].isspace() for line in lines_of(text) if line.strip())


def _is_methods(module: ast.Module, old: ast.Module) -> bool:
    """Whether a module defines only functions with `self` that were methods of a class."""
    methods = {
        node.name
        for part in ast.walk(old)
        if isinstance(part, ast.ClassDef)
        for node in part.body
        if isinstance(node, _FUNCTION)
    }
    return bool(module.body) and all(
        isinstance(node, _FUNCTION)
        and node.name in methods
        and [argument.arg for argument in node.args.args][:1] in (["self"], ["cls"])
        for node in module.body
    )
