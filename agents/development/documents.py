"""The documents that a customer gets with a program, each a phase of its own."""

from __future__ import annotations

from collections.abc import Callable

from agents.agent import Agent
from agents.development.briefing import Briefing
from agents.development.work import write_manual, write_requirements
from agents.prompts import Prompt
from agents.run import Run


async def environment_document(briefing: Briefing, instructor: Agent, programmer: Agent) -> None:
    """requirements.txt, held against what the program really imports."""

    def ask(modules: str) -> Prompt:
        return briefing.prompt("requirements", modules=modules)

    async with briefing.run.phase(
        "environment_document", "Environment document", instructor=instructor, assistant=programmer
    ) as phase:
        listed = await write_requirements(briefing.run, instructor, programmer, ask)
        phase.conclude(", ".join(listed) or "No packages are needed.")


async def manual(run: Run, instructor: Agent, writer: Agent, ask: Callable[[], Prompt]) -> None:
    """manual.md for the customer."""
    async with run.phase("manual", "Manual", instructor=instructor, assistant=writer) as phase:
        await write_manual(run, instructor, writer, ask())
        phase.conclude("manual.md")
