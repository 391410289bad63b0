"""Typed replies as people read them: Markdown for the transcript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from pydantic import BaseModel

_TOP_LEVEL = 3
_DEEPEST_LEVEL = 6


def as_markdown(value: BaseModel) -> str:
    """Return a typed reply as Markdown.

    Fields become headings by their titles, lists become bullets, and empty fields are left out.
    """
    return "\n\n".join(_sections(value, _TOP_LEVEL))


def _sections(value: BaseModel, level: int) -> Iterator[str]:
    for title, content in _fields(value):
        yield f"{'#' * level} {title}"
        if isinstance(content, BaseModel):
            yield from _sections(content, min(level + 1, _DEEPEST_LEVEL))
        elif isinstance(content, Mapping | list | tuple | set | frozenset):
            yield "\n".join(_bullets(content, ""))
        else:
            yield _text(content)


def _fields(value: BaseModel) -> list[tuple[str, object]]:
    """Return titles and contents of the fields that say something."""
    fields = type(value).model_fields.items()
    titled = [
        (field.title or name.replace("_", " ").capitalize(), getattr(value, name)) for name, field in fields
    ]
    return [(title, content) for title, content in titled if not _is_empty(content)]


def _is_empty(content: object) -> bool:
    if isinstance(content, str):
        return not content.strip()
    if isinstance(content, BaseModel):
        return not _fields(content)
    if isinstance(content, Mapping | list | tuple | set | frozenset):
        return all(
            _is_empty(item) for item in (content.values() if isinstance(content, Mapping) else content)
        )
    return content is None


def _bullets(content: object, indent: str) -> Iterator[str]:
    """Yield the lines of a list, a mapping, or one item of either."""
    if isinstance(content, Mapping):
        for key, item in content.items():
            yield from _labelled(str(key), item, indent)
    elif isinstance(content, list | tuple | set | frozenset):
        for item in content:
            if not _is_empty(item):
                yield from _item(item, indent)
    else:
        yield f"{indent}- {_indented(_text(content), indent)}"


def _item(item: object, indent: str) -> Iterator[str]:
    """Yield a list's item; of an object, the first field stands for the whole and the others below it."""
    if isinstance(item, BaseModel):
        (title, first), *others = _fields(item)
        if isinstance(first, BaseModel | Mapping | list | tuple | set | frozenset):
            yield from _labelled(title, first, indent)
        else:
            yield f"{indent}- **{_indented(_text(first), indent)}**"
        for label, content in others:
            yield from _labelled(label, content, indent + "  ")
    elif isinstance(item, Mapping | list | tuple | set | frozenset):
        yield f"{indent}-"
        yield from _bullets(item, indent + "  ")
    else:
        yield from _bullets(item, indent)


def _labelled(label: str, content: object, indent: str) -> Iterator[str]:
    if _is_empty(content):
        return
    if isinstance(content, BaseModel):
        yield f"{indent}- {label}:"
        for title, inner in _fields(content):
            yield from _labelled(title, inner, indent + "  ")
    elif isinstance(content, Mapping | list | tuple | set | frozenset):
        yield f"{indent}- {label}:"
        yield from _bullets(content, indent + "  ")
    else:
        yield f"{indent}- {label}: {_indented(_text(content), indent)}"


def _indented(text: str, indent: str) -> str:
    return text.replace("\n", f"\n{indent}  ")


def _text(content: object) -> str:
    if isinstance(content, bool):
        return "yes" if content else "no"
    if isinstance(content, Enum):
        return str(content.value)
    return str(content).strip()
