"""What the user allows: once, for the whole project, or never again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from agents.contracts import Command, Sandbox
from agents.environment import Environment, sources
from agents.store.store import Store

YES, ALWAYS, NO, NEVER = "yes", "always", "no", "never"
CHOICES = (YES, ALWAYS, NO, NEVER)


class Consents:
    """What was allowed or refused for good in one project. `what` is `execute` or `install NAME`."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def recall(self, what: str) -> bool | None:
        """Whether `what` is allowed for the project; None when it must be asked."""
        return self._store.consent(self._project, what)

    def decide(self, what: str, answer: str) -> bool:
        """Whether an answer allows `what` now; `always` and `never` are kept for the project.

        Any other answer than a plain yes refuses.
        """
        said = answer.strip().lower()
        if said in {ALWAYS, NEVER}:
            self._store.keep_consent(self._project, what, said == ALWAYS)
        return said in {YES, "y", ALWAYS}


def about_program(command: Command, folder: Path, sandbox: Sandbox) -> str:
    """What exactly would be run besides its arguments: where, with what network, and what contains it."""
    open_network = "as you have it: nothing here closes it"
    network = open_network if command.network or not sandbox.isolated else "none"
    return f"Folder: {folder}\nNetwork: {network}\nSandbox: {sandbox.name}"


def about_packages(requirements: Sequence[str], environment: Environment) -> str:
    """What exactly would be installed: each package with its version, where from, and where to."""
    lines = [_about_package(requirement) for requirement in requirements]
    place = f"Into: {environment.folder}, as built packages only: no code of theirs runs meanwhile"
    return "\n".join([*lines, f"From: {', '.join(sources())}", place])


def _about_package(requirement: str) -> str:
    try:
        wanted = Requirement(requirement)
    except InvalidRequirement:  # refused when it comes to installing it
        return requirement
    return f"{wanted.name}: {f'version {wanted.specifier}' if wanted.specifier else 'the newest version'}"
