"""Python's tracebacks: of the interpreter, of pytest, and of faulthandler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from agents.traces.place import OwnPaths, Place, Trace

GROUPED = re.compile(r"^\s*[|+] ?")  # the margin that an ExceptionGroup draws
FRAME = re.compile(r'^(?:E\s+|>\s+)?\s*File "([^"]+)", line (\d{1,9})(?:(?:,)? in (.+?))?$')
PYTEST_FRAME = re.compile(r"^(\S+\.py):(\d{1,9}): (?:in (\S+)|[A-Z]\w*)?$")
ERROR = re.compile(r"^((?:[A-Za-z_]\w*\.)*[A-Z]\w*)(?:: (.*))?$")
PYTEST_ERROR = re.compile(r"^E\s+(?:((?:[A-Za-z_]\w*\.)*[A-Z]\w*)(?:: (.*))?|(assert\b.*)|(Failed: .*))$")
CAUSE = "The above exception was the direct cause of"
HANDLING = "During handling of the above exception"
FATAL = re.compile(r"^(Fatal Python error|Timeout)(?:: (.*)| \((.*)\)!)$")
STACK = re.compile(r"^(?:Current thread|Thread) 0x.*most recent call first")
NO_ERRORS = frozenset({"Traceback", "Hint", "E", "File"})

Link = Literal["", "cause", "handling"]


@dataclass(slots=True)
class _Reading:
    """What was read of the trace at hand."""

    own: OwnPaths
    places: list[Place] = field(default_factory=list)
    within: bool = False  # frames were seen, own ones or not
    link: Link = ""

    def frame(self, path: str, line: str, name: str) -> None:
        self.within = True
        if place := self.own.place(path, line, name):
            self.places.append(place)

    def taken(self) -> tuple[Place, ...]:
        places, self.places, self.within = tuple(self.places), [], False
        return places


def python_traces(text: str, own: OwnPaths) -> list[Trace]:
    """One trace for each chain of exceptions.

    Of a chain it is the cause where there is an explicit one (`raise … from`), since that has to be mended;
    else the last, which nobody caught. The places of the others stand before its own.
    """
    chain: list[Trace] = []
    for link, trace in _linked(text, own):
        if not link or not chain:
            chain.append(trace)
        elif link == "cause":
            cause = chain[-1]
            chain[-1] = Trace(cause.error, cause.message, _joined(trace.places, cause.places))
        else:
            chain[-1] = Trace(trace.error, trace.message, _joined(chain[-1].places, trace.places))
    return chain


def _joined(first: tuple[Place, ...], then: tuple[Place, ...]) -> tuple[Place, ...]:
    return (*(place for place in first if place not in then), *then)


def _linked(text: str, own: OwnPaths) -> Iterator[tuple[Link, Trace]]:
    reading = _Reading(own)
    fatal: Trace | None = None
    for raw in text.splitlines():
        line = GROUPED.sub("", raw) if raw.lstrip().startswith(("|", "+")) else raw
        line = line.rstrip()
        if fatal is not None:
            if (found := FRAME.match(line)) or not line or STACK.match(line):
                if found:
                    reading.frame(found[1], found[2], found[3] or "")
                continue
            yield "", Trace(fatal.error, fatal.message, tuple(reversed(reading.taken())))
            fatal = None
        if begun := FATAL.match(line):
            reading.taken()
            fatal = Trace(begun[1], begun[2] or begun[3] or "")
        elif found := FRAME.match(line) or PYTEST_FRAME.match(line):
            reading.frame(found[1], found[2], found[3] or "")
        elif CAUSE in line:
            reading.link = "cause"
        elif HANDLING in line:
            reading.link = "handling"
        elif trace := _ended(line, reading):
            link, reading.link = reading.link, ""
            yield link, trace
    if fatal is not None:
        yield "", Trace(fatal.error, fatal.message, tuple(reversed(reading.taken())))


def _ended(line: str, reading: _Reading) -> Trace | None:
    """The trace whose last line this is: its frames stand before it."""
    if not reading.within:
        return None
    if found := PYTEST_ERROR.match(line):
        if found[1] in NO_ERRORS:
            return None
        if found[1]:
            return Trace(found[1], found[2] or "", reading.taken())
        return Trace("AssertionError", found[3] or found[4], reading.taken())
    if (found := ERROR.match(line)) and found[1] not in NO_ERRORS:
        return Trace(found[1].rpartition(".")[2], found[2] or "", reading.taken())
    return None
