"""The prompts of a workflow, from `resources/prompts/<workflow>.toml`.

A prompt file has a table `[roles]` (role title → duty) and a table `[prompts]` (name → template). In a
template `{field}` stands for a value; a value may contain braces, a template writes them double.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from agents.errors import Bug

_CONTEXT = r"\{(?:brief|backlog|sprint|news|code|report)\}"  # fields with what stands before the words
_LASTING = frozenset({"brief", "backlog", "sprint"})  # fields that stay as they are for several prompts


class Code(str):
    """The project as a prompt shows it: a text that knows which files stand in it whole.

    `files` are these, `blocks` the very pieces of the text that show them, `project` all files that are
    there, shown or not; each by path.
    """

    files: Mapping[str, str]
    blocks: Mapping[str, str]
    project: Mapping[str, str]

    def __new__(
        cls, text: str, files: Mapping[str, str], blocks: Mapping[str, str], project: Mapping[str, str]
    ) -> Code:
        """The text with what stands in it, and what it stands for."""
        made = super().__new__(cls, text)
        made.files, made.blocks, made.project = files, blocks, project
        return made


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is sent, and as the transcript shows it.

    `parts` are the values of its fields, which stand in the text word for word, and `code` the project: what
    a talk that goes on need not be told twice.
    """

    text: str
    said: str
    parts: Mapping[str, str] = field(default_factory=dict)
    code: Code | None = None

    def ending(self, words: str) -> Prompt:
        """This prompt with `words` behind its own; itself when there are none."""
        if not words:
            return self
        if not self._has_own_words:
            return replace(self, text=f"{self.text}\n\n{words}", said=f"{self.said}\n\n{words}".strip())
        return self.amended(f"{self.said}\n\n{words}")

    def amended(self, words: str) -> Prompt:
        """This prompt with `words` in the place of its own.

        What stands before and behind these, such as the project and how to write files, stays. Where its own
        words are not to be found nothing else does.
        """
        if not self._has_own_words:
            return Prompt(words, words)
        before, _, after = self.text.rpartition(self.said)
        return replace(self, text=f"{before}{words}{after}", said=words)

    @property
    def _has_own_words(self) -> bool:
        return bool(self.said) and self.said in self.text


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

    def prompt(self, name: str, **fields: str) -> Prompt:
        """The template `name` filled in, with what it was filled in with."""
        code = fields.get("code")
        return Prompt(
            self(name, **fields),
            self.said(name, **fields),
            {field: value for field, value in fields.items() if field in _LASTING},
            code if isinstance(code, Code) else None,
        )

    def in_full(self, name: str, **fields: str | int) -> Prompt:
        """The template `name` filled in; the transcript shows all of it."""
        text = self(name, **fields)
        return Prompt(text, text)

    def said(self, name: str, **fields: str | int) -> str:
        """What the transcript shows of a prompt: its own words, without the context before them."""
        own = re.split(_CONTEXT, self._templates[name])[-1].replace("{files}", "")
        return own.strip().format_map(fields)
