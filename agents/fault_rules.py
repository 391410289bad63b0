"""What an error's words say of its kind, in the languages that the team writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from agents.traces import Trace

FaultKind: TypeAlias = Literal[
    "dependency",  # a module of somebody else's is not installed
    "own module",  # one of the project's own is not where it is asked for
    "undefined name",
    "attribute",  # a class or module has no such part
    "arguments",  # a function is called with other arguments than it takes
    "test",
    "syntax",
    "endless",
    "crash",
    "missing file",
    "other",
]

_Q = "['\"`‘’“”]"  # compilers quote in many ways
_WORD = r"[\w$]+"


@dataclass(frozen=True, slots=True)
class Reading:
    """A kind with the names in an error's words: what is missing, and whose part it should be."""

    kind: FaultKind
    name: str = ""
    owner: str = ""


def _patterns(kind: FaultKind, *patterns: str) -> list[tuple[FaultKind, str]]:
    return [(kind, pattern.replace("<Q>", _Q).replace("<W>", _WORD)) for pattern in patterns]


# The first that is found counts. A group `name` is what is missing, `owner` whose part it should be.
RULES = [
    *_patterns(
        "dependency",
        r"No module named <Q>(?P<name>[\w.]+)<Q>",
        r"Cannot find (?:module|package) <Q>(?P<name>[^'\"]+)<Q>",
        r"package (?P<name>\S+) is not in std",
        r"(?:no required module provides|cannot find module providing) package (?P<name>[^;:\s]+)",
        r"package (?P<name>[\w.]+) does not exist",
        r"^fatal error: (?P<name>\S+\.(?:h|hpp|hh)): No such file or directory",
        r"^error: (?P<name>\S+\.(?:h|hpp|hh)): No such file or directory",
    ),
    *_patterns(
        "undefined name",
        r"cannot import name <Q>(?P<name><W>)<Q> from (?:partially \w+ module )?<Q>(?P<owner>[\w.]+)<Q>",
        r"name <Q>(?P<name><W>)<Q> is not defined",
        r"(?:cannot access|referenced before assignment).*variable <Q>(?P<name><W>)<Q>",
        r"local variable <Q>(?P<name><W>)<Q> referenced before assignment",
        r"module <Q>(?P<owner>[^'\"]+)<Q> does not provide an export named <Q>(?P<name><W>)<Q>",
        r"^ReferenceError: (?:Cannot access <Q>)?(?P<name><W>)<Q>? (?:is not defined|before initialization)",
        r"^error: undefined: (?:(?P<owner><W>)\.)?(?P<name><W>)",
        r"<Q>(?P<name><W>)<Q> (?:undeclared|was not declared in this scope)",
        r"unknown type name <Q>(?P<name><W>)<Q>",
        r"implicit declaration of function <Q>(?P<name><W>)<Q>",
        r"undefined reference to <Q>(?P<name><W>)",
        r"cannot find symbol: (?P<name><W>)",
    ),
    *_patterns(
        "attribute",
        r"type object <Q>(?P<owner><W>)<Q> has no attribute <Q>(?P<name><W>)<Q>",
        r"<Q>(?P<owner><W>)<Q> object has no attribute <Q>(?P<name><W>)<Q>",
        r"module <Q>(?P<owner>[\w.]+)<Q> has no attribute <Q>(?P<name><W>)<Q>",
        r"^TypeError: (?:(?P<owner>[\w$.()]*?)\.)?(?P<name><W>) is not a (?:function|constructor)",
        r"Cannot read properties of (?P<owner>undefined|null) \(reading <Q>(?P<name><W>)<Q>\)",
        r"undefined \(type \*?(?:<W>\.)?(?P<owner><W>) has no field or method (?P<name><W>)",
        r"<Q>(?:\w+ )*(?P<owner><W>)[^'’]*<Q> has no member named <Q>(?P<name><W>)<Q>",
    ),
    *_patterns(
        "arguments",
        r"(?P<owner><W>)\.__init__\(\) (?:missing|got|takes)",
        r"(?:(?P<owner><W>)\.)?(?P<name><W>)\(\) (?:missing|got an unexpected|got multiple|takes|got some)",
        r"Can't instantiate abstract class (?P<owner><W>)",
        r"(?:not enough|too many) arguments in call to (?:(?P<owner><W>)\.)?(?P<name><W>)",
        r"too (?:few|many) arguments to (?:function )?<Q>(?:\w+ )?(?P<name><W>)",
        r"(?:method|constructor) (?P<name><W>) in (?:class|record|enum) (?P<owner><W>)",
    ),
    *_patterns(
        "missing file",
        r"\[Errno 2\] No such file or directory: <Q>(?P<name>[^'\"]+)<Q>",
        r"ENOENT: no such file or directory, \w+ <Q>(?P<name>[^'\"]+)<Q>",
        r"No file <Q>(?P<name>[^'\"]+)<Q> found in working directory",
        r"couldn't open <Q>(?P<name>[^'\"]+)<Q>: no such file",
        r"\bopen (?P<name>\S+): no such file or directory",
        r"(?:^|: )(?P<name>[^:\s]+) \(No such file or directory\)",
        r"NoSuchFileException: (?P<name>\S+)",
        r"\bwants (?P<name>\S+), which is not there",
    ),
    *_patterns(
        "endless",
        r"^RecursionError",
        r"Maximum call stack size exceeded",
        r"^StackOverflowError",
        r"goroutine stack exceeds",
        r"^panic: stack overflow",
        r"all goroutines are asleep",
        r"^Timeout",
        r"test timed out after",
        r"did not come to an end",
    ),
    *_patterns("crash", r"^MemoryError", r"^Fatal Python error", r"^OutOfMemoryError", r"heap out of memory"),
    *_patterns(
        "syntax",
        r"^(?:SyntaxError|IndentationError|TabError)\b",
        r"^error: (?:syntax error|expected .+ before|expected declaration|stray <Q>|missing terminating)",
        r"^error: (?:<Q>.{1,12}<Q> expected|.*(?:expected <Q>|illegal start of|reached end of file while))",
        r"^error: (?:non-declaration statement outside|unterminated|unclosed)",
    ),
    *_patterns("test", r"^AssertionError", r"^AssertionFailedError", r"^Failed\b"),
]


@cache
def _compiled() -> list[tuple[FaultKind, re.Pattern[str]]]:
    """Not before the first error: it takes longer than all that most commands do."""
    return [(kind, re.compile(pattern)) for kind, pattern in RULES]


def read_kind(trace: Trace) -> Reading:
    """The kind of an error by its words; `other` when they say nothing known."""
    told = trace.told
    for kind, pattern in _compiled():
        if found := pattern.search(told):
            named = found.groupdict()
            return Reading(kind, named.get("name") or "", named.get("owner") or "")
    return Reading("other")
