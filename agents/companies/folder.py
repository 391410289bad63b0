"""A company's folder on disk: ChatDev's three files, of which some may be missing."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from agents.companies.jsonfile import LARGEST
from agents.companies.model import FILES, Company
from agents.companies.reading import read_company
from agents.companies.writing import files_of
from agents.errors import UsageError, WorkspaceError
from agents.store.export import fresh_folder

DEFAULT = "Default"
"""The folder beside a company's from which ChatDev takes the files that the company lacks."""
BUNDLED = "Troupe"


@cache
def bundled() -> Company:
    """Troupe's own company, in our own words: what others fall back to."""
    folder = resources.files("resources").joinpath("companies", BUNDLED)
    files = {file: folder.joinpath(file).read_bytes() for file in FILES}
    return read_company(BUNDLED, files, {})


def read_folder(folder: Path, name: str = "") -> Company:
    """The company in `folder`, called `name` (empty: as the folder is).

    A file that is missing is taken from the folder `Default` beside it, as ChatDev does, else from Troupe's
    own company [ours]. Raises `UsageError` when there is no such folder or nothing of a company in it,
    `CompanyRefused` when a file is wrong, `WorkspaceError` when one cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name the folder that holds ChatChainConfig.json.")
    read = files_in(folder)
    if not read:
        raise UsageError(
            f"The folder {folder} is no company: it has none of {', '.join(FILES)}.", "Choose another folder."
        )
    beside = folder.resolve().parent / DEFAULT
    fallback = {**bundled().read, **(files_in(beside) if beside != folder.resolve() else {})}
    return read_company(name or folder.resolve().name, read, fallback)


def write_folder(company: Company, to: Path) -> None:
    """Write the company's own files into `to`, a new or an empty folder. Errors as in `fresh_folder`."""
    with fresh_folder(to):
        for file, data in files_of(company).items():
            (to / file).write_bytes(data)


def files_in(folder: Path) -> dict[str, bytes]:
    """The company's files that are in a folder, cut where they are too large to be any."""
    return {file: _read(folder / file) for file in FILES if (folder / file).is_file()}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.", "Choose another folder.") from error
