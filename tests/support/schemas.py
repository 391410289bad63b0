"""Values that fit a JSON schema, as a model without ideas would write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def filled(schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None) -> Any:
    """The plainest value that fits: one element a list, a word for a text, the least number."""
    known = definitions if definitions is not None else schema.get("$defs", {})
    if "$ref" in schema:
        return filled(known[schema["$ref"].rpartition("/")[2]], known)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return filled(schema["anyOf"][0], known)
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return {name: filled(part, known) for name, part in properties.items()}
        case "array":
            return [filled(schema.get("items", {}), known)]
        case "string":
            return "something"
        case "boolean":
            return True
        case "integer" | "number":
            return schema.get("minimum", 1)
        case _:
            return None
