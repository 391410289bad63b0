"""What can be chosen by name: workflows, tools, sandboxes, model servers.

A module registers something by putting a `Workflow`, `ToolKind`, `SandboxKind` or `ModelKind` into its
namespace, which the decorators below do. Finding them imports the modules of a package and collects these
values: there is no global table to fill, so nothing depends on the order of imports.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from agents.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from agents.contracts import ChatModel, Outcome, Sandbox, Task
    from agents.models.hosts import Hosts
    from agents.plan import Plan
    from agents.run import Run

WorkflowKind: TypeAlias = Literal["project", "task", "repair"]
OptionsT = TypeVar("OptionsT", bound="BaseModel")
KindT = TypeVar("KindT")


@dataclass(frozen=True, slots=True)
class Workflow(Generic[OptionsT]):
    """A published method: `perform` carries it out over a `Run`.

    `options` is the pydantic model from which the window's form and the command line's `--set` follow;
    `summary` says in one sentence when to use the method; `paper` is its arXiv number; `prompts` names the
    prompt file where it is not the one with the method's own name. `kind` says what it works on: an idea for
    a project, a task of one function, or existing code with a fault.

    `prepare` completes a new run's plan with what it names (the path is Troupe's home), before the run is
    stored: a run that is continued depends on its plan alone.
    """

    name: str
    title: str
    summary: str
    paper: str
    options: type[OptionsT]
    perform: Callable[[Run, Task, OptionsT], Awaitable[Outcome]]
    prompts: str = ""
    kind: WorkflowKind = "project"
    prepare: Callable[[Plan, Path], Plan] | None = None


@dataclass(frozen=True, slots=True)
class SandboxKind:
    """A way of running programs. `probe` says why it cannot be used here, or returns an empty text.

    The first usable one by ascending `rank` is taken. `untested` says, where it is so, that it was never
    run on the system that it is for.
    """

    name: str
    rank: int
    probe: Callable[[], str]
    build: Callable[[], Sandbox]
    untested: str = ""


class MakeModel(Protocol):
    """Makes a connection to the server at `address` (empty: its default).

    `cloud`: its models that run on somebody else's machine may be asked. `hosts`: what the program knows
    of its servers; connections that are made with the same stand in the same queues.
    """

    def __call__(self, address: str, cloud: bool = False, hosts: Hosts | None = None) -> ChatModel:
        """The connection; nothing is asked yet."""


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind of model server."""

    name: str
    build: MakeModel


@dataclass(frozen=True, slots=True)
class ToolKind(Generic[OptionsT]):
    """Something a model may call: `arguments` is the pydantic model of its arguments."""

    name: str
    description: str
    arguments: type[OptionsT]
    call: Callable[[Run, OptionsT], Awaitable[str]]


def workflow(
    *,
    name: str,
    title: str,
    summary: str,
    paper: str,
    options: type[OptionsT],
    prompts: str = "",
    kind: WorkflowKind = "project",
    prepare: Callable[[Plan, Path], Plan] | None = None,
) -> Callable[[Callable[[Run, Task, OptionsT], Awaitable[Outcome]]], Workflow[OptionsT]]:
    """Register the decorated coroutine function as a workflow."""
    return lambda perform: Workflow(name, title, summary, paper, options, perform, prompts, kind, prepare)


def field_kind(field: FieldInfo) -> str:
    """How forms show an option, where its type does not say it: `company`, or `hidden` for not at all."""
    extra = field.json_schema_extra
    return str(extra.get("field", "")) if isinstance(extra, dict) else ""


def hidden(field: FieldInfo) -> bool:
    """Whether an option is filled in by the workflow itself, when the plan is prepared."""
    return field_kind(field) == "hidden"


def sandbox(
    *, name: str, rank: int, probe: Callable[[], str], untested: str = ""
) -> Callable[[Callable[[], Sandbox]], SandboxKind]:
    """Register the decorated class or factory as a sandbox."""
    return lambda build: SandboxKind(name, rank, probe, build, untested)


def model(*, name: str) -> Callable[[MakeModel], ModelKind]:
    """Register the decorated factory as a kind of model server."""
    return lambda build: ModelKind(name, build)


def tool(
    *, name: str, description: str, arguments: type[OptionsT]
) -> Callable[[Callable[[Run, OptionsT], Awaitable[str]]], ToolKind[OptionsT]]:
    """Register the decorated coroutine function as a tool."""
    return lambda call: ToolKind(name, description, arguments, call)


def _found(package: str, kind: type[KindT]) -> Iterator[KindT]:
    """The values of `kind` in the modules of `package`, in the order of the modules' names."""
    paths = [str(Path(found)) for found in import_module(package).__path__]
    for module in sorted(pkgutil.iter_modules(paths), key=lambda found: found.name):
        for value in vars(import_module(f"{package}.{module.name}")).values():
            if isinstance(value, kind):
                yield value


def workflows() -> dict[str, Workflow[Any]]:
    """Every workflow by name."""
    return {found.name: found for found in _found("agents.workflows", Workflow)}


def sandboxes() -> list[SandboxKind]:
    """Every sandbox, the most isolating first."""
    return sorted(_found("agents.sandboxes", SandboxKind), key=lambda found: found.rank)


def model_kinds() -> dict[str, ModelKind]:
    """Every kind of model server by name."""
    return {found.name: found for found in _found("agents.models", ModelKind)}


def tools() -> dict[str, ToolKind[Any]]:
    """Every tool by name."""
    return {found.name: found for found in _found("agents.tools", ToolKind)}


def find_workflow(name: str) -> Workflow[Any]:
    """The workflow called `name`; a `UsageError` that lists the others when there is none."""
    known = workflows()
    if name not in known:
        raise UsageError(f"There is no workflow called '{name}'.", f"Choose one of: {', '.join(known)}.")
    return known[name]
