"""What a project needs from outside: third-party modules, their distributions, an environment for them.

A package is never guessed from an error alone: a missing module is looked up in the project's own files
first, and what is installed is shown to the user by its distribution's name before anything is fetched.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from agents.contracts import Command, Execution, Limits
from agents.errors import UsageError
from agents.programs import BUILD, imported_names, read_report
from agents.sandboxes._interpreter import interpreter_of
from agents.syntax import module_of

Files = Mapping[str, str]

# Modules whose distribution has another name.
DISTRIBUTIONS = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "discord": "discord.py",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "PyMuPDF",
    "flask_cors": "Flask-Cors",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "gi": "PyGObject",
    "git": "GitPython",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "magic": "python-magic",
    "MySQLdb": "mysqlclient",
    "OpenGL": "PyOpenGL",
    "PIL": "pillow",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socketio": "python-socketio",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "wx": "wxPython",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
MISSING = re.compile(r"^(?:E\s+)?ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
COMMENT = re.compile(r"(^|\s)#.*$")
# What the test kit brings along, so it need not be installed for tests.
TEST_MODULES = frozenset({"pytest"})
SOURCES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_PROXY")
CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
INSTALLING = Limits(
    wall_seconds=900.0,
    cpu_seconds=600,
    file_size=4 * 1024**3,
    memory=4 * 1024**3,
    disk=64 * 1024**3,
    open_files=1024,
    files=300_000,
)


def own_modules(files: Files) -> set[str]:
    """The names under which the project's own files and folders can be imported."""
    names: set[str] = set()
    for path in files:
        if path.endswith(".py"):
            parts = PurePosixPath(path).with_suffix("").parts
            names.update(part for part in parts if part.isidentifier())
    return names


def imports(files: Files) -> set[str]:
    """The third-party modules that the project imports, by their first name."""
    known = sys.stdlib_module_names | own_modules(files) | TEST_MODULES
    found: set[str] = set()
    for path, text in files.items():
        if path.endswith(".py") and (tree := module_of(text)):
            found |= {name.partition(".")[0] for name, level in imported_names(tree) if not level}
    return found - known


def distribution(module: str) -> str:
    """The distribution that provides `module`: a well-known one, else the one of the same name."""
    first = module.partition(".")[0]
    return DISTRIBUTIONS.get(first, first.replace("_", "-"))


def requirements(text: str, files: Files) -> list[str]:
    """The usable lines of a requirements file, each distribution once, in their order.

    Left out: options, addresses, what is no requirement, modules of the standard library, and modules of the
    project's own (`files`). A module's name stands for its distribution (`cv2`, `sklearn`).
    """
    own = {canonicalize_name(name) for name in own_modules(files)}
    standard = {canonicalize_name(name) for name in sys.stdlib_module_names}
    found: dict[str, str] = {}
    for requirement in _requirements_in(text):
        name = canonicalize_name(requirement.name)
        if name not in own | standard and name not in found:
            requirement.name = DISTRIBUTIONS.get(requirement.name, requirement.name)
            found.setdefault(canonicalize_name(requirement.name), str(requirement))
    return list(found.values())


def missing(execution: Execution, files: Files) -> str:
    """The module, not the project's own, that the program asked for and did not find; empty when none.

    A module of the standard library that this Python lacks is none either: no package would bring it.
    """
    known = sys.stdlib_module_names | own_modules(files)
    told = [execution.output, *(case.message for case in read_report(execution))]
    for name in MISSING.findall("\n".join(told)):
        first = str(name).partition(".")[0]
        if first not in known and not first.startswith("_"):
            return first
    return ""


def sources() -> list[str]:
    """Where packages would come from: the public index, or the hosts that the user set. Without passwords."""
    addresses = [part for name in SOURCES[:2] for part in os.environ.get(name, "").split()]
    hosts = [urlsplit(address).hostname or "a folder on this machine" for address in addresses]
    public = [] if os.environ.get(SOURCES[0]) else ["the public index of Python packages"]
    return [*public, *hosts]


class Environment:
    """A project's own virtual environment, in a folder outside the project that programs cannot change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """It was made, to its end: its installer comes last."""
        return self.python.exists() and any(self.folder.glob("[Ll]ib/**/site-packages/pip"))

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return interpreter_of(self.folder)

    def prepared(self, command: Command) -> Command:
        """`command` with this environment, once there is one; until then a program runs without packages.

        The place of the project's build folder is filled in.
        """
        if not self.exists or command.writable:
            return self._built(command)
        return self._built(replace(command, environment=self.folder))

    @property
    def build_folder(self) -> Path:
        """Where programs are built: beside the environment, so that neither the project nor it is touched."""
        return self.folder.with_name(f"{self.folder.name}-build")

    def _built(self, command: Command) -> Command:
        def filled(text: str) -> str:
            return text.replace(BUILD, str(self.build_folder))

        return replace(
            command,
            argv=tuple(map(filled, command.argv)),
            env={name: filled(value) for name, value in command.env.items()},
            read_only=tuple(Path(filled(str(path))) for path in command.read_only),
            writable=tuple(Path(filled(str(path))) for path in command.writable),
        )

    def create_command(self) -> Command:
        """Makes the environment with pip. Part of an installation, and so of the consent to it."""
        return Command(
            ("python", "-m", "venv", "--clear", str(self.folder)),
            title="Make the project's environment",
            limits=INSTALLING,
            network=True,
            writable=(self.folder,),
        )

    def install_command(self, wanted: Sequence[str]) -> Command:
        """Installs the requirements `wanted` into the environment and nowhere else.

        Only built distributions are taken, so no code of a package runs while it is installed. Of the user's
        settings only those count that say where packages come from and how that place is known.
        `UsageError` for anything that is no plain requirement: it could be an option of pip.
        """
        names = _plain(wanted)
        # Not in the arguments: those are shown and stored, and an address can hold a password.
        source = {name: os.environ[name] for name in (*SOURCES, *CERTIFICATES) if os.environ.get(name)}
        arguments = ("install", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check")
        return Command(
            ("python", "-I", "-m", "pip", "--no-input", *arguments, "--", *names),
            title=f"Install {', '.join(names)}",
            env={
                "TMPDIR": str(self.folder),
                "PIP_PROGRESS_BAR": "off",
                "PIP_CONFIG_FILE": os.devnull,
                **source,
            },
            limits=INSTALLING,
            network=True,
            environment=self.folder,
            read_only=tuple(Path(source[name]) for name in CERTIFICATES if name in source),
            writable=(self.folder,),
        )


def _requirements_in(text: str) -> Iterator[Requirement]:
    for line in text.splitlines():
        plain = COMMENT.sub("", line).strip().strip("`").removeprefix("- ").strip()
        try:
            requirement = Requirement(plain)
        except InvalidRequirement:
            continue
        if requirement.url is None:
            yield requirement


def _plain(wanted: Sequence[str]) -> list[str]:
    names: list[str] = []
    for line in wanted:
        try:
            requirement = Requirement(line)
        except InvalidRequirement as error:
            raise UsageError(
                f"'{line}' is not the name of a package.", "Correct it, or leave it out."
            ) from error
        if requirement.url is not None:
            raise UsageError(
                f"'{line}' is an address; only packages by name are installed.", "Name the package alone."
            )
        names.append(str(requirement))
    return names
