"""The typed replies that agents are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from agents.replies import as_markdown


class Form(BaseModel):
    """A typed reply. The model is held to its JSON schema, whose title is the class's name.

    Fields stand in the order in which a small model thinks best: words first, the decision last.
    """

    @classmethod
    @cache
    def schema_of(cls) -> Mapping[str, Any]:
        """The JSON schema, made once: a continued run asks for it at every step."""
        return cls.model_json_schema()

    @classmethod
    @cache
    def asked(cls) -> str:
        """The form in words for the prompt: a schema alone binds a model's grammar, but tells it nothing."""
        schema = cls.schema_of()
        return "Reply with one JSON object:\n" + "\n".join(_fields(schema, schema.get("$defs", {}), "- "))

    def shown(self) -> str:
        """The reply as it stands in the transcript, in Markdown."""
        return as_markdown(self)


def bullets(lines: Iterable[str]) -> str:
    """Lines as a Markdown list; empty ones are left out."""
    return "\n".join(f"- {line.strip()}" for line in lines if line.strip())


_TYPES = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}


def _fields(schema: Mapping[str, Any], definitions: Mapping[str, Any], mark: str) -> list[str]:
    lines: list[str] = []
    for name, field in schema["properties"].items():
        items = field.get("items", {})
        item = definitions.get(items.get("$ref", "").rpartition("/")[2])
        if field.get("type") == "array":
            kind = "list of objects" if item else f"list of {_TYPES.get(items.get('type'), 'values')}"
        else:
            kind = (
                " or ".join(map(str, field["enum"])) if "enum" in field else _TYPES.get(field.get("type"), "")
            )
        about = f": {field['description']}" if "description" in field else ""
        lines.append(f'{mark}"{name}" ({kind}){about}')
        if item:
            lines += _fields(item, definitions, f"  {mark}")
    return lines
