"""Every failure that Troupe knows by name.

    TroupeError
    ├── UserFacingError            the environment's or the user's fault: a sentence and what to do
    │   ├── UsageError             what was asked for cannot be meant (exit code 2)
    │   │   └── CompanyRefused     a company's file is wrong
    │   ├── ModelUnavailable       no server, no model (exit code 3)
    │   │   ├── ServerUnreachable
    │   │   ├── ServerNotTrusted    its certificate
    │   │   ├── CloudRefused        the model runs on somebody else's machine
    │   │   ├── ModelNotFound
    │   │   └── ServerBusy
    │   ├── ModelFailed            the model or its server failed while it worked
    │   │   ├── ModelTooLarge      its server's memory cannot hold it
    │   │   ├── StreamCut          the connection broke in the middle of a reply
    │   │   ├── ReplyDoesNotFit    the reply still has not the asked form after being asked again
    │   │   ├── EndlessReply       the reply did not come to an end, or repeated itself
    │   │   └── ContextTooSmall    the prompt, or Troupe's least context, does not fit the model
    │   ├── StoreError             the database
    │   │   ├── DatabaseTooNew
    │   │   ├── DatabaseDamaged
    │   │   ├── DatabaseNotWritable   full disk, read-only disk, locked by another program
    │   │   ├── RunNotFound
    │   │   └── RunIsDriven        another window or command carries this run out
    │   ├── WorkspaceError         the project's folder
    │   │   └── PathRefused        a path that leads out of the project
    │   └── SandboxError           a program could not be run at all
    ├── RunStopped                 the user stopped the run; it can be continued
    └── Bug                        our own fault; shown with a report to copy

Only a `UserFacingError` is shown to the user as a message; anything else is a crash report.
"""

from __future__ import annotations


class TroupeError(Exception):
    """The root of all errors of Troupe's own."""


class UserFacingError(TroupeError):
    """Something outside Troupe is in the way.

    `message` says in one sentence what happened; `hint` says what to do about it; `detail` is the
    long technical text, one click away. `exit_code` is what a command ends with.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(UserFacingError):
    """What was asked for cannot be meant: an empty idea, a folder that is not empty, an unknown name."""

    exit_code = 2


class CompanyRefused(UsageError):
    """A company's `file` is wrong at `key` (empty: as a whole), for a `reason` that ends the sentence."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key} {reason}." if key else f"{file} {reason}.")
        self.file, self.key, self.reason = file, key, reason


class ModelUnavailable(UserFacingError):
    """There is no server or no model to ask."""

    exit_code = 3


class ServerUnreachable(ModelUnavailable):
    """Nothing answers at the server's address; `listens`: something takes connections there all the same."""

    listens = False


class ServerNotTrusted(ModelUnavailable):
    """The server cannot prove that it is the one that was meant; nothing was sent to it."""


class CloudRefused(ModelUnavailable):
    """The model runs in the cloud, and Troupe is local only unless the user allows more."""


class ModelNotFound(ModelUnavailable):
    """The server does not have the model."""


class ServerBusy(ModelUnavailable):
    """The server's queue is full, and stayed full."""


class ModelFailed(UserFacingError):
    """The model or its server failed while it worked on a reply."""


class StreamCut(ModelFailed):
    """The connection broke, or fell silent, in the middle of a reply."""


class ModelTooLarge(ModelFailed):
    """The model does not fit into its server's memory; `detail` has the server's words."""


class ReplyDoesNotFit(ModelFailed):
    """The reply has not the asked form, although the model was told what was wrong with it.

    `retry_from` is the step that is asked again, with all after it, when the run is continued.
    """

    def __init__(self, message: str, hint: str = "", detail: str = "", retry_from: str = "") -> None:
        super().__init__(message, hint, detail)
        self.retry_from = retry_from


class EndlessReply(ModelFailed):
    """The reply repeats itself or does not come to an end."""


class ContextTooSmall(ModelFailed):
    """The prompt, or Troupe's least context, does not fit into the model's context."""


class StoreError(UserFacingError):
    """The database cannot do what it must."""


class DatabaseTooNew(StoreError):
    """The database was written by a newer Troupe."""


class DatabaseDamaged(StoreError):
    """The file is not a database, or a damaged one."""


class DatabaseNotWritable(StoreError):
    """The disk is full or read-only, or another program holds the database."""


class RunNotFound(StoreError):
    """There is no run with that number."""

    exit_code = 2


class RunIsDriven(StoreError):
    """Another window or command is carrying this run out at the moment."""


class WorkspaceError(UserFacingError):
    """The project's folder cannot be read or written."""


class PathRefused(WorkspaceError):
    """A path leads out of the project, or is no path of a file."""


class SandboxError(UserFacingError):
    """A program could not be run at all; a program that fails is no error of ours."""


class RunStopped(TroupeError):
    """The user stopped the run. Everything finished is kept, and the run can be continued."""


class Bug(TroupeError):
    """Troupe itself is wrong."""


def cloud_refused(model: str, remote: str) -> CloudRefused:
    """The refusal to ask a model that runs at `remote`."""
    return CloudRefused(
        f"The model '{model}' runs at {remote}, and your code would leave this machine.",
        "Choose another model, or allow cloud models: in the window's settings, or with --allow-cloud.",
    )


def model_too_large(model: str, words: str, size: int = 0, num_ctx: int = 0) -> ModelTooLarge:
    """A model of so many bytes that its server cannot hold with so many tokens of context, in its words."""
    hint = "Choose a smaller model or a smaller context, or end other programs that use the memory."
    if not size:
        return ModelTooLarge(f"{model} does not fit into the server's memory: {words}", hint, words)
    return ModelTooLarge(
        f"{model} ({size / 1e9:.1f} GB, with a context of {num_ctx:,} tokens) does not fit into the server's "
        f"memory: {words}",
        hint,
        words,
    )


def cause_of(error: Exception) -> Exception:
    """The one error that stands for a group of them, in which branches that ran at the same time failed.

    A full disk before a mistake of ours, that before what is in the way of the work.
    """
    if not isinstance(error, ExceptionGroup):
        return error
    causes = [cause_of(inner) for inner in error.exceptions]

    def rank(cause: Exception) -> int:
        return 0 if isinstance(cause, StoreError) else 2 if isinstance(cause, UserFacingError) else 1

    return min(causes, key=rank)
