"""What a run was asked to be; stored with the run, so that it can be continued on another day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from agents.contracts import Task
from agents.errors import DatabaseDamaged, UsageError
from agents.masking import masked_address

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Permission: TypeAlias = Literal["auto", "ask", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A request for a run.

    - `name`: the project's; empty: made from the idea. `out`: its folder; empty: one under the home folder.
    - `options`: the workflow's own. `model`: the default for all roles, empty: chosen from what the server
      has; `roles` maps a role's title to another model. `host`: empty means `OLLAMA_HOST`.
    - `existing`: `out` holds a program that is to be changed.
    - `permission`: run programs in the sandbox by themselves, ask before each, or never run any.
    - `at_once`: how many of its steps may ask a model at the same time, 0: as many as the server is known to
      answer so.
    - `num_ctx`: tokens of context, 0: chosen from the model. `think`: None leaves it to the model.
    - `allow_cloud`: models that run on somebody else's machine may be asked.
    - `demo`: the recorded team instead of a model.
    - `max_tokens`, `max_minutes`: the run pauses there and says so; 0 means no limit. Minutes count the time
      at work.
    - `entry_point`, `starter`, `examples`, `turns`, `script`: a task, see `contracts.Task`. `tests`: its
      hidden tests, pieces of Python that are run on the answer once, at the end.
    - `follows`: the run whose project is gone on with, in its folder; 0: none.
    - `clarify`: what the idea leaves open is asked before the workflow begins.
    - `amendments`: messages (by identity) that were rewritten when the run branched off another one.
    """

    idea: str
    name: str = ""
    workflow: str = "chatdev"
    options: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    host: str = ""
    out: str = ""
    existing: bool = False
    permission: Permission = "auto"
    num_ctx: int = 0
    at_once: int = 0
    think: bool | None = None
    allow_cloud: bool = False
    demo: bool = False
    seed: int = 0
    max_tokens: int = 0
    max_minutes: float = 0.0
    entry_point: str = ""
    starter: str = ""
    examples: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    script: bool = False
    follows: int = 0
    clarify: bool = False
    amendments: dict[str, str] = field(default_factory=dict)

    def checked(self) -> Plan:
        """This plan; a `UsageError` when its idea says nothing."""
        if not self.idea.strip():
            raise UsageError("The idea is empty.", "Say in a sentence what the team should build.")
        return self

    def without_request(self) -> Plan:
        """How it is carried out, with nothing of what was asked for or of where that is."""
        return replace(
            self, idea="", name="", out="", existing=False, seed=0, entry_point="", starter="", examples=(),
            tests=(), turns=(), script=False, follows=0, amendments={},
        )  # fmt: skip

    def to_json(self) -> str:
        """The text stored with the run: an address is kept without user name and password."""
        kept = replace(self, host=masked_address(self.host))
        return json.dumps(asdict(kept), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan of a stored run; fields that this version does not know are left out."""
        try:
            return _reader().validate_json(text)
        except ValueError as error:
            raise DatabaseDamaged(
                "The run's stored settings cannot be read.", "Begin a new run with its idea.", str(error)
            ) from error

    def task(self) -> Task:
        """What a workflow is told to do."""
        return Task(
            self.idea.strip(),
            self.existing,
            self.entry_point,
            self.starter,
            self.examples,
            self.turns,
            self.script,
        )

    def title(self) -> str:
        """The project's name: the given one, or the first words of the idea."""
        if self.name.strip():
            return self.name.strip()
        words = self.idea.split()
        title = " ".join(words[:6])
        return (title[:57] + "…" if len(title) > 58 else title).rstrip(".,;:")


@cache
def _reader() -> TypeAdapter[Plan]:
    """Made at the first continued run: importing pydantic costs what `--help` need not pay."""
    from pydantic import TypeAdapter  # noqa: PLC0415

    return TypeAdapter(Plan)
