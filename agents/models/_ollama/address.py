"""Where the server is, from what people write for it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from agents.errors import UsageError
from agents.masking import masked_address

_DEFAULT_HOST = "127.0.0.1"
_DEFAULT_PORT = 11434
_SCHEME_PORTS = {"http": 80, "https": 443}
_HOSTED = "ollama.com"
_HOST_NAME = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?")
# A server listens on these; a client cannot call them on every platform.
_UNSPECIFIED = {"0.0.0.0": _DEFAULT_HOST, "::": "::1"}


@dataclass(frozen=True, slots=True)
class Address:
    """A server's address in full; `path` is empty or begins with a slash and does not end with one."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def url(self) -> str:
        """The address as a client takes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine, which no proxy may stand before."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def name(self) -> str:
        """Host and port, which tell a server from all others."""
        return f"{self.host}:{self.port}"

    @property
    def server(self) -> str:
        """The address by which the server is told from all others: this machine has two names [ours]."""
        return replace(self, host=_DEFAULT_HOST).url if self.host == "localhost" else self.url

    @property
    def short(self) -> str:
        """The host, with the port where it is not the one that is meant without one."""
        usual = _DEFAULT_PORT if self.scheme == "http" else _SCHEME_PORTS[self.scheme]
        return self.host if self.port == usual else self.name

    @property
    def is_hosted(self) -> bool:
        """Whether this is Ollama's own service, whose models all run in the cloud."""
        return _is_hosted(self.host)

    @property
    def is_readable_by_others(self) -> bool:
        """Whether what is sent there can be read on the way: another machine, and no encryption."""
        return self.scheme != "https" and not self.is_loopback

    def may_have_key(self, key_hosts: Collection[str]) -> bool:
        """Whether `OLLAMA_API_KEY` may be sent there: encrypted only, and only to whom it belongs.

        That is the hosted service, and the servers in `key_hosts` (by `name`) that the user bound it to.
        """
        return self.scheme == "https" and (self.is_hosted or self.name in key_hosts)


def find_address(given: str, environment: Mapping[str, str]) -> Address:
    """The server's address: `given`, else `OLLAMA_HOST` of `environment`, else Ollama's default.

    Understood are `host`, `host:port`, `:port`, an IPv6 address with or without brackets, and URLs with
    `http://` or `https://`, whose ports are 80 and 443 unless they say otherwise. Raises `UsageError` for
    anything else.
    """
    written = given.strip() or environment.get("OLLAMA_HOST", "").strip().strip("\"'")
    return _read(written) if written else Address("http", _DEFAULT_HOST, _DEFAULT_PORT)


def _read(written: str) -> Address:
    scheme, separator, rest = written.rpartition("://")
    if any(character.isspace() for character in written) or (separator and not rest):
        raise _malformed(written)
    scheme = scheme.lower()
    if not separator:
        scheme = "https" if _is_hosted(rest) else "http"
    if scheme not in _SCHEME_PORTS:
        raise _malformed(written)
    parts, port = _split(written, f"{scheme}://{_bracketed(rest)}")
    if port is None:
        port = _SCHEME_PORTS[scheme] if separator or scheme == "https" else _DEFAULT_PORT
    host = parts.hostname or _DEFAULT_HOST
    if not _HOST_NAME.fullmatch(host):
        raise _malformed(written)
    return Address(scheme, _UNSPECIFIED.get(host, host), port, parts.path.rstrip("/"))


def _split(written: str, url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _malformed(written) from error
    nothing_named = not parts.hostname and port is None
    if nothing_named or port == 0 or parts.query or parts.fragment or parts.username is not None:
        raise _malformed(written)
    return parts, port


def _is_hosted(rest: str) -> bool:
    host = rest.partition("/")[0].partition(":")[0].lower()
    return host == _HOSTED or host.endswith(f".{_HOSTED}")


def _bracketed(rest: str) -> str:
    """A bare IPv6 address in the brackets that a URL needs; anything else as it is."""
    try:
        return f"[{rest}]" if ipaddress.ip_address(rest).version == 6 else rest
    except ValueError:
        return rest


def _malformed(written: str) -> UsageError:
    if "@" in written:
        return UsageError(
            f"'{masked_address(written)}' has a user name or password in it, which Troupe does not keep.",
            "Write the address without it. A key for the server goes into OLLAMA_API_KEY.",
        )
    return UsageError(
        f"'{written}' is not the address of a server.",
        "Write it as host, host:port, :port, http://host:port or https://host.",
    )
