"""What is said of a machine and of the models that fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import marked, tr

if TYPE_CHECKING:
    from agents.machine import Machine, Suggestion

PURPOSES = (
    marked("The best for whole programs, and quick for its size"),
    marked("Thorough with code, but slow"),
    marked("Thinks before it answers; good at plans and at code"),
    marked("Good code for programs of several files"),
    marked("Good code for small programs"),
    marked("Thinks before it answers; for plans more than for code"),
    marked("Simple programs on a small machine"),
    marked("Talks well, writes simple code"),
    marked("The smallest that writes code; for a first try"),
)
"""What `agents.machine` says of its models, so that it can be translated."""


def fits(machine: Machine) -> str:
    """The sentence above the models that fit; empty where nothing is known of the machine."""
    memory = _gigabytes(machine.memory)
    if machine.gpus:
        cards = ", ".join(f"{gpu.name} ({_gigabytes(gpu.memory)})" for gpu in machine.gpus)
        return tr("These fit this machine: {memory} of memory, {cards}.", memory=memory, cards=cards)
    return tr("These fit this machine's {memory} of memory.", memory=memory) if machine.memory else ""


def purpose(suggestion: Suggestion, machine: Machine | None) -> str:
    """What a model is good for, and how it would run here."""
    said = tr(suggestion.model.purpose)
    if suggestion.fast:
        return tr("{purpose} · fast here", purpose=said)
    if machine is not None and machine.gpus:
        return tr("{purpose} · slow here", purpose=said)
    return said


def _gigabytes(memory: int) -> str:
    """Memory as people buy it: binary gigabytes, and never on two lines."""
    return f"{memory / 1024**3:.0f}\N{NO-BREAK SPACE}GB"
