"""From a company's three files to the company. What has the wrong form is refused; sense is checked later."""

from __future__ import annotations

from collections.abc import Mapping

from agents.companies.jsonfile import At, parse, shown
from agents.companies.model import (
    CHAIN_FILE,
    EXTENSION,
    FLAGS,
    PHASE_FILE,
    ROLE_FILE,
    Company,
    Phase,
    Role,
    Step,
)

SIMPLE, COMPOSED = "SimplePhase", "ComposedPhase"
WRITES_FILES = f"{EXTENSION}_writes_files"


def read_company(name: str, read: Mapping[str, bytes], fallback: Mapping[str, bytes]) -> Company:
    """The company of these files: its own, and for those that it lacks the ones it falls back to.

    `CompanyRefused` names the file, the key and the reason of the first thing that is wrong.
    """
    files = {**fallback, **read}
    chain, phases, roles = (parse(file, files[file]) for file in (CHAIN_FILE, PHASE_FILE, ROLE_FILE))
    extension = chain.item(EXTENSION)
    models = _models(extension) if extension.value is not None else {}
    return Company(
        name=name,
        chain=_chain(chain, extension),
        phases={title: _phase(phases.item(title), title) for title in phases.object()},
        roles={title: _role(roles.item(title), title, models.get(title, "")) for title in roles.object()},
        recruited=_recruited(chain.item("recruitments")),
        flags={flag: chain.item(flag).boolean() for flag in FLAGS if flag in chain.object()},
        background=_background(chain.item("background_prompt")),
        read=dict(read),
        fallback={file: text for file, text in fallback.items() if file not in read},
        top=chain.object(),
    )


def _chain(file: At, extension: At) -> tuple[Step, ...]:
    """The steps in order; those that are switched off stand where they were."""
    steps = [_step(step) for step in file.item("chain").items()]
    if extension.value is not None and extension.item("off").value is not None:
        for off in extension.item("off").items():
            place = max(0, off.item("at").whole(len(steps)))
            steps.insert(min(place, len(steps)), _step(off.item("step"), on=False))
    return tuple(steps)


def _step(at: At, *, on: bool = True, within: bool = False) -> Step:
    source = at.object()
    phase, kind = at.item("phase").text(), at.item("phaseType")
    if kind.value == COMPOSED:
        if within:
            kind.refuse(f"must be {SIMPLE}: a composed phase holds simple ones only")
        parts = tuple(_step(part, within=True) for part in at.item("Composition").items())
        cycles = at.item("cycleNum")
        if cycles.value is None:
            cycles.refuse("is missing; it says how often the phases are repeated")
        return Step(phase, composed=True, cycles=cycles.whole(1), parts=parts, on=on, source=source)
    if kind.value != SIMPLE:
        kind.refuse(f"must be {SIMPLE} or {COMPOSED}, and it is {shown(kind.value)}")
    turns, reflect = at.item("max_turn_step").whole(-1), at.item("need_reflect").boolean()
    return Step(phase, turns, reflect, on=on, source=source)


def _phase(at: At, name: str) -> Phase:
    files = at.item(WRITES_FILES)
    return Phase(
        name,
        assistant=at.item("assistant_role_name").text(),
        instructor=at.item("user_role_name").text(),
        prompt="\n".join(at.item("phase_prompt").lines()),
        files=None if files.value is None else files.boolean(),
        source=at.object(),
    )


def _role(at: At, title: str, model: str) -> Role:
    return Role(title, "\n".join(at.lines()), model, at.value)


def _models(extension: At) -> dict[str, str]:
    models = extension.item("models")
    if models.value is None:
        return {}
    return {role: models.item(role).text() for role in models.object()}


def _recruited(at: At) -> tuple[str, ...]:
    return () if at.value is None else tuple(item.text() for item in at.items())


def _background(at: At) -> str:
    if at.value is not None and not isinstance(at.value, str):
        at.refuse(f"must be a text, and it is {shown(at.value)}")
    return at.value or ""
