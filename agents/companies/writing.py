"""From a company back to its files. What was not changed is written byte for byte as it was read."""

from __future__ import annotations

from agents.companies.jsonfile import parse, same, written
from agents.companies.model import (
    CHAIN_FILE,
    EXTENSION,
    FILES,
    FLAGS,
    PHASE_FILE,
    ROLE_FILE,
    Company,
    Phase,
    Role,
    Step,
)
from agents.companies.reading import COMPOSED, SIMPLE, WRITES_FILES
from agents.contracts import Json


def files_of(company: Company) -> dict[str, bytes]:
    """The files that are the company's own. One that it falls back to becomes its own when it was changed."""
    values = {CHAIN_FILE: _chain(company), PHASE_FILE: _phases(company), ROLE_FILE: _roles(company)}
    found: dict[str, bytes] = {}
    for file in FILES:
        before = company.read.get(file, company.fallback.get(file))
        if before is None or not same(parse(file, before).value, values[file]):
            found[file] = written(values[file])
        elif file in company.read:
            found[file] = company.read[file]
    return found


def _chain(company: Company) -> Json:
    made = dict(company.top)
    _put(made, "chain", [_step(step) for step in company.chain if step.on])
    if company.recruited or made.get("recruitments"):
        _put(made, "recruitments", list(company.recruited))
    for flag in FLAGS:
        if flag in company.flags:
            _put_boolean(made, flag, company.flags[flag])
    if company.background or made.get("background_prompt"):
        _put(made, "background_prompt", company.background)
    extension = dict(made.get(EXTENSION) or {})
    off = [{"at": at, "step": _step(step)} for at, step in enumerate(company.chain) if not step.on]
    for key, value in (("models", company.models), ("off", off)):
        if value:
            _put(extension, key, value)
        elif extension.get(key):
            del extension[key]
    if extension or company.top.get(EXTENSION):
        _put(made, EXTENSION, extension)
    return made


def _step(step: Step) -> Json:
    made = dict(step.source)
    _put(made, "phase", step.phase)
    _put(made, "phaseType", COMPOSED if step.composed else SIMPLE)
    if step.composed:
        _put(made, "cycleNum", step.cycles)
        _put(made, "Composition", [_step(part) for part in step.parts])
        return made
    if made.get("max_turn_step") is not None or step.turns != -1:
        _put(made, "max_turn_step", step.turns)
    _put_boolean(made, "need_reflect", step.reflect)
    return made


def _phases(company: Company) -> Json:
    return {name: _phase(phase) for name, phase in company.phases.items()}


def _phase(phase: Phase) -> Json:
    made = dict(phase.source)
    _put(made, "assistant_role_name", phase.assistant)
    _put(made, "user_role_name", phase.instructor)
    before = made.get("phase_prompt")
    lines = [before] if isinstance(before, str) else before
    if lines is None or "\n".join(lines) != phase.prompt:
        made["phase_prompt"] = phase.prompt.split("\n")
    if phase.files is not None:
        _put_boolean(made, WRITES_FILES, phase.files)
    elif made.get(WRITES_FILES) is not None:
        del made[WRITES_FILES]
    return made


def _roles(company: Company) -> Json:
    return {title: _role(role) for title, role in company.roles.items()}


def _role(role: Role) -> list[str] | str:
    before = [role.source] if isinstance(role.source, str) else role.source
    if role.source is not None and before is not None and "\n".join(before) == role.prompt:
        return role.source
    return role.prompt.split("\n")


def _put(made: Json, key: str, value: object) -> None:
    """Set a key that is not the same already; a new one goes to the end."""
    if key not in made or not same(made[key], value):
        made[key] = value


def _put_boolean(made: Json, key: str, value: bool) -> None:
    before = made.get(key)
    if before is None and not value:
        return
    if not isinstance(before, str) or (before.lower() == "true") != value:
        made[key] = "True" if value else "False"
