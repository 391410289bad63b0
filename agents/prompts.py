"""The prompts of a workflow, from `resources/prompts/<workflow>.toml`.

A prompt file has a table `[roles]` (role title → duty) and a table `[prompts]` (name → template). In a
template `{field}` stands for a value; a value may contain braces, a template writes them double.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from agents.errors import Bug

_CONTEXT = r"\{(?:brief|backlog|sprint|news|code|report)\}"  # fields with what stands before the words


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is sent, and as the transcript shows it."""

    text: str
    said: str

    def ending(self, words: str) -> Prompt:
        """This prompt with `words` at its end; itself when there are none."""
        return Prompt(f"{self.text}\n\n{words}", f"{self.said}\n\n{words}") if words else self


class Prompts:
    """The prompts of one workflow."""

    def __init__(self, roles: dict[str, str], templates: dict[str, str]) -> None:
        self._roles = roles
        self._templates = templates

    @staticmethod
    @cache
    def of(workflow: str) -> Prompts:
        """The bundled prompts of a workflow."""
        text = resources.files("resources").joinpath("prompts", f"{workflow}.toml").read_text("utf-8")
        tables = tomllib.loads(text)
        return Prompts(tables["roles"], {name: text.strip() for name, text in tables["prompts"].items()})

    @property
    def roles(self) -> tuple[str, ...]:
        """The titles of all roles."""
        return tuple(self._roles)

    def system(self, role: str) -> str:
        """The system message of a role: `You are <Role>.` and its duty."""
        return f"You are {role}. {self._roles[role].strip()}"

    def __call__(self, name: str, **fields: str | int) -> str:
        """The template `name` with its fields filled in; a missing name or field is a `Bug`."""
        try:
            template = self._templates[name]
            return template.format_map(fields)
        except KeyError as error:
            raise Bug(f"The prompt '{name}' or its field {error} does not exist.") from error

    def said(self, name: str, **fields: str | int) -> str:
        """What the transcript shows of a prompt: its own words, without the context before them."""
        own = re.split(_CONTEXT, self._templates[name])[-1].replace("{files}", "")
        return own.strip().format_map(fields)
