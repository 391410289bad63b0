"""What compilers complain of, and how compiled programs end: gcc and clang, Go, Java."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.traces.place import OwnPaths, Place, Trace

# `main.c:3:5: error: …`, `./main.go:5:2: …`, `Main.java:3: error: …`
COMPLAINT = re.compile(
    r"^(?:vet: )?((?:[A-Za-z]:)?[^:\s][^:\n]*\.(?:c|h|cc|cpp|cxx|hpp|hh|go|java|rs)):(\d{1,9})"
    r"(?::\d{1,9})?: (?:(fatal error|error|warning|note): )?(.+)$"
)
SYMBOL = re.compile(r"^\s*symbol:\s+(?:class|method|variable|constructor|interface) (.+)$")
LINKER = re.compile(r"^(?:\S*ld(?:\.\w+)?: )?(?:(\S+?):\(\.\S+\): )?.*?(undefined reference to .+)$")
ASSERTION = re.compile(r"^(?:\S+: )?(\S+\.(?:c|cc|cpp|cxx|h|hpp)):(\d{1,9}): .*(Assertion .+ failed)\.?$")
PANIC = re.compile(r"^\s*(panic|fatal error): (.*)$")
RECOVERED = re.compile(r" \[recovered.*\]$")
GO_FRAME = re.compile(r"^\s+(\S+\.go):(\d{1,9})(?: \+0x[0-9a-f]+)?$")
GO_FUNCTION = re.compile(r"^\s*(?:[\w./-]+\.)?(\w+)\(.*\)$|^\s*[\w./-]+\.\(\*?\w+\)\.(\w+)\(.*\)$")
JAVA = re.compile(
    r'^(?:Exception in thread "[^"]*" |Caused by: )?((?:\w+\.)+\w*(?:Error|Exception)\w*)(?:: (.*))?$'
)
JAVA_FRAME = re.compile(
    r"^\s+at (?!java\.|jdk\.)(?:[\w.-]+/)*([\w.$<>]+)\.([\w$<>]+)\((\w+\.java):(\d{1,9})\)$"
)


def compiled_traces(text: str, own: OwnPaths) -> list[Trace]:
    """The complaints of compilers and linkers, failed assertions, panics and exceptions, in this order."""
    lines = text.splitlines()
    return [*_complaints(lines, own), *_linked(lines, own), *_panics(lines, own), *_exceptions(lines, own)]


def _complaints(lines: list[str], own: OwnPaths) -> Iterator[Trace]:
    for number, line in enumerate(lines):
        if found := ASSERTION.match(line):
            if place := own.place(found[1], found[2]):
                yield Trace("AssertionError", found[3], (place,))
        elif found := COMPLAINT.match(line):
            place = own.place(found[1], found[2])
            if place and found[3] not in ("warning", "note"):
                symbol = _symbol(lines, number) if found[4] == "cannot find symbol" else ""
                yield Trace("error", f"{found[4]}{symbol}", (place,))


def _symbol(lines: list[str], number: int) -> str:
    """What javac could not find: it says so some lines below."""
    for line in lines[number + 1 : number + 6]:
        if found := SYMBOL.match(line):
            return f": {found[1]}"
    return ""


def _linked(lines: list[str], own: OwnPaths) -> Iterator[Trace]:
    for line in lines:
        if "undefined reference to" in line and (found := LINKER.match(line)):
            place = own.place(found[1]) if found[1] else None
            yield Trace("error", found[2], (place,) if place else ())


def _panics(lines: list[str], own: OwnPaths) -> Iterator[Trace]:
    for number, line in enumerate(lines):
        if not (found := PANIC.match(line)) or PANIC.match("".join(lines[number + 1 : number + 2])):
            continue  # of a panic that was recovered and raised again, the last line counts
        places: list[Place] = []
        for at in range(number + 1, len(lines)):
            if PANIC.match(lines[at]) and "goroutine" not in lines[at]:
                break
            if frame := GO_FRAME.match(lines[at]):
                called = GO_FUNCTION.match(lines[at - 1])
                name = (called[1] or called[2] or "") if called else ""
                if place := own.place(frame[1], frame[2], name):
                    places.append(place)
        if places:
            yield Trace("panic", RECOVERED.sub("", found[2]), tuple(reversed(places)))


def _exceptions(lines: list[str], own: OwnPaths) -> Iterator[Trace]:
    """Java's exceptions; of a chain the last cause, with the places of all."""
    error: tuple[str, str] | None = None
    outer: tuple[Place, ...] = ()
    stack: list[Place] = []
    for line in lines:
        if found := JAVA.match(line):
            if line.startswith("Caused by: "):
                outer, stack = (*outer, *reversed(stack)), []
            else:
                if error:
                    yield Trace(*error, (*outer, *reversed(stack)))
                outer, stack = (), []
            error = (found[1].rpartition(".")[2], found[2] or "")
        elif error and (frame := JAVA_FRAME.match(line)):
            folder = "/".join(frame[1].split(".")[:-1])
            told = f"{folder}/{frame[3]}" if folder else frame[3]
            if place := own.place(told, frame[4], frame[2]) or own.place(frame[3], frame[4], frame[2]):
                stack.append(place)
    if error and (outer or stack):
        yield Trace(*error, (*outer, *reversed(stack)))
