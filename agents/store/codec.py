"""Events as JSON text: how they are stored, exported and printed.

An event's text is one line of compact JSON with all its fields, `kind` among them. The text is strict
JSON: a float that is no number is written as a string ("NaN"), and what is no Unicode text (a lone half
of a surrogate pair, as it comes out of undecodable file names) as U+FFFD.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Annotated

from agents.errors import Bug, DatabaseDamaged
from agents.events import Event, Stamped

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import SchemaSerializer

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def _adapter() -> TypeAdapter[Event]:
    """Built at first use: importing pydantic costs a tenth of a second that `--help` need not pay."""
    from pydantic import ConfigDict, Field, TypeAdapter  # noqa: PLC0415

    closed_union = Annotated[Event, Field(discriminator="kind")]
    return TypeAdapter(closed_union, config=ConfigDict(ser_json_inf_nan="strings"))


def encode(event: Event) -> str:
    """The event as one line of JSON that `decode` understands; `Bug` for a value that JSON cannot hold."""
    try:
        return _serializer().to_json(event).decode()
    except ValueError:  # of pydantic: most likely for a text that UTF-8 cannot hold
        return _mended(event)


@cache
def _serializer() -> SchemaSerializer:
    """What `TypeAdapter.dump_json` calls, at half the price: every stored event passes here."""
    return _adapter().serializer


def _mended(event: Event) -> str:
    plain = _cleaned(_adapter().dump_python(event))
    try:
        return _adapter().dump_json(_adapter().validate_python(plain)).decode()
    except ValueError as error:
        raise Bug(f"An event has a value that does not fit: {error}") from error


def decode(text: str) -> Event:
    """The event that `text` stands for; `DatabaseDamaged` when it stands for none."""
    try:
        return _adapter().validate_json(text)
    except ValueError as error:
        raise DatabaseDamaged(
            "The database holds an event that this program cannot read.",
            "Nothing was changed. Restore a backup of the database, or delete the run.",
            f"{error}\n{text[:2000]}",
        ) from error


def line(stamped: Stamped) -> str:
    """A stamped event as one line of JSON without a line end: what `--events` prints and exports hold."""
    return f'{{"run":{stamped.run},"seq":{stamped.seq},"at":{stamped.at!r},"event":{encode(stamped.event)}}}'


def clean(text: str) -> str:
    """`text` as UTF-8 can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text


def _cleaned(value: object) -> object:
    """Plain data with every text in it clean."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {name: _cleaned(part) for name, part in value.items()}
        case list() | tuple():
            return [_cleaned(part) for part in value]
        case _:
            return value
