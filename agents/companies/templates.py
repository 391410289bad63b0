"""The templates of a company's prompts: `str.format` with plain fields and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

FIELDS = (
    *("task", "description", "modality", "language", "ideas", "codes", "unimplemented_file", "comments"),
    *("images", "test_reports", "error_summary", "requirements", "assistant_role", "gui", "chatdev_prompt"),
)
"""The fields that a template may name."""


def fields_in(template: str) -> list[str]:
    """The fields of a template in order. `ValueError` says in a few words why it is none."""
    fields: list[str] = []
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError("has a brace that stands alone; write {{ or }} for a brace in the text") from error
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in FIELDS or form or conversion:
            shown = name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            raise ValueError(f"has a field {{{shown}}} that no phase fills in")
        fields.append(name)
    return fields


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its fields filled in; what is not known yet is empty. The template was checked."""
    known = {name: values.get(name, "") for name in fields_in(template)}
    return template.format_map(known)
