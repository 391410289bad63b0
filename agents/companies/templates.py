"""The templates of a company's prompts: `str.format` with plain fields and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

FIELDS = {
    "task": "what the user asked for",
    "description": "the task in other words, where it was refined",
    "modality": "the form of the product, from the demand analysis",
    "language": "the programming language, from the language choice",
    "ideas": "what earlier phases concluded",
    "codes": "the program's files, as far as they fit",
    "unimplemented_file": "the files in which something is not implemented, and what",
    "comments": "what the review, or the user, wants changed",
    "images": "the images that were designed, with their descriptions",
    "test_reports": "what happened when the program was run and tested",
    "error_summary": "what the tester says is wrong",
    "requirements": "requirements.txt",
    "assistant_role": "the role that answers in this phase",
    "gui": "that the program has a window, when the company's gui_design is on",
    "chatdev_prompt": "the company's background",
}
"""The fields that a template may name, and what stands there when it is sent."""


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
