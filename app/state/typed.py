"""A typed reply while it streams: the words in its JSON, without the JSON around them. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

_Place: TypeAlias = Literal["object", "list"]
_ESCAPED = {"n": "\n", "t": "\t", "r": "", "b": "", "f": ""}
_HEX = 4


@dataclass(slots=True)
class TypedWords:
    """Reads a JSON object piece by piece; what it gave once stays as it is, so a view can let it grow.

    A field's text is a paragraph, each text of a list a bullet; names, numbers and truth values are left out.
    What is no JSON comes to whatever strings are in it: it is replaced as soon as the reply is complete.
    """

    _around: list[_Place] = field(default_factory=list)
    _named: bool = False  # the name of a field stands before what comes now
    _within: Literal["", "name", "text"] = ""
    _escape: str = ""  # a backslash and what of its sequence has come
    _half: str = ""  # the first of two surrogates
    _said: bool = False
    _begun: bool = False  # of the text that is being read

    def take(self, piece: str) -> str:
        """More of the reply; what can be read of it now."""
        return "".join(map(self._read, piece))

    def _read(self, sign: str) -> str:
        if not self._within:
            self._pass(sign)
            return ""
        if self._escape:
            return self._unescaped(sign)
        if sign == "\\":
            self._escape = sign
            return ""
        if sign == '"':
            self._within = ""
            return ""
        return self._shown(sign)

    def _pass(self, sign: str) -> None:
        match sign:
            case '"':
                names = not self._named and self._around[-1:] == ["object"]
                self._within, self._begun = "name" if names else "text", False
            case ":":
                self._named = True
            case ",":
                self._named = False
            case "{":
                self._around.append("object")
                self._named = False
            case "[":
                self._around.append("list")
                self._named = False
            case "}" | "]":
                del self._around[-1:]
                self._named = False

    def _unescaped(self, sign: str) -> str:
        self._escape += sign
        if self._escape[1] != "u":
            self._escape = ""
            return self._shown(_ESCAPED.get(sign, sign))
        digits = self._escape[2:]
        if len(digits) < _HEX:
            return ""
        self._escape = ""
        try:
            unit = int(digits, 16)
        except ValueError:
            return ""
        return self._shown(self._whole(unit))

    def _whole(self, unit: int) -> str:
        """The character of a UTF-16 unit; nothing yet for the first of two."""
        if 0xD800 <= unit < 0xDC00:
            self._half = chr(unit)
            return ""
        both, self._half = self._half + chr(unit), ""
        return both.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _shown(self, text: str) -> str:
        if self._within != "text" or not text:
            return ""
        before = ""
        if not self._begun:
            listed = self._around[-1:] == ["list"]
            before = "\n- " if listed else "\n\n"
            before = before if self._said else before.lstrip("\n")
            self._begun = self._said = True
        return before + text


def is_typed(begun: str) -> bool:
    """Whether a reply that begins so is the JSON of a typed one."""
    return begun.lstrip().startswith("{")


def words_so_far(text: str) -> str:
    """What has come of a reply that was cut: the words of a typed one, any other as it is."""
    return TypedWords().take(text) if is_typed(text) else text
