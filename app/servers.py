"""Each model server that is used, in words: what it has loaded, how busy and how fast it is. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.contracts import HostFigures, ModelInfo
from agents.models.addresses import server_at
from agents.serving import Readiness
from app.hosts import THIS_MACHINE, Host
from app.i18n import tr, trn
from app.told import retold
from app.wording import gigabytes, thousands


@dataclass(frozen=True, slots=True)
class ServerCard:
    """One server: its name, where it is and what answers there; the rest in a sentence each.

    `problem` says why nothing answers, or why it is set aside; empty when all is well.
    """

    name: str
    where: str
    memory: str = ""
    work: str = ""
    speed: str = ""
    problem: str = ""


def server_card(
    found: Readiness,
    figures: HostFigures,
    named: Sequence[Host],
    *,
    default: bool = False,
    alone: bool = False,
) -> ServerCard:
    """The card of a server. `default`: it is the one that is meant where no address is written.

    `alone`: there is no other one, so that it is asked also when it has just failed.
    """
    answers = found.standing in ("ready", "empty")
    version = f"Ollama {found.version}" if found.version else found.label
    problem = retold(found.problem)
    if not problem and figures.problem:
        problem = retold(figures.problem)
        if not alone:
            problem = tr("Set aside for a minute: {problem}", problem=problem)
    return ServerCard(
        name=_name(found.address, named, default),
        where=tr("{server} at {address}", server=version, address=found.address)
        if version
        else found.address,
        memory=_memory(found.models) if answers else "",
        work=_work(figures) if answers or figures.at_hand else "",
        speed=_speed(figures) if answers or figures.writing else "",
        problem=problem,
    )


def busy_card(address: str, figures: HostFigures, named: Sequence[Host]) -> ServerCard:
    """The card of a server that is not asked how it stands, but used by a run."""
    return ServerCard(_name(address, named, False), address, work=_work(figures), speed=_speed(figures))


def _name(address: str, named: Sequence[Host], default: bool) -> str:
    if default:
        return tr(THIS_MACHINE.name)
    if THIS_MACHINE in named and server_at(address) == server_at(THIS_MACHINE.address):
        return tr(THIS_MACHINE.name)
    place = address.partition("://")[2]
    for host in named:
        if host.address and host.address.rpartition("://")[2] in (place, place.rpartition(":")[0]):
            return host.name
    return place


def _memory(models: Sequence[ModelInfo]) -> str:
    held = [
        tr(
            "{model}, {context} tokens of context, {size}",
            model=model.name,
            context=thousands(model.loaded_context),
            size=gigabytes(model.loaded),
        )
        for model in models
        if model.loaded
    ]
    return "\n".join(held) or tr("No model is loaded; the first request loads one.")


def _work(figures: HostFigures) -> str:
    parts = [trn("{count} request at hand", "{count} requests at hand", figures.at_hand)]
    if figures.waiting:
        parts.append(trn("{count} waiting", "{count} waiting", figures.waiting))
    if not figures.at_hand:
        parts = [tr("Idle")]
    parts.append(trn("answers {count} at a time", "answers {count} at a time", figures.at_once))
    return " · ".join(parts)


def _speed(figures: HostFigures) -> str:
    if not figures.writing:
        return tr("Not known before its first reply")
    written = tr("writes {speed} tok/s", speed=f"{figures.writing:.0f}")
    if not figures.reading:
        return written
    return f"{written} · {tr('reads {speed} tok/s', speed=f'{figures.reading:.0f}')}"
