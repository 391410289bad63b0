"""Every failure of a request to Ollama under its own name.

What the clients raise depends on where they were: an unreachable server is a `ConnectionError`, or an
`httpx.ConnectError` on a stream; an error before the first line is a `ResponseError` with the HTTP status,
one in mid-stream has the status -1.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from ollama import ResponseError

from agents.errors import (
    ModelFailed,
    ModelNotFound,
    ServerBusy,
    ServerNotTrusted,
    ServerUnreachable,
    StreamCut,
    model_too_large,
)
from agents.models._ollama import ThinkingRefused
from agents.models._ollama.reach import unreachable

_LONGEST_QUOTE = 300
# What Ollama and its runners say when a model cannot be loaded for lack of memory.
_NO_MEMORY = ("requires more system memory", "out of memory", "unable to allocate", "cudamalloc failed")


@contextmanager
def failures_named(address: str, model: str = "") -> Iterator[None]:
    """Turn whatever the clients raise in the body into one of `agents.errors`.

    `model` is the one that the request is about, empty where it is about none.
    """
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise _refused(address, model, error.response.status_code, error.response.text) from error
    except ResponseError as error:
        raise _refused(address, model, error.status_code, error.error) from error
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
        if problem := _certificate_problem(error):
            raise _not_trusted(address, problem) from error
        if _is_plain(error):
            raise _not_encrypted(address, str(error)) from error
        raise unreachable(address, str(error)) from error
    except httpx.ReadTimeout as error:
        raise _silent(address) from error
    except httpx.HTTPError as error:
        raise cut(address, str(error)) from error
    # What a program that is not Ollama sends fails in the client's reading of it: no JSON, not the fields,
    # no object at all.
    except (ValueError, TypeError, AttributeError) as error:
        raise ModelFailed(
            f"What {address} sent is not a reply of Ollama.",
            "Check the address of the server and what listens there.",
            str(error),
        ) from error


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """An error with all behind it: the clients wrap the reason, Ollama's raises one of its own instead."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _certificate_problem(error: BaseException) -> str:
    """What is wrong with the server's certificate; empty when that is not why the connection failed."""
    for reason in _reasons(error):
        if isinstance(reason, ssl.SSLCertVerificationError):
            return reason.verify_message or "it could not be verified"
    return ""


def _is_plain(error: BaseException) -> bool:
    """Whether encryption failed because the server there has none."""
    spoken = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"}
    return any(isinstance(reason, ssl.SSLError) and reason.reason in spoken for reason in _reasons(error))


def _not_encrypted(address: str, detail: str) -> ServerUnreachable:
    plain = address.replace("https://", "http://", 1)
    return _listening(
        ServerUnreachable(f"The server at {address} does not speak https.", f"Write {plain}.", detail)
    )


def _not_trusted(address: str, problem: str) -> ServerNotTrusted:
    return ServerNotTrusted(
        f"The certificate of {address} is not trusted: {problem}. Nothing was sent.",
        "If the server is yours, let SSL_CERT_FILE name a file with the certificate of who signed it.",
    )


def cut(address: str, detail: str = "") -> StreamCut:
    """The connection ended before the reply did."""
    return StreamCut(
        f"The connection to {address} broke in the middle of a reply.",
        "Continue the run to ask again; if it happens again, look into the log of `ollama serve`.",
        detail,
    )


def broken_off(address: str, detail: str = "") -> ServerUnreachable:
    """The connection ended before there was an answer to a short question."""
    hint = "Look into the log of `ollama serve`."
    if address.startswith("http://"):
        hint += f" If it is reached by https, write {address.replace('http://', 'https://', 1)}."
    told = f"The server at {address} ends the connection without an answer."
    return _listening(ServerUnreachable(told, hint, detail))


def _silent(address: str) -> ServerUnreachable:
    return _listening(
        ServerUnreachable(
            f"The Ollama server at {address} takes the connection but does not answer.",
            "Restart it with `ollama serve`.",
        )
    )


def _listening(error: ServerUnreachable) -> ServerUnreachable:
    error.listens = True
    return error


def _refused(
    address: str, model: str, status: int, words: str
) -> ModelFailed | ModelNotFound | ServerBusy | ServerUnreachable:
    if status == httpx.codes.SERVICE_UNAVAILABLE:
        return ServerBusy(
            f"The Ollama server at {address} is busy: its queue of requests is full.",
            "Try again when it has less to do.",
            words,
        )
    if status == httpx.codes.NOT_FOUND:
        return _not_found(address, model, words)
    quote = _quoted(words)
    if status == httpx.codes.BAD_REQUEST and "think" in words.lower():
        return ThinkingRefused(f"Ollama refused the request: {quote}", "", words)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        hint = "Sign in with `ollama signin`, or set OLLAMA_API_KEY for a server reached over https."
        return ModelFailed(f"The server at {address} refused the request: {quote}", hint, words)
    if model and any(said in words.lower() for said in _NO_MEMORY):
        return model_too_large(model, quote)
    subject = model or f"The Ollama server at {address}"
    return ModelFailed(f"{subject} failed: {quote}", _hint(words), words)


def _not_found(address: str, model: str, words: str) -> ModelNotFound | ServerUnreachable:
    if not model:
        return _listening(unreachable(address, words))
    return ModelNotFound(
        f"The Ollama server does not have the model '{model}'.",
        f"Get it with `troupe models pull {model}`.",
        words,
    )


def _hint(words: str) -> str:
    if "memory" in words.lower():
        return "Choose a smaller model or a smaller context, or end other programs that use the memory."
    return "Continue the run to ask again; if it fails again, look into the log of `ollama serve`."


def _quoted(words: str) -> str:
    """The server's words as one short sentence."""
    line = " ".join(words.split()) or "it gave no reason"
    if len(line) > _LONGEST_QUOTE:
        line = f"{line[:_LONGEST_QUOTE]}…"
    return line if line.endswith((".", "!", "…")) else f"{line}."
