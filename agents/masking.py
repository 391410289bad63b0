"""What is nobody's business, taken out of a text before it is stored, shown or sent."""

from __future__ import annotations

import re

NOTHING = "***"

_LOGIN = re.compile(r"(?<=://)[^\s'\"`<>]*@")
_ADDRESS_LOGIN = re.compile(r"\A(\s*[\w+.-]*://)?.*@", re.DOTALL)
_SECRET = re.compile(
    r"(?i)((?:api[-_]?key|token|secret|password|passwd|authorization)['\"]?\s*[:=]\s*['\"]?|\bbearer\s+)"
    r"(?:(?:bearer|basic)\s+)?[^\s'\",;]{4,}"
)


def without_logins(text: str) -> str:
    """`text` without the user names and passwords of the addresses in it (`http://me:secret@host`)."""
    return _LOGIN.sub(f"{NOTHING}@", text) if "@" in text else text


def masked_address(written: str) -> str:
    """An address as somebody wrote it, with or without `http://`, and without what stands before its `@`."""
    return _ADDRESS_LOGIN.sub(rf"\1{NOTHING}@", written) if "@" in written else written


def without_secrets(text: str) -> str:
    """`text` without logins in addresses, keys, tokens and passwords, as far as they can be told."""
    return _SECRET.sub(lambda found: found.group(1) + NOTHING, without_logins(text))
