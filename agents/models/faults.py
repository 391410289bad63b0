"""What the failure of one server among several means: whether it was the server's, and another may answer."""

from __future__ import annotations

from collections.abc import Sequence

from agents.errors import (
    ModelFailed,
    ModelNotFound,
    ModelTooLarge,
    ModelUnavailable,
    ServerBusy,
    ServerUnreachable,
    StreamCut,
    UserFacingError,
)


class TooSilent(StreamCut):
    """A server said nothing for so long that another one had better be asked; none else is told of it."""


CANNOT = (ModelNotFound, ModelTooLarge)
"""What a server says that has lost the model since it told what it has, or has not the memory for it."""
AT_FAULT = (ServerUnreachable, ServerBusy, StreamCut, TooSilent, ModelFailed)


def at_fault(error: UserFacingError) -> bool:
    """Whether the server failed; a subclass is the request's own error, and would befall every server."""
    return type(error) in AT_FAULT


def elsewhere(error: UserFacingError) -> bool:
    """Whether another server may answer: this one failed, or cannot ask this model after all."""
    return at_fault(error) or isinstance(error, CANNOT)


def raise_unexpected(found: Sequence[object]) -> None:
    """What is no failure of a server is raised."""
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, ModelUnavailable | ModelFailed):
            raise error


def worst(found: Sequence[object]) -> BaseException:
    """What to say when no server can do it: that the model is missing, where one of them answers.

    Those that do not answer may have it, so each of them is named.
    """
    errors = [error for error in found if isinstance(error, BaseException)]
    lacking = next((error for error in errors if isinstance(error, ModelNotFound)), None)
    away = [error for error in errors if isinstance(error, ServerUnreachable)]
    said = "\n".join(dict.fromkeys(error.message for error in away))
    if lacking is not None:
        return ModelNotFound(f"{said}\n{lacking.message}", lacking.hint, lacking.detail) if away else lacking
    if len(away) < len(errors) or len(away) == 1:
        return errors[0]
    return ServerUnreachable(said, away[0].hint, away[0].detail)


def missing(found: Sequence[object]) -> BaseException:
    """Why a model that a run asks is at no server: one that fails may have it, and can be waited for."""
    errors = [error for error in found if isinstance(error, BaseException)]
    return next((error for error in errors if not isinstance(error, CANNOT)), errors[0])
