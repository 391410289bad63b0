"""What a neighbour needs to know of a file, one line a symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.codegraph.parts import Language, Symbol


def outlined(symbols: Sequence[Symbol], language: Language) -> str:
    """The signatures of what others may use, parts indented below their class; private names are left out.

    The first line of a description follows as a comment; the fields of a class share a line.
    """
    return "\n".join(_lines(symbols, language))


def _lines(symbols: Sequence[Symbol], language: Language) -> Iterator[str]:
    parts: dict[str, list[Symbol]] = {}
    for symbol in symbols:
        if symbol.parent:
            parts.setdefault(symbol.parent, []).append(symbol)
    told: set[str] = set()
    for symbol in symbols:
        if symbol.parent or _private(symbol):
            continue
        yield _line(symbol, language)
        if symbol.name not in told:
            yield from _part_lines(parts.pop(symbol.name, []), language)
        told.add(symbol.name)
    for name, rest in parts.items():  # parts whose owner stands elsewhere, as Go's methods may
        if not name.startswith("_"):
            yield from _part_lines(rest, language)


def _part_lines(parts: Sequence[Symbol], language: Language) -> Iterator[str]:
    usable = [part for part in parts if not _private(part)]
    if fields := [part.signature for part in usable if part.kind == "field"]:
        yield f"    {language.comment} fields: {', '.join(fields)}"
    for part in usable:
        if part.kind != "field":
            yield f"    {_line(part, language)}"


def _line(symbol: Symbol, language: Language) -> str:
    return f"{symbol.signature}  {language.comment} {symbol.about}" if symbol.about else symbol.signature


def _private(symbol: Symbol) -> bool:
    return symbol.name.startswith("_") and not (symbol.name.startswith("__") and symbol.name.endswith("__"))
