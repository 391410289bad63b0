"""What programs need to read although it lies outside the system's folders: interpreters and toolchains.

Every isolating sandbox shows these folders read-only, at their own paths.
"""

from __future__ import annotations

from pathlib import Path

from agents.sandboxes._interpreter import base_interpreter

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# Where interpreters that a package manager built keep their libraries.
STORES = (Path("/nix/store"), Path("/home/linuxbrew/.linuxbrew"))


def interpreter_folders(environment: Path) -> list[Path]:
    """The base interpreter, where it lies outside `/usr`, and the environment that is used."""
    roots = [root for root in base_interpreter().roots if not root.is_relative_to("/usr")]
    stores = [store for store in STORES if any(root.is_relative_to(store) for root in roots)]
    return list(dict.fromkeys((*stores, *roots, environment)))


def needed_by(program: str, python: Path) -> list[Path]:
    """What the program at this path needs to be started: nothing within the system's folders, else its file.

    `python` is the interpreter of the environment, which is shown anyway.
    """
    path = Path(program)
    if not path.is_absolute() or path == python or any(path.is_relative_to(name) for name in SYSTEM):
        return []
    return [path]
