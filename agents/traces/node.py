"""The stacks of Node's errors."""

from __future__ import annotations

import re

from agents.traces.place import OwnPaths, Place, Trace

HEAD = re.compile(r"^(file://\S+|/?\S+\.(?:[cm]?[jt]sx?|html?)):(\d{1,9})$")
ERROR = re.compile(r"^\s*(?:Uncaught |error: )?['\"]?((?:[A-Z]\w*)?Error|Error)(?: \[(\w+)\])?: (.*)$")
FRAME = re.compile(r"^\s*at (?:async )?(?:(.+?) \()?((?:file://)?[^()\s]+?):(\d{1,9}):\d{1,9}\)?,?$")
REQUIRED = re.compile(r"^\s*- (/\S+\.[cm]?js)$")
IMPORTED_FROM = re.compile(r" imported from (\S+)")


def node_traces(text: str, own: OwnPaths) -> list[Trace]:
    """One trace for each error with a stack, or with the line where it stands before it."""
    traces: list[Trace] = []
    head: Place | None = None
    at = -1  # the error whose stack is being read
    stack: list[Place] = []

    def close() -> None:
        nonlocal at, stack
        if at >= 0:
            known = traces[at]
            traces[at] = Trace(known.error, known.message, (*reversed(stack), *known.places))
        at, stack = -1, []

    for line in text.splitlines():
        if found := HEAD.match(line.strip()):
            close()
            head = own.place(found[1], found[2])
        elif found := ERROR.match(line):
            close()
            traces.append(Trace(found[1], found[3], _told_beside(found[3], head, own)))
            at, head = len(traces) - 1, None
        elif at >= 0 and (found := FRAME.match(line) or REQUIRED.match(line)):
            stack += _frame(found, own)
    close()
    return [trace for trace in traces if trace.places]


def _frame(found: re.Match[str], own: OwnPaths) -> list[Place]:
    if found.re is REQUIRED:
        place = own.place(found[1])
    else:
        place = own.place(found[2], found[3], (found[1] or "").rpartition(".")[2])
    return [place] if place else []


def _told_beside(message: str, head: Place | None, own: OwnPaths) -> tuple[Place, ...]:
    """The line that Node shows before an error, and the importing file that its message names."""
    importing = IMPORTED_FROM.search(message)
    place = own.place(importing[1]) if importing else None
    return tuple(found for found in (place, head) if found)
