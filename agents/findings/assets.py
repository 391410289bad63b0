"""Pictures, sounds, fonts and pages that are named and not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from agents.codegraph import CodeGraph
from agents.findings.finding import Finding
from agents.syntax import module_of

_MEDIA = re.compile(
    r"[^\n\"'`<>|*?{}%]{0,200}[^\n\"'`<>|*?{}%/.]\.(png|jpe?g|gif|svg|ico|bmp|webp|wav|mp3|ogg|ttf|otf|woff2?)",
    re.IGNORECASE,
)
_WRITTEN = frozenset(
    {"save", "savefig", "write", "imwrite", "imsave", "write_bytes", "write_text", "screenshot"}
)


def missing_files(
    files: Mapping[str, str], graph: CodeGraph, assets: Collection[str] = ()
) -> Iterator[Finding]:
    """Files that code names as its own and that are not in the project.

    Python's are literals that end like a picture, a sound or a font, unless the file writes such; the other
    languages say by their imports and addresses what they need.
    """
    there = {*files, *assets}
    names = {PurePosixPath(path).name for path in there}
    for path, text in files.items():
        if path.endswith(".py"):
            yield from _of_python(path, text, names)
        else:
            for reference in graph.missing(path):
                if PurePosixPath(reference).name not in names:
                    told = f"{reference} is needed here, and the project has no such file."
                    yield Finding(path, _line(text, reference), "missing file", told)


def _of_python(path: str, text: str, names: Collection[str]) -> Iterator[Finding]:
    tree = module_of(text)
    if tree is None:
        return
    written = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WRITTEN
        for inner in ast.walk(node)
    }
    if written:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(literal)) if _MEDIA.fullmatch(literal) and "//" not in literal:
                if PurePosixPath(literal).name not in names and " " not in literal:
                    told = f"{literal} is named here, and the project has no such file."
                    yield Finding(path, node.lineno, "missing file", told)


def _line(text: str, part: str) -> int:
    at = text.find(part)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
