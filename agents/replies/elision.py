"""Lines that stand for code which is not written: `# ... rest of the code`, `// styles unchanged`. [ours]"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from agents.replies.blocks import lines_of, without_ending
from agents.replies.languages import is_textual
from agents.syntax import module_of

_COMMENT = r"^[ \t]*(?:\#+|//+|\{?/\*+|<!--|--|;+)"
_CODE = r"""\b(?:codes?|files?|methods?|functions?|class(?:es)?|logic|imports?|implementations?|contents?|
    programs?|page|scripts?|styles?|rules|markup|html|css|routes?|tests?|definitions?|parts?|sections?|body|variables?|
    constants|components?|elements?|handlers?|helpers?|everything)\b"""
_REST = re.compile(
    rf"""{_COMMENT}
    (?=.*(?:\.{{3}}|…|\bunchanged\b|\bremains?\ the\ same\b|\bas\ before\b))
    (?=.*\b(?:rest|remaining|existing|previous|other|unchanged|same)\b)
    (?=.*{_CODE}).*""",
    re.IGNORECASE | re.VERBOSE,
)
_KEPT = re.compile(
    rf"""{_COMMENT}\W*(?:(?:keep|all|of|the|your|my|any|and)\s+)*
    (?:rest|remaining|remainder|other|existing|previous|original|unchanged)\b
    (?:\s+(?:of|the|your|this|my|all))*\s+(?:\w+\s+)?{_CODE}
    (?:.*\b(?:remains?|unchanged|same|stays?|here|goes)\b.*|\W*[\])]\W*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_AS_IT_WAS = re.compile(
    rf"""{_COMMENT}\W*(?:(?:the\s+)?(?:code\s+|body\s+|implementation\s+)?(?:is\s+)?
    (?:unchanged|not\ changed|(?:the\s+)?same\ as\ before|as\ before
    |(?:remains?|stays?)\ (?:the\ same|unchanged))
    |no\ changes?(?:\ here|\ needed)?)\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTED_DOTS = re.compile(r"\s*(?:#|//|/\*|<!--|--|;|\*)\s*(?:\.{3}|…)\s*(?:\*/|-->)?\s*")
_BRACED_DOTS = re.compile(r"[^\"'`]*\{\s*(?:\.{3}|…)\s*\}[^\"'`]*")
DOTS = re.compile(r"\s*(?:\.{3}|…)\s*")


def stands_for_code(line: str) -> bool:
    """Whether a line is a comment that stands for code which is not written."""
    return bool(_COMMENTED_DOTS.fullmatch(line) or _REST.match(line) or _KEPT.match(line))


def says_as_it_was(line: str) -> bool:
    """Whether a line is a comment that says that something is as before, and nothing else."""
    return _AS_IT_WAS.match(line) is not None


def elides(path: str, content: str, old: str) -> bool:
    """Whether something in what is given as a file stands for what the file had.

    Dots stand for nothing in documents, and in Python where they are all of a body that was no other before.
    """
    known = {line.strip() for line in lines_of(old)}
    lines = [without_ending(line) for line in lines_of(content)]
    foreign = [at for at, line in enumerate(lines) if line.strip() and line.strip() not in known]
    if any(_REST.match(lines[at]) or _KEPT.match(lines[at]) for at in foreign):
        return True
    if is_textual(path):
        return False
    if any(_COMMENTED_DOTS.fullmatch(lines[at]) for at in foreign):
        return True
    if any(says_as_it_was(lines[at]) and _is_all(lines, at) for at in foreign):
        return True
    if path.endswith(".py"):
        return _has_dots_for_code(content, old)
    return any(DOTS.fullmatch(lines[at]) or _BRACED_DOTS.fullmatch(lines[at]) for at in foreign)


def _is_all(lines: Sequence[str], at: int) -> bool:
    """Whether nothing of weight follows a comment in its block."""
    following = next((line for line in lines[at + 1 :] if line.strip()), "")
    nothing = following.strip() in ("", "pass", "...") or following.lstrip()[0] in ")]}"
    return nothing or _indentation(following) < _indentation(lines[at])


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _has_dots_for_code(content: str, old: str) -> bool:
    module, before = module_of(content), module_of(old)
    if module is None or before is None:
        return False
    written = {name for name, body in _bodies(before) if not _are_dots(body)}
    alone = any(_are_dots(body) and name in written for name, body in _bodies(module))
    return alone or bool(_with_dots_beside_code(module) - _with_dots_beside_code(before))


def has_dots_beside_code(content: str, old: str) -> bool:
    """Whether a Python file has dots among the statements of a body that had none before."""
    module, before = module_of(content), module_of(old)
    if module is None or before is None:
        return False
    return bool(_with_dots_beside_code(module) - _with_dots_beside_code(before))


def _with_dots_beside_code(module: ast.Module) -> set[str]:
    """The names of the bodies that have dots beside other statements."""
    return {
        name for name, body in _bodies(module) if len(body) > 1 and any(_are_dots([node]) for node in body)
    }


def _are_dots(body: Sequence[ast.stmt]) -> bool:
    match body:
        case [ast.Expr(value=ast.Constant(value=value))]:
            return value is Ellipsis
        case _:
            return False


def _bodies(module: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Every list of statements without its docstring, and the full name of what it is a body of."""
    waiting: list[tuple[str, ast.AST]] = [("", module)]
    while waiting:
        name, node = waiting.pop()
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            parts = getattr(node, field, None)
            if not isinstance(parts, list) or not parts:
                continue
            waiting += [(f"{name}.{getattr(part, 'name', '')}", part) for part in parts]
            if isinstance(parts[0], ast.stmt):
                yield name, _without_docstring(parts)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body[0]:
        case ast.Expr(value=ast.Constant(value=str())):
            return body[1:]
        case _:
            return body
