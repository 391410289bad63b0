"""What a prompt carries of the project: what matters first, as much as fits, and what was left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_LANGUAGES = {
    ".py": "python", ".js": "javascript", ".ts": "typescript", ".html": "html", ".css": "css",
    ".json": "json", ".md": "markdown", ".toml": "toml", ".java": "java", ".c": "c", ".cpp": "cpp",
    ".go": "go", ".rs": "rust", ".sh": "bash", ".sql": "sql", ".yml": "yaml", ".yaml": "yaml",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """Files as text for a prompt. `outlined` are shown by their signatures, `left_out` by name only."""

    text: str
    outlined: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def notice(self) -> str:
        """What the transcript says of it, empty when everything is shown."""
        parts = []
        if self.outlined:
            parts.append(f"by their signatures only: {', '.join(self.outlined)}")
        if self.left_out:
            parts.append(f"left out: {', '.join(self.left_out)}")
        return f"The prompt does not hold the whole project; {'; '.join(parts)}." if parts else ""


def fenced(path: str, text: str) -> str:
    """A file as the models are asked to write it: its path, then a fence longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * max(3, longest + 1)
    language = _LANGUAGES.get(PurePosixPath(path).suffix, "")
    newline = "" if text.endswith("\n") or not text else "\n"
    return f"{path}\n{fence}{language}\n{text}{newline}{fence}"


def show(files: Mapping[str, str], room: int, first: Sequence[str] = ()) -> Shown:
    """As much of `files` as fits `room` characters: those named `first`, then the others, shortest first.

    A Python file that does not fit is shown by its signatures if these fit, else by its name.
    """
    named = [path for path in dict.fromkeys(first) if path in files]
    others = sorted((path for path in files if path not in named), key=lambda path: len(files[path]))
    shown: dict[str, str] = {}
    outlined: list[str] = []
    left_out: list[str] = []
    for path in [*named, *others]:
        whole = fenced(path, files[path])
        if len(whole) <= room:
            shown[path] = whole
        elif (
            path.endswith(".py") and len(short := f"{path} (signatures only)\n{outline(files[path])}") <= room
        ):
            shown[path] = short
            outlined.append(path)
        else:
            left_out.append(path)
            continue
        room -= len(shown[path])
    order = [path for path in files if path in shown]  # the project's own order, so that prefixes stay alike
    text = "\n\n".join(shown[path] for path in order)
    if left_out:
        text += f"\n\nNot shown: {', '.join(left_out)}"
    return Shown(text or "(no files yet)", tuple(outlined), tuple(left_out))


def outline(source: str) -> str:
    """The signatures of a Python module's classes and functions, one a line; empty if it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    return "\n".join(_outlined(tree.body, ""))


def _outlined(body: Sequence[ast.stmt], indent: str) -> list[str]:
    lines: list[str] = []
    for node in body:
        match node:
            case ast.ClassDef():
                bases = ", ".join(ast.unparse(base) for base in node.bases)
                lines += [f"{indent}class {node.name}({bases}):" if bases else f"{indent}class {node.name}:"]
                lines += _outlined(node.body, indent + "    ")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                lines += [f"{indent}def {node.name}({ast.unparse(node.args)}){returns}"]
    return lines
