"""A company as typed values. Each keeps the JSON it was read from, so that unknown keys are never lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agents.contracts import Json

CHAIN_FILE, PHASE_FILE, ROLE_FILE = FILES = ("ChatChainConfig.json", "PhaseConfig.json", "RoleConfig.json")
EXTENSION = "troupe"
"""The key of what ChatDev does not know; it is there only when something of it is used."""

USUAL_TURNS = 10
"""ChatDev's meaning of `max_turn_step` where it is 0 or below."""

FLAGS = (
    "clear_structure",
    "gui_design",
    "git_management",
    "self_improve",
    "incremental_develop",
    "with_memory",
    "web_spider",
)

OWN_PHASES = frozenset(
    {
        *("DemandAnalysis", "LanguageChoose", "Coding", "ArtDesign", "ArtIntegration", "CodeComplete"),
        *("CodeReviewComment", "CodeReviewModification", "CodeReviewHuman", "TestErrorSummary"),
        *("TestModification", "EnvironmentDoc", "Manual"),
    }
)
"""The phases that have code of their own, in ChatDev and here; any other is a talk of two agents."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place in the chain: a simple phase, or a composed one of `parts` that is repeated `cycles` times.

    `turns` is `max_turn_step` as it is written. A step that is not `on` is kept, and left out.
    """

    phase: str
    turns: int = 1
    reflect: bool = False
    composed: bool = False
    cycles: int = 1
    parts: tuple[Step, ...] = ()
    on: bool = True
    source: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def most_turns(self) -> int:
        """How many turns the talk may take."""
        return self.turns if self.turns > 0 else USUAL_TURNS

    def phases(self) -> Iterator[str]:
        """The names of the phases that two agents carry out here."""
        if not self.composed:
            yield self.phase
        for part in self.parts:
            yield from part.phases()


@dataclass(frozen=True, slots=True)
class Phase:
    """What two roles talk about: the instructor opens with `prompt`, a template; the assistant answers.

    `files`: the reply's fenced blocks are files of the program. None: they are when the prompt shows the
    form of a file, as ChatDev's own prompts do [ours].
    """

    name: str
    assistant: str
    instructor: str
    prompt: str
    files: bool | None = None
    source: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def writes_files(self) -> bool:
        """Whether the reply's fenced blocks become files."""
        return "```" in self.prompt if self.files is None else self.files


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its title, its system message as a template, and a model of its own (empty: the run's)."""

    title: str
    prompt: str
    model: str = ""
    source: list[str] | str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Company:
    """A whole company.

    `read` has its own files as they were read, `fallback` those that it does not have itself; `top` is the
    chain file's object. What was not changed is written as it was read.
    """

    name: str
    chain: tuple[Step, ...]
    phases: Mapping[str, Phase]
    roles: Mapping[str, Role]
    recruited: tuple[str, ...] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)
    background: str = ""
    read: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    fallback: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    top: Json = field(default_factory=dict, compare=False, repr=False)

    def flag(self, name: str) -> bool:
        """A switch of the chain file; off where it is not written."""
        return self.flags.get(name, False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that are switched on."""
        return tuple(step for step in self.chain if step.on)

    def used(self) -> list[str]:
        """The names of the phases that take place, each once, in order."""
        return list(dict.fromkeys(name for step in self.steps for name in step.phases()))

    def cast(self) -> list[str]:
        """The titles of the roles that take part, each once, in order: first who instructs."""
        talks = [self.phases[name] for name in self.used() if name in self.phases]
        return list(dict.fromkeys(role for phase in talks for role in (phase.instructor, phase.assistant)))

    @property
    def models(self) -> dict[str, str]:
        """The models of the roles that have their own."""
        return {role.title: role.model for role in self.roles.values() if role.model}

    def renamed(self, name: str) -> Company:
        """The same company under another name."""
        return replace(self, name=name)
