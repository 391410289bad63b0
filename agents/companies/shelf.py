"""The companies that the user saved, each a folder of ChatDev's files under Troupe's home.

Files, and no table of the database: a company *is* a folder that people copy, compare and exchange, and it
has to come out byte for byte as it went in. What a company falls back to is kept beside its own files, so
that it stays what it was when Troupe's own company changes.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.companies.folder import BUNDLED, bundled, files_in, read_folder
from agents.companies.model import Company
from agents.companies.reading import read_company
from agents.companies.writing import files_of
from agents.errors import PathRefused, UsageError, WorkspaceError
from agents.paths import checked as checked_path
from agents.paths import clash_key, typed_path

FOLDER, FALLBACK = "companies", "fallback"


class Shelf:
    """The companies under a home folder, and Troupe's own."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def names(self) -> list[str]:
        """Troupe's own company first, then those that were saved, by name."""
        return [BUNDLED, *self.saved()]

    def saved(self) -> list[str]:
        """The names of the companies that were saved."""
        if not self._folder.is_dir():
            return []
        with _on_disk(self._folder):
            found = [at.name for at in self._folder.iterdir() if at.is_dir() and not at.name.startswith(".")]
        return sorted(found, key=str.casefold)

    def load(self, name: str) -> Company:
        """The company called `name`. `UsageError` when there is none, `CompanyRefused` when it is damaged."""
        if clash_key(name) == clash_key(BUNDLED):
            return bundled()
        folder = self._place(name)
        if folder is None:
            raise UsageError(
                f"There is no company called “{name}”.", f"There are: {', '.join(self.names())}."
            )
        fallback = {**bundled().read, **files_in(folder / FALLBACK)}
        return read_company(folder.name, files_in(folder), fallback)

    def find(self, name: str) -> Company:
        """The company called `name`, else the one in the folder `name`."""
        known = clash_key(name) == clash_key(BUNDLED) or self._place(name) is not None
        folder = typed_path(name)
        return self.load(name) if known or not folder.is_dir() else read_folder(folder)

    def save(self, company: Company, *, replacing: bool = False) -> Company:
        """Keep the company under its name; as it is kept. `UsageError` when the name cannot be used or is
        taken by another one that is not to be replaced.
        """
        name = usable(company.name)
        before = self._place(name)
        if before is not None and not replacing:
            raise UsageError(f"There is a company called “{before.name}” already.", "Choose another name.")
        with _on_disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=".", dir=self._folder))
            try:
                _fill(made, company)
                if before is not None:
                    old = made.with_name(f"{made.name}.old")
                    before.rename(old)
                    made.rename(self._folder / name)
                    shutil.rmtree(old, ignore_errors=True)
                else:
                    made.rename(self._folder / name)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        return self.load(name)

    def holds(self, name: str) -> bool:
        """Whether there is a saved company called `name`."""
        return self._place(name) is not None

    def delete(self, name: str) -> None:
        """Forget a saved company. `UsageError` when there is none, or when it is Troupe's own."""
        if clash_key(name) == clash_key(BUNDLED):
            raise UsageError(f"{BUNDLED} is Troupe's own company and stays.", "Choose one of yours.")
        folder = self._place(name)
        if folder is None:
            self.load(name)
            return
        with _on_disk(folder):
            shutil.rmtree(folder)

    def _place(self, name: str) -> Path | None:
        """The folder of a saved company, whatever the case of its name; None when there is none."""
        same = [found for found in self.saved() if clash_key(found) == clash_key(name)]
        return self._folder / same[0] if same else None


def usable(name: str) -> str:
    """A name under which a company can be saved; `UsageError` says why another one cannot."""
    name = name.strip()
    if clash_key(name) == clash_key(BUNDLED):
        raise UsageError(f"{BUNDLED} is the name of Troupe's own company.", "Choose another name.")
    try:
        if "/" in checked_path(name) or "\\" in name or name.startswith("."):
            raise UsageError(f"“{name}” is no name of a company.", "Use no slashes and no dot in front.")
    except PathRefused as error:
        raise UsageError(f"“{name}” is no name of a company.", error.message) from error
    return name


def _fill(folder: Path, company: Company) -> None:
    for file, data in files_of(company).items():
        (folder / file).write_bytes(data)
    lacking = {file: data for file, data in company.fallback.items() if file not in files_of(company)}
    if lacking:
        (folder / FALLBACK).mkdir()
    for file, data in lacking.items():
        (folder / FALLBACK / file).write_bytes(data)


@contextmanager
def _on_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"The companies in {path} cannot be read or written: {error.strerror}.",
            "Make room, or make the folder writable.",
        ) from error
