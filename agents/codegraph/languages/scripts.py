"""How the paths that scripts, pages and style sheets name lead to the project's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from agents.codegraph.parts import Project

EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".json")
# What a script is called when it is named by what it becomes.
_SOURCES = {".js": (".ts", ".tsx", ".jsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
_PUBLIC = ("", "public", "static", "src", "www", "dist", "app")
_CONFIGURED = ("tsconfig.json", "jsconfig.json")
_ALIASES = ("@/", "~/")


def module_file(path: str, target: str, project: Project) -> str:
    """The file that a script at `path` means by `import "target"`; empty when it is none of the project's."""
    plain = target.partition("?")[0].partition("#")[0] if not target.startswith("#") else target
    if plain in (".", "..") or plain.startswith(("./", "../")):
        return _module(joined(folder_of(path), plain), project)
    for alias in _ALIASES:
        if plain.startswith(alias):
            rest = plain.removeprefix(alias)
            return _module(f"src/{rest}", project) or _module(rest, project)
    if plain.startswith("/"):
        return page_file(path, plain, project)
    if "/" in plain and any(project.has(name) for name in _CONFIGURED):
        return _module(plain, project) or _module(f"src/{plain}", project)
    return ""


def page_file(path: str, target: str, project: Project) -> str:
    """The file that a page or style sheet at `path` means by an address; empty when it is none of these."""
    plain = target.strip().partition("?")[0].partition("#")[0]
    if not plain or "//" in plain or ":" in plain:
        return ""
    if not plain.startswith("/"):
        return _first([joined(folder_of(path), plain), f"static/{plain}"], project)
    absolute = plain.lstrip("/")
    return _first(_served(path, absolute), project)


def names_own_file(target: str, address: bool) -> bool:
    """Whether a script's import, or a page's address, can only mean a file of the project itself."""
    if any(mark in target for mark in ("{", "$", "<", "//", ":")) or target.startswith("#"):
        return False
    return "." in target.rpartition("/")[2] if address else target.startswith(("./", "../"))


def joined(folder: str, target: str) -> str:
    """A path in a folder with `.` and `..` carried out; empty when it leads out of the project."""
    parts = [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def folder_of(path: str) -> str:
    """The folder of a file, empty for the project's own."""
    return path.rpartition("/")[0]


def _served(path: str, absolute: str) -> Iterator[str]:
    """Where a server may have an absolute address from: the folders above the file, and the usual ones."""
    for folder in _PUBLIC:
        yield f"{folder}/{absolute}".lstrip("/")
    for above in PurePosixPath(path).parents:
        for folder in _PUBLIC:
            yield joined(above.as_posix(), f"{folder}/{absolute}")


def _module(plain: str, project: Project) -> str:
    if not plain:
        return _first([f"index{extension}" for extension in EXTENSIONS], project)
    candidates = [plain]
    for suffix, sources in _SOURCES.items():
        if plain.endswith(suffix):
            candidates += [plain.removesuffix(suffix) + source for source in sources]
    candidates += [plain + extension for extension in EXTENSIONS]
    candidates += [f"{plain}/index{extension}" for extension in EXTENSIONS]
    return _first(candidates, project)


def _first(candidates: Iterator[str] | list[str], project: Project) -> str:
    return next((path for path in candidates if path and project.has(path)), "")
